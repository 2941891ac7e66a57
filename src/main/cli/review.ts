/**
 * `aquifer review`: every statement planned with common, middle and rare values, and what is wrong with its plan; with `--against`, what a
 * branch makes worse, from committed statistics and no database.
 */

import { writeFile } from 'node:fs/promises';
import { AppError } from '../foundation/errors.ts';
import { compareRevisions, isWorse } from '../planner/review/compare.ts';
import { assumeNewTables } from '../planner/review/new-tables.ts';
import { changeMarkdown, reviewMarkdown } from '../planner/review/pages/markdown.ts';
import { changePage, reviewPage } from '../planner/review/pages/terminal.ts';
import { reviewWorkload } from '../planner/review/review.ts';
import type { ChangeReport, ReviewReport } from '../planner/review/schema.ts';
import type { Snapshot } from '../planner/snapshot/snapshot.ts';
import { readSnapshotFile } from '../planner/snapshot/snapshot-file.ts';
import type { Twin } from '../planner/twin/twin.ts';
import { declaredStatements } from '../planner/workload/declared-statements.ts';
import { mergeWorkload } from '../planner/workload/merge-workload.ts';
import type { WorkloadStatement } from '../planner/workload/workload.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { readProduction, untilInterrupted, withTwin } from './planner-command.ts';
import { readQueryFiles } from './query-files.ts';
import { type RevisionSource, readRevisionPair } from './revision-pair.ts';

export interface ReviewCommandOptions {
  database?: string;
  statistics?: string;
  queries?: readonly string[];
  migrations?: string;
  against?: string;
  /** `worse`: a plan that costs more, a statement that fails, a severe finding. `concern`: any finding above a note. */
  failOn: 'worse' | 'concern';
  markdown?: string;
  engine: 'pglite' | 'native' | 'auto';
  exact: boolean;
  plans: boolean;
  notes: boolean;
  showValues: boolean;
  json: boolean;
}

const DEFAULT_STATISTICS = 'aquifer.statistics.json';

export async function runReview(output: CommandOutput, options: ReviewCommandOptions): Promise<number> {
  const run = options.against === undefined ? reviewAll : reviewChange;
  return untilInterrupted((signal) => run(output, options, signal));
}

async function reviewAll(output: CommandOutput, options: ReviewCommandOptions, signal: AbortSignal): Promise<number> {
  const { snapshot, statements } = await readMaterial(output, options);
  if (statements.length === 0) throw noStatements();
  const report = await withTwin(snapshot, options, (twin) =>
    reviewWorkload(twin, statements, { signal, showValues: options.showValues, onProgress: progressLines(output) }),
  );
  if (options.markdown !== undefined) await writeFile(options.markdown, reviewMarkdown(report));
  output.answer(reviewPage(report, { hasPlans: options.plans, hasNotes: options.notes }), report);
  return doesFail(report, options.failOn) ? exitCodes.unhealthy : exitCodes.done;
}

function doesFail({ totals }: ReviewReport, failOn: ReviewCommandOptions['failOn']): boolean {
  return totals.severe > 0 || (failOn === 'concern' && totals.concern > 0);
}

async function reviewChange(
  output: CommandOutput,
  options: ReviewCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const statistics = options.statistics ?? DEFAULT_STATISTICS;
  const queries = options.queries ?? [];
  if (queries.length === 0) throw noStatements();
  const against = options.against ?? '';
  const { migrations } = options;
  const pair = await readRevisionPair({
    against,
    statistics,
    queries,
    ...(migrations === undefined ? {} : { migrations }),
  });
  const known = new Set(pair.before.migrations.map(({ name }) => name));
  const added = pair.after.migrations.filter(({ name }) => !known.has(name));
  const report = await withTwin(pair.snapshot, options, (before) =>
    withTwin(pair.snapshot, options, async (after) => {
      const assumptions = [...pair.assumptions];
      await migrate(before, pair.before);
      assumptions.push(...(await migrate(after, pair.after)));
      return compareRevisions(
        { label: pair.before.label, twin: before, statements: pair.before.statements },
        { label: pair.after.label, twin: after, statements: pair.after.statements },
        {
          ...{ signal, showValues: options.showValues, onProgress: progressLines(output) },
          migrations: added.map(({ name }) => name),
          assumptions,
        },
      );
    }),
  );
  if (options.markdown !== undefined) await writeFile(options.markdown, changeMarkdown(report));
  output.answer(changePage(report), report);
  return failsChange(report, options.failOn) ? exitCodes.unhealthy : exitCodes.done;
}

function failsChange(report: ChangeReport, failOn: ReviewCommandOptions['failOn']): boolean {
  if (failOn === 'worse') return report.isWorse;
  return report.statements.some(
    (one) =>
      isWorse(one) ||
      (one.verdict !== 'better' &&
        one.findings.some(({ justification, severity }) => severity !== 'note' && justification === null)),
  );
}

/** @returns what had to be assumed of what they make */
async function migrate(twin: Twin, { label, migrations }: RevisionSource): Promise<string[]> {
  const found = twin.snapshot;
  const assumptions: string[] = [];
  for (const { name, sql } of migrations) {
    try {
      await twin.migrate(sql);
    } catch (error) {
      if (!isThereAlready(error)) throw migrationFailed(`${name} of ${label}`, error);
      assumptions.push(`What ${name} makes is in the statistics already: both were planned with it.`);
    }
  }
  return migrations.length === 0 ? [] : [...assumptions, ...(await assumeNewTables(twin, found))];
}

/** A schema, table, column, function or constraint of that name. */
const DUPLICATES = new Set(['42P06', '42P07', '42701', '42710', '42723']);

function isThereAlready(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (DUPLICATES.has(String((one as { code?: unknown }).code))) return true;
  }
  return false;
}

function migrationFailed(name: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError('unprocessable', 'migration_refused', `${name} cannot be applied: ${why}`, { cause });
}

interface Material {
  snapshot: Snapshot;
  statements: WorkloadStatement[];
}

async function readMaterial(output: CommandOutput, options: ReviewCommandOptions): Promise<Material> {
  const files = await readQueryFiles(options.queries ?? []);
  if (options.statistics !== undefined) {
    const snapshot = await readSnapshotFile(options.statistics);
    return { snapshot, statements: mergeWorkload(files, await ownStatements(snapshot)) };
  }
  const { counted, snapshot } = await readProduction(output, options.database);
  return { snapshot, statements: mergeWorkload(files, await ownStatements(snapshot), counted.statements) };
}

/** Aquifer's own, where its schemas are there: they are declared as their files are read. */
async function ownStatements({ schemas }: Snapshot): Promise<WorkloadStatement[]> {
  if (!schemas.includes('aquifer_accounts')) return [];
  await import('../app.ts');
  return declaredStatements();
}

function noStatements(): AppError {
  return new AppError(
    'unprocessable',
    'no_statements',
    "There is no statement to review. Statements can be given in files: --queries 'src,sql/**/*.sql'.",
  );
}

/** A line for every tenth part, so that a log of it can be read. */
function progressLines(output: CommandOutput) {
  let told = 0;
  return (done: number, total: number) => {
    const part = Math.floor((done / Math.max(total, 1)) * 10);
    if (part <= told) return;
    told = part;
    output.progress(`${String(part * 10).padStart(3)} %  ${done} of ${total} statements.`);
  };
}

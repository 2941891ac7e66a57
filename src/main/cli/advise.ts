/**
 * `aquifer advise postgres://…`: which indexes to create and which to drop, for any database and with nothing of ours in it. One
 * short reading of schema, statistics and pg_stat_statements; everything else happens here.
 */

import { AppError } from '../foundation/errors.ts';
import { adviseIndexes } from '../planner/index-advice/advise-indexes.ts';
import type { Gap, Snapshot } from '../planner/snapshot/snapshot.ts';
import { readSnapshotFile } from '../planner/snapshot/snapshot-file.ts';
import { mergeWorkload } from '../planner/workload/merge-workload.ts';
import type { WorkloadStatement } from '../planner/workload/workload.ts';
import { describeAdvice } from './advice-page.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { readProduction, untilInterrupted, withTwin } from './planner-command.ts';
import { readQueryFiles } from './query-files.ts';

export interface AdviseCommandOptions {
  /** Files, folders or patterns; beside what the server counted, or in place of it where there is no server. */
  queries?: readonly string[];
  /** A snapshot in place of a database. */
  statistics?: string;
  budgetBytes?: number | undefined;
  /** Seconds. */
  time?: number;
  engine: 'pglite' | 'native' | 'auto';
  exact: boolean;
  showValues: boolean;
  /** Ends with 3 where there is an index worth creating or dropping. */
  check: boolean;
  json: boolean;
}

interface Material {
  snapshot: Snapshot;
  statements: readonly WorkloadStatement[];
  gaps: readonly Gap[];
}

/** @param target the database of DATABASE_URL, or the embedded one, when left out */
export async function runAdvise(
  output: CommandOutput,
  target: string | undefined,
  options: AdviseCommandOptions,
): Promise<number> {
  return untilInterrupted(async (signal) => {
    const files = await readQueryFiles(options.queries ?? []);
    const material = await readMaterial(output, target, { options, files });
    if (material.statements.length === 0) throw nothingToAdvise(material.gaps);
    const { database, relations, server } = material.snapshot;
    output.progress(`${database}, Postgres ${server.version}: ${relations.length} tables.`);
    return withTwin(material.snapshot, options, async (twin) => {
      const report = await adviseIndexes(twin, material.statements, {
        ...(options.budgetBytes === undefined ? {} : { budgetBytes: options.budgetBytes }),
        ...(options.time === undefined ? {} : { timeBudgetMs: options.time * 1000 }),
        ...{ showValues: options.showValues, signal },
        onProgress: progressLines(output),
      });
      const gaps = [...report.gaps, ...material.gaps];
      const whole = { ...report, gaps };
      output.answer(describeAdvice(whole), whole);
      const isWanting = report.create.length > 0 || report.drop.length > 0;
      return options.check && isWanting ? exitCodes.unhealthy : exitCodes.done;
    });
  });
}

async function readMaterial(
  output: CommandOutput,
  target: string | undefined,
  { files, options }: { options: AdviseCommandOptions; files: readonly WorkloadStatement[] },
): Promise<Material> {
  if (options.statistics !== undefined) {
    return { snapshot: await readSnapshotFile(options.statistics), statements: files, gaps: [] };
  }
  const { counted, snapshot } = await readProduction(output, target);
  // What files say of a statement is what its writer meant by it: its name and its text.
  const statements = mergeWorkload(files, counted.statements);
  return { snapshot, statements, gaps: counted.statements.length > 0 || files.length === 0 ? counted.gaps : [] };
}

function nothingToAdvise(gaps: readonly Gap[]): AppError {
  const why = gaps.map(({ sentence }) => sentence).join(' ');
  return new AppError(
    'unprocessable',
    'no_statements',
    `There is no statement to advise on. ${why} Statements can be given in files: --queries 'sql/**/*.sql'.`.replace(
      / {2}/g,
      ' ',
    ),
  );
}

/** A line for every tenth part, so that a log of it can be read. */
function progressLines(output: CommandOutput) {
  let told = -1;
  return ({ done, sentence, total }: { done: number; total: number; sentence: string }) => {
    const part = Math.floor((done / Math.max(total, 1)) * 10);
    if (part <= told) return;
    told = part;
    output.progress(`${String(part * 10).padStart(3)} %  ${sentence}`);
  };
}

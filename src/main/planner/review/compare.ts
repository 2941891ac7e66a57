/**
 * Compares two revisions of a project: the same statements planned before and after, each in a twin of its own schema, with the same
 * statistics. What costs more than it did is worse; what cannot be planned any more is broken; what is new is reviewed.
 */

import type { Plan } from '../plans/plan.ts';
import { readPlan } from '../plans/read-plan.ts';
import { createRelationFinder, type RelationFinder, relationsOf } from '../plans/relations.ts';
import { groupGaps } from '../snapshot/gap-groups.ts';
import type { Twin } from '../twin/twin.ts';
import { type PreparedWorkload, planBinding, prepareWorkload } from '../workload/prepare-workload.ts';
import type { Binding, WorkloadStatement } from '../workload/workload.ts';
import { severityOrder } from './finding.ts';
import { createReviewer, type Reviewer } from './review.ts';
import type { ChangedStatement, ChangeReport, Finding } from './schema.ts';
import { costWords, timesWords } from './words.ts';

export interface Revision {
  /** As people know it: `main at 4f1c2d9`. */
  label: string;
  twin: Twin;
  statements: readonly WorkloadStatement[];
}

export interface CompareOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  showValues?: boolean;
  /** Applied to the twin of the later revision, by name. */
  migrations?: readonly string[];
  assumptions?: readonly string[];
}

/** Less is no difference that anyone notices: a page that is read at random costs four. */
const NOTICED_COST = 20;
const WORSE_TIMES = 1.2;

interface Side {
  revision: Revision;
  workload: PreparedWorkload;
  byName: ReadonlyMap<string, PreparedWorkload['statements'][number]>;
  reviewer: Reviewer;
  finder: RelationFinder;
}

export async function compareRevisions(
  before: Revision,
  after: Revision,
  { assumptions = [], migrations = [], onProgress, showValues = false, signal }: CompareOptions = {},
): Promise<ChangeReport> {
  const sides = [await open(before, showValues, signal), await open(after, showValues, signal)] as const;
  const names = [...new Set([...sides[1].byName.keys(), ...before.statements.map(({ name }) => name)])];
  const changed: ChangedStatement[] = [];
  for (const [done, name] of names.entries()) {
    signal?.throwIfAborted();
    const one = await compareStatement(name, sides, showValues);
    if (one) changed.push(one);
    onProgress?.(done + 1, names.length);
  }
  const count = (verdict: ChangedStatement['verdict']) => changed.filter((one) => one.verdict === verdict).length;
  const shown = changed.filter(({ verdict }) => verdict !== 'same');
  return {
    format: 1,
    ...{ before: before.label, after: after.label },
    isWorse: changed.some(isWorse),
    totals: {
      ...{ worse: count('worse'), better: count('better'), same: count('same') },
      ...{ new: count('new'), gone: count('gone'), broken: count('broken') },
    },
    statements: shown.sort(byVerdict),
    migrations: [...migrations],
    assumptions: [...assumptions],
    engine: { kind: after.twin.engine.kind, version: after.twin.engine.version },
    gaps: groupGaps(after.twin.gaps),
  };
}

/** What a pull request should not bring: a plan that is worse, a statement that fails, a new one that will hurt. */
export function isWorse({ findings, verdict }: ChangedStatement): boolean {
  if (verdict === 'worse' || verdict === 'broken') return true;
  return verdict === 'new' && findings.some(({ justification, severity }) => severity === 'severe' && !justification);
}

async function open(revision: Revision, showValues: boolean, signal: AbortSignal | undefined): Promise<Side> {
  const workload = await prepareWorkload(revision.twin, revision.statements, signal ? { signal } : {});
  const byName = new Map(workload.statements.map((one) => [one.statement.name, one]));
  const reviewer = createReviewer(revision.twin, workload.schema, { showValues });
  return { revision, workload, byName, reviewer, finder: createRelationFinder(revision.twin.snapshot) };
}

type Sides = readonly [before: Side, after: Side];

async function compareStatement(
  name: string,
  [before, after]: Sides,
  showValues: boolean,
): Promise<ChangedStatement | undefined> {
  const [then, now] = [before.byName.get(name), after.byName.get(name)];
  const isGone = !after.revision.statements.some((one) => one.name === name);
  if (!now && isGone) return then ? empty(name, 'gone', 'It is no longer there.') : undefined;
  if (!now) {
    const why = after.workload.setAside.find(({ statement }) => statement.name === name)?.why ?? '';
    // It could not be planned before either: nothing can be said of it.
    return then ? empty(name, 'broken', `It worked before, and now does not: ${why}`) : undefined;
  }
  if (!then) {
    const { findings } = await after.reviewer(now);
    const worst = findings.find(({ justification }) => justification === null);
    return { ...empty(name, 'new', worst?.sentence ?? 'It is new, and nothing is wrong with its plan.'), findings };
  }
  const figures = await measure(then, now, [before, after]);
  const verdict = readsTables(figures, [before, after]) ? verdictOf(figures) : 'same';
  if (verdict === 'same') return empty(name, 'same', 'It costs what it did.');
  const read = (plan: Plan, side: Side) => readPlan(plan, { snapshot: side.revision.twin.snapshot, showValues });
  const findings = verdict === 'worse' ? await newFindings(then, now, [before, after]) : [];
  return {
    ...{ name, verdict, findings },
    sentence: sentenceOf(figures, findings),
    ...{ costBefore: figures.before.cost, costAfter: figures.after.cost, binding: figures.binding },
    planBefore: read(figures.before, before),
    planAfter: read(figures.after, after),
  };
}

function empty(name: string, verdict: ChangedStatement['verdict'], sentence: string): ChangedStatement {
  const nothing = { costBefore: null, costAfter: null, binding: null, planBefore: null, planAfter: null };
  return { name, verdict, sentence, ...nothing, findings: [] };
}

interface Figures {
  /** Those values for which the change is greatest. */
  binding: Binding['kind'];
  before: Plan;
  after: Plan;
}

type Prepared = PreparedWorkload['statements'][number];

async function measure(then: Prepared, now: Prepared, [before, after]: Sides): Promise<Figures> {
  let worst: Figures | undefined;
  for (const binding of now.bindings) {
    const old = then.bindings.find(({ kind }) => kind === binding.kind) ?? then.bindings[0];
    if (!old) continue;
    const figures: Figures = {
      binding: binding.kind,
      before: await planBinding(before.revision.twin, then.statement.text, old),
      after: await planBinding(after.revision.twin, now.statement.text, binding),
    };
    const change = (one: Figures) => Math.abs(Math.log(Math.max(one.after.cost, 1) / Math.max(one.before.cost, 1)));
    const isDearer = (one: Figures) => (one.after.cost > one.before.cost ? 1 : 0);
    if (
      !worst ||
      isDearer(figures) > isDearer(worst) ||
      (isDearer(figures) === isDearer(worst) && change(figures) > change(worst))
    )
      worst = figures;
  }
  if (!worst) throw new Error('a statement was prepared without values');
  return worst;
}

/** The twin's own catalogs are as large as its schema, and no measure of production's. */
function readsTables(figures: Figures, [before, after]: Sides): boolean {
  const isKnown = (plan: Plan, { finder }: Side) =>
    relationsOf(plan.root).some(({ name, schema }) => finder.relation(name, schema) !== undefined);
  return isKnown(figures.before, before) || isKnown(figures.after, after);
}

function verdictOf({ after, before }: Figures): 'worse' | 'better' | 'same' {
  const isMore = (one: number, other: number) => one > other * WORSE_TIMES && one - other > NOTICED_COST;
  if (isMore(after.cost, before.cost)) return 'worse';
  return isMore(before.cost, after.cost) ? 'better' : 'same';
}

async function newFindings(then: Prepared, now: Prepared, [before, after]: Sides): Promise<Finding[]> {
  const known = (await before.reviewer(then)).findings;
  const { findings } = await after.reviewer(now);
  return findings.filter((one) => !known.some((old) => old.kind === one.kind && old.relation === one.relation));
}

const BINDING_WORDS: Record<Binding['kind'], string> = {
  common: 'for common values',
  middle: 'for middling values',
  rare: 'for rare values',
  none: '',
};

function sentenceOf({ after, before, binding }: Figures, findings: readonly Finding[]): string {
  const values = BINDING_WORDS[binding];
  const costs = `It costs ${timesWords(before.cost, after.cost)} what it did${values ? ` ${values}` : ''}: ${costWords(after.cost)} in place of ${costWords(before.cost)}.`;
  const why = findings.find(({ justification }) => justification === null)?.sentence;
  return why ? `${costs} ${why}` : costs;
}

const VERDICTS: readonly ChangedStatement['verdict'][] = ['broken', 'worse', 'new', 'better', 'gone', 'same'];

function byVerdict(a: ChangedStatement, b: ChangedStatement): number {
  const worst = ({ findings }: ChangedStatement) =>
    Math.min(severityOrder.length, ...findings.map(({ severity }) => severityOrder.indexOf(severity)));
  const ratio = ({ costAfter, costBefore }: ChangedStatement) => (costAfter ?? 0) / Math.max(costBefore ?? 1, 1);
  return (
    VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
    worst(a) - worst(b) ||
    ratio(b) - ratio(a) ||
    a.name.localeCompare(b.name, 'en')
  );
}

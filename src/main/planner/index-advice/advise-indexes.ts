/**
 * Index advice for a workload: which indexes to create, in which order, and which to drop, each planned in the twin with what it
 * does to every statement. It touches no database but the twin.
 */

import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Twin } from '../twin/twin.ts';
import type { WorkloadStatement } from '../workload/workload.ts';
import { type AdvisedStatement, type AdvisedWorkload, readWorkload } from './advised-statements.ts';
import { type CandidateBook, createCandidateBook } from './candidate.ts';
import { type CostBook, createCostBook } from './cost-book.ts';
import { createReport } from './create-report.ts';
import { findDrops } from './drops.ts';
import { measureEffects } from './effects.ts';
import { gatherCandidates } from './gather-candidates.ts';
import { nameCandidates } from './index-names.ts';
import {
  type AdviceOptions,
  DEFAULT_MINIMUM_TABLE_BYTES,
  DEFAULT_TIME_BUDGET_MS,
  MINIMUM_SHARE,
  usualBudget,
} from './options.ts';
import type { AdviceReport } from './schema.ts';
import type { SearchInput } from './search-state.ts';
import { type Ideal, type Selection, selectIndexes } from './selection.ts';
import { readTables, sum } from './table-facts.ts';
import { readTraffic } from './write-traffic.ts';

/** What progress counts to: shares of the time that the parts take. */
const PROGRESS = { read: 10, made: 20, chosen: 90, total: 100 };
/** Reading is the sum that the budget of time is for; the report at the end takes this part of it. */
const SEARCH_SHARE = 0.8;
const BLOCK_BYTES = 8192;

/**
 * @param twin nothing but `configure` and `addIndexes` is asked to change it; both are taken back at the end
 * @throws the signal's reason
 */
export async function adviseIndexes(
  twin: Twin,
  workload: readonly WorkloadStatement[],
  options: AdviceOptions = {},
): Promise<AdviceReport> {
  const { onProgress, signal } = options;
  const tell = (done: number, sentence: string) =>
    onProgress?.({ done: Math.round(done), total: PROGRESS.total, sentence });
  const deadline = performance.now() + SEARCH_SHARE * (options.timeBudgetMs ?? DEFAULT_TIME_BUDGET_MS);
  const { snapshot } = twin;
  const tables = readTables(snapshot);
  await twin.configure({ trial: [], hidden: [] });
  const read = await readWorkload(twin, workload, tables, {
    ...(signal ? { signal } : {}),
    onProgress: (done, total) => tell((PROGRESS.read * done) / total, `${done} of ${total} statements are read`),
  });
  tell(PROGRESS.read, 'makes the candidates');
  const candidates = createCandidateBook(twin);
  const omitted = await makeCandidates(candidates, read, { snapshot, options });
  const costs = createCostBook(twin, candidates);
  tell(PROGRESS.made, `${candidates.all.length} candidates are tried`);
  const trafficOf = readTraffic(snapshot, read.writes);
  const budgetBytes = options.budgetBytes ?? usualBudget(tableBytesOf(snapshot));
  const input = { statements: read.statements, candidates, costs, trafficOf, budgetBytes, hidden: new Set<string>() };
  const selection = await select(input, { deadline, signal, tell });
  tell(PROGRESS.chosen, 'proves what was found');
  const names = nameCandidates([...selection.chosen].map(candidates.get), snapshot);
  const showValues = options.showValues ?? false;
  const effects = await measureEffects(selection.chosen, { ...input, snapshot, names, showValues });
  signal?.throwIfAborted();
  const chosen = effects.map(({ candidate }) => candidate);
  const drops = await findDrops({ snapshot, tables, statements: read.statements, costs, chosen });
  const { after, before } = await readingCosts(read.statements, costs, selection);
  await twin.configure({ trial: [], hidden: [] });
  tell(PROGRESS.total, 'done');
  return createReport({
    ...{ twin, workload: read, effects, names, drops, trafficOf, costs: { before, after } },
    budgetBytes: Number.isFinite(budgetBytes) ? budgetBytes : null,
    search: { ...costs.figures, candidates: candidates.all.length, isComplete: selection.isComplete && omitted === 0 },
    statements: workload.length,
  });
}

function tableBytesOf({ relations }: Snapshot): number {
  return BLOCK_BYTES * sum(relations.map(({ size }) => size.blocks));
}

async function makeCandidates(
  candidates: CandidateBook,
  { statements }: AdvisedWorkload,
  { options, snapshot }: { snapshot: Snapshot; options: AdviceOptions },
): Promise<number> {
  const minimumTableBytes = options.minimumTableBytes ?? DEFAULT_MINIMUM_TABLE_BYTES;
  const { drafts, omitted } = gatherCandidates(statements, { snapshot, minimumTableBytes });
  const isPlain = ({ definition: { keys, method, predicate } }: (typeof drafts)[number]) =>
    method === 'btree' && predicate === undefined && keys.every((key) => !key.expression && !key.operatorClass);
  // One that Postgres refuses makes all that are asked for with it be asked for one by one.
  await candidates.add(drafts.filter(isPlain));
  for (const draft of drafts.filter((one) => !isPlain(one))) {
    options.signal?.throwIfAborted();
    await candidates.add([draft]);
  }
  return omitted;
}

interface Selecting {
  deadline: number;
  signal: AbortSignal | undefined;
  tell: (done: number, sentence: string) => void;
}

/** By both rules, and the better of the two; what the first has planned the second need not plan again. */
async function select(input: SearchInput, { deadline, signal, tell }: Selecting): Promise<Selection> {
  const isOver = () => performance.now() > deadline;
  const ideal = await planIdeal(input, isOver, signal);
  const run = (rule: 'density' | 'gain', from: number) =>
    selectIndexes(input, ideal, {
      ...{ rule, isOver, signal },
      onChosen: (count) =>
        tell(from + Math.min(count, 30), `${count === 1 ? 'one index is' : `${count} indexes are`} chosen`),
    });
  const dense = await run('density', PROGRESS.made + 5);
  if (!dense.isComplete) return dense;
  const gainful = await run('gain', PROGRESS.made + 38);
  // The second takes more room, which has to be worth as much as an index has.
  const better = dense.total - gainful.total > MINIMUM_SHARE * dense.startingTotal ? gainful : dense;
  return { ...better, isComplete: gainful.isComplete };
}

/** With every candidate at once: no choice can make a statement cheaper than that. */
async function planIdeal(
  { candidates, costs, hidden, statements }: SearchInput,
  isOver: () => boolean,
  signal: AbortSignal | undefined,
): Promise<Ideal> {
  const trial = new Set(candidates.all.map(({ place }) => place));
  const floors: number[] = [];
  const bundles: number[][] = [];
  for (const one of statements) {
    signal?.throwIfAborted();
    // Then the search has no time either, and needs none of it.
    if (isOver()) break;
    floors[one.place] = await costs.cost(one, { trial, hidden });
    bundles.push([...(await costs.used(one, { trial, hidden }))]);
  }
  return { floors, bundles };
}

async function readingCosts(
  statements: readonly AdvisedStatement[],
  costs: CostBook,
  { chosen }: Selection,
): Promise<{ before: number; after: number }> {
  const total = async (trial: ReadonlySet<number>) => {
    const figures: number[] = [];
    for (const one of statements) figures.push(one.weight * (await costs.cost(one, { trial, hidden: new Set() })));
    return sum(figures);
  };
  return { before: await total(new Set()), after: await total(chosen) };
}

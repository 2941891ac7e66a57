/** A run from its beginning to its report: takes a snapshot where there is no fresh one, gathers the statements, has the thread do the rest. */

import type { Clock } from '../../foundation/clock.ts';
import type { AdviceLedger } from '../ledger/index.ts';
import type { NewRun } from '../route-schemas.ts';
import type { RunKind } from '../schema.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SnapshotShelf } from '../snapshot-shelf.ts';
import type { PlannerSources } from '../sources.ts';
import { gatherFacts } from './gather-facts.ts';
import { gatherWorkload } from './gather-workload.ts';
import type { PlannerThread } from './planner-thread.ts';
import type { Performed, RunContext } from './run-book.ts';
import type { PlannerAnswer, PlannerTask } from './tasks.ts';

export interface PerformOptions {
  thread: PlannerThread<PlannerTask, PlannerAnswer>;
  shelf: SnapshotShelf;
  sources: PlannerSources;
  ledger: Pick<AdviceLedger, 'offer'>;
  clock: Pick<Clock, 'nowMs'>;
}

/** Older statistics than this are taken anew. */
const FRESH_MS = 10 * 60_000;
const DEADLINES_MS: Record<RunKind, number> = {
  ...{ review: 10 * 60_000, advice: 15 * 60_000 },
  ...{ forecast: 20 * 60_000, sizing: 10 * 60_000 },
};
/** Of the search for indexes. */
const SEARCH_MS = 3 * 60_000;

export function createPerform({ clock, ledger, shelf, sources, thread }: PerformOptions) {
  return async (request: NewRun, { onProgress, onSnapshot, runId, signal }: RunContext): Promise<Performed> => {
    onProgress({ done: 0, total: 100, sentence: 'A snapshot is being taken.' });
    const { snapshot } = await shelf.fresh(FRESH_MS);
    signal.throwIfAborted();
    onSnapshot(snapshot.takenAt);
    const task = await describe(request, snapshot, { sources, shelf, nowMs: clock.nowMs() });
    const deadlineMs = DEADLINES_MS[request.kind];
    const answer = await thread.run(task, { deadlineMs, signal, onProgress, what: `This ${wordOf(request.kind)}` });
    if (answer.kind !== 'report') throw new Error('the thread gave another answer than a report');
    if (request.kind === 'advice') await ledger.offer(runId, snapshot.takenAt, answer.offers);
    return answer.report;
  };
}

async function describe(
  { budgetBytes, isExact = false, kind }: NewRun,
  snapshot: Snapshot,
  { nowMs, shelf, sources }: { sources: PlannerSources; shelf: SnapshotShelf; nowMs: number },
): Promise<PlannerTask> {
  const common = { snapshot, isExact, workload: await gatherWorkload(sources, nowMs) };
  if (kind === 'review') return { ...common, kind, repeats: sources.repeats() };
  if (kind === 'advice') return { ...common, kind, budgetBytes: budgetBytes ?? null, timeBudgetMs: SEARCH_MS };
  const history = await shelf.history(nowMs);
  if (kind === 'forecast') return { ...common, kind, history };
  return { ...common, kind, history, facts: await gatherFacts(sources, nowMs) };
}

function wordOf(kind: RunKind): string {
  return { review: 'review', advice: 'search for indexes', forecast: 'forecast', sizing: 'sizing' }[kind];
}

/** Each kind of run once a day without anybody asking, one after the other, in calm: what is looked at in the morning is of that day. */

import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import type { RunKind } from '../schema.ts';
import type { RunBook } from './run-book.ts';

export interface DailyRunsOptions {
  runs: Pick<RunBook, 'start' | 'lastAsked'>;
  /** A sentence where something is wrong at present. */
  trouble: () => string | null;
  clock: Clock;
  logger: Logger;
  /** For tests. */
  settlingMs?: number;
}

/** What the others go by comes first. */
const KINDS: readonly RunKind[] = ['review', 'advice', 'forecast', 'sizing'];
const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 5 * 60_000;
/** A server that has just started has other things to do, and has seen no statement yet. */
const SETTLING_MS = 15 * 60_000;

export function createDailyRuns({
  clock,
  logger,
  runs,
  settlingMs = SETTLING_MS,
  trouble,
}: DailyRunsOptions): PeriodicService {
  const createdAtMs = clock.monotonicMs();
  return createPeriodicService({
    ...{ name: 'planner.daily-runs', intervalMs: LOOK_EVERY_MS, logger },
    async run() {
      if (clock.monotonicMs() - createdAtMs < settlingMs || trouble() !== null) return;
      const lastAsked = await runs.lastAsked();
      const isDue = (kind: RunKind) => clock.nowMs() - (lastAsked.get(kind) ?? Number.NEGATIVE_INFINITY) >= DAY_MS;
      // Another server that looks at the same moment is given the same run.
      for (const kind of KINDS.filter(isDue)) await runs.start({ kind }, null);
    },
  });
}

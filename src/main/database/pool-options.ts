/** The options of the drop-in pool: `pg.Pool`'s own, and what the guard adds. Each of ours has a default. */

import type { PoolConfig } from 'pg';
import type { Logger } from '../foundation/logger.ts';
import type { LaneSettings, Lanes } from './lane.ts';
import type { Origin } from './origin.ts';
import type { ServerTimeouts } from './server-timeouts.ts';
import type { PoolTracker } from './tracker.ts';

export interface PoolOptions extends PoolConfig {
  /** `max` by its other name. */
  poolSize?: number;
  /** Your own lanes. Left out: `interactive` with six tenths guaranteed, and `bulk` with four tenths at the most. */
  lanes?: Lanes;
  /** The lane of statements that are short or unknown; `interactive` when left out, or the first of your own. */
  shortLane?: string;
  /** The lane that a statement is moved to when it outstays the leash; `bulk` when left out, where there is one. */
  longLane?: string;
  /** How long a statement may take before it counts as a long one; 250 ms when left out. */
  leashMs?: number;
  /** A client that was taken and runs nothing for so long is reported as a leak; 30 s when left out, 0 for never. */
  leakThresholdMs?: number;
  /** `warn` reports a leak; `enforce` also takes the connection back. `warn` when left out. */
  leakAction?: 'warn' | 'enforce';
  /**
   * While others wait and all who hold a client run nothing for so long, one who waits is refused: it seems to hold one itself.
   * 1 s when left out, 0 for never.
   */
  stallMs?: number;
  /**
   * The server's own time-outs, set once in each session. `true` for those that a server of Aquifer has: a statement 120 s, a
   * lock 60 s, idle in a transaction 60 s, a transaction 180 s. Off when left out: a drop-in changes no session unasked.
   * `pg`'s own options (`statement_timeout`, …) go before them, and behind a pooler nothing is set.
   */
  serverTimeouts?: boolean | ServerTimeouts;
  tracker?: PoolTracker;
  logger?: Logger;
}

/** What a single call may say of itself, beside the statement. The context of a request is one as it stands. */
export interface CallOptions extends Origin {
  lane?: string | undefined;
  /** From asking for a connection to the last row. Beside a `deadlineAtMs`, whichever comes first. */
  deadlineMs?: number | undefined;
}

const DEFAULT_MAX = 10;
const DEFAULT_WAIT_MS = 30_000;
const QUEUE_MAX = 10_000;
const SHORT_SHARE = 0.6;
const SOJOURN_INTERVAL_MS = 2_000;

export function maxOf(options: PoolOptions): number {
  return options.max || options.poolSize || DEFAULT_MAX;
}

/** Two lanes that divide the whole pool, for a program that knows nothing of lanes. */
export function dropInLanes(max: number, connectionTimeoutMs: number | undefined): Lanes {
  const waitMaxMs = connectionTimeoutMs || DEFAULT_WAIT_MS;
  const shared = {
    queueMax: QUEUE_MAX,
    waitMaxMs,
    sojourn: { targetMs: waitMaxMs / 8, intervalMs: SOJOURN_INTERVAL_MS },
  };
  const guaranteed = Math.ceil(max * SHORT_SHARE);
  const interactive: LaneSettings = { name: 'interactive', guaranteed, ceiling: max, rank: 0, weight: 4, ...shared };
  const ceiling = Math.max(1, max - guaranteed);
  const bulk: LaneSettings = { name: 'bulk', guaranteed: 0, ceiling, rank: 1, weight: 1, ...shared };
  return { interactive, bulk };
}

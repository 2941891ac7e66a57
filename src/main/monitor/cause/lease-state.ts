/** What the holder of a connection does with it: runs something, waits for a lock, or lets it sit, inside a transaction or not. */

import type { Lease } from '../../database/index.ts';
import type { Keys } from './baseline.ts';

export type HoldState = 'running' | 'lockWait' | 'idleInTransaction' | 'idleOutside';

/** When a backend was last seen waiting for a lock, by its pid, on the monotonic clock. */
export type SeenWaiting = ReadonlyMap<number, number>;

export function holdStateOf(lease: Lease, waiting: SeenWaiting): HoldState {
  if (lease.isRunning) {
    // What was seen of the statement before tells nothing of this one.
    const isWaiting = lease.blockedByPid !== undefined || (waiting.get(lease.pid) ?? 0) >= lease.statementAtMs;
    return isWaiting && lease.pid > 0 ? 'lockWait' : 'running';
  }
  return lease.inTransaction ? 'idleInTransaction' : 'idleOutside';
}

export function keysOf({ admitted, origin, statement }: Lease): Keys {
  return { statement, route: origin?.route ?? '', tenant: origin?.tenant ?? '', lane: admitted.lane };
}

/** How long it has been as it is now. */
export function stateAgeMs(lease: Lease, nowMs: number): number {
  return Math.max(0, nowMs - lease.statementAtMs);
}

/**
 * While somebody waits for a connection, or several statements take long: which of those who hold one wait for a lock themselves, and
 * for whom. Asked on the control lane, of the waiting backends alone, because asking who blocks whom briefly stops the lock
 * manager.
 */

import type { Lease, Ledger } from './ledger.ts';
import { statement } from './statement.ts';

export const findLockWaits = statement<[pids: number[]], { pid: number; blockedBy: number | null }>({
  name: 'database.findLockWaits',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select pid, (pg_blocking_pids(pid))[1] as "blockedBy"
    from pg_catalog.pg_stat_activity
    where pid = any($1::int[])
      and wait_event_type = 'Lock'`,
  unindexedBecause: 'pg_stat_activity is a function over shared memory',
});

export interface LockWatchOptions {
  ledger: Ledger;
  /** How many wait for a connection now. */
  waiting: () => number;
  find: (pids: number[]) => Promise<{ pid: number; blockedBy: number | null }[]>;
  nowMs: () => number;
}

const LOOK_EVERY_MS = 500;
/** What runs for longer may be waiting for a lock. */
const LONG_MS = 400;
/** One alone is no reason to ask while nobody waits. */
const CONVOY_MIN = 2;

export class LockWatch {
  readonly #options: LockWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(options: LockWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async look(): Promise<void> {
    const { find, ledger, nowMs, waiting } = this.#options;
    if (this.#isLooking) return;
    const running = new Map<number, Lease>();
    const isUrgent = waiting() > 0;
    const now = nowMs();
    for (const lease of ledger.list()) {
      const isLong = now - lease.statementAtMs > LONG_MS;
      if (lease.isRunning && lease.pid > 0 && (isUrgent || isLong)) running.set(lease.pid, lease);
    }
    if (running.size < (isUrgent ? 1 : CONVOY_MIN)) return;
    this.#isLooking = true;
    try {
      const waits = new Map((await find([...running.keys()])).map(({ pid, blockedBy }) => [pid, blockedBy]));
      for (const [pid, lease] of running) {
        lease.blockedByPid = waits.get(pid) ?? undefined;
        if (waits.has(pid)) lease.lockSeenAtMs = nowMs();
      }
    } catch {
      // A look that failed is no look: what is said of the holders then leaves the locks out.
    } finally {
      this.#isLooking = false;
    }
  }
}

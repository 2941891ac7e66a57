/**
 * While somebody waits for a connection: which of those who hold one wait for a lock themselves, and for whom. Asked on the
 * control lane, of the waiting backends alone, because asking who blocks whom briefly stops the lock manager.
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
}

const LOOK_EVERY_MS = 500;

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
    const { find, ledger, waiting } = this.#options;
    if (waiting() === 0 || this.#isLooking) return;
    const running = new Map<number, Lease>();
    for (const lease of ledger.list()) if (lease.isRunning && lease.pid > 0) running.set(lease.pid, lease);
    if (running.size === 0) return;
    this.#isLooking = true;
    try {
      const waits = new Map((await find([...running.keys()])).map(({ pid, blockedBy }) => [pid, blockedBy]));
      for (const [pid, lease] of running) lease.blockedByPid = waits.get(pid) ?? undefined;
    } catch {
      // A look that failed is no look: what is said of the holders then leaves the locks out.
    } finally {
      this.#isLooking = false;
    }
  }
}

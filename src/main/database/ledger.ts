/**
 * The ledger: every lease of the process. It is what joins a backend's PID to the statement, route and request that
 * holds it, without a comment in the SQL.
 */

import type { LaneName } from './lane.ts';
import type { Origin } from './origin.ts';

/** One connection held by one caller: who, since when, doing what. */
export interface Lease {
  readonly id: number;
  readonly lane: LaneName;
  readonly origin: Origin | undefined;
  readonly acquiredAtMs: number;
  /** The backend's process id; 0 until a connection has been assigned. */
  pid: number;
  /** What runs now, or ran last. */
  statement: string;
  inTransaction: boolean;
}

export class Ledger {
  readonly #leases = new Map<number, Lease>();
  #nextId = 1;

  open(lane: LaneName, statement: string, origin: Origin | undefined, nowMs: number): Lease {
    const lease: Lease = {
      id: this.#nextId++,
      lane,
      origin,
      acquiredAtMs: nowMs,
      pid: 0,
      statement,
      inTransaction: false,
    };
    this.#leases.set(lease.id, lease);
    return lease;
  }

  close(lease: Lease): void {
    this.#leases.delete(lease.id);
  }

  /** Leases now held, oldest first. */
  list(): Lease[] {
    return [...this.#leases.values()];
  }

  /** "5 by reports.monthly for 41 s, 1 by data.listRecords for 2 s": the largest holders of a lane, for a refusal. */
  describeHolders(lane: LaneName, nowMs: number): string {
    const byStatement = new Map<string, { count: number; oldestMs: number }>();
    for (const lease of this.#leases.values()) {
      if (lease.lane !== lane) continue;
      const group = byStatement.get(lease.statement) ?? { count: 0, oldestMs: 0 };
      group.count += 1;
      group.oldestMs = Math.max(group.oldestMs, nowMs - lease.acquiredAtMs);
      byStatement.set(lease.statement, group);
    }
    return [...byStatement]
      .sort(([, a], [, b]) => b.count - a.count)
      .slice(0, 3)
      .map(([statement, { count, oldestMs }]) => `${count} by ${statement} for ${describeDuration(oldestMs)}`)
      .join(', ');
  }
}

function describeDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
}

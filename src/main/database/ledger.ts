/**
 * The ledger: every lease of the process. It is what joins a backend's PID to the statement, route and request that
 * holds it, without a comment in the SQL.
 */

import type { AppError } from '../foundation/errors.ts';
import type { AdmissionRequest } from './admission.ts';
import type { Origin } from './origin.ts';

/** What a lease sent, kept while it runs and never written anywhere: it is what a plan is asked for. */
export interface SentQuery {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Something under way that can be ended from outside, so that what matters more can breathe. */
export interface Endable {
  readonly text: string;
  /** Cancels it at the server; its caller is told `refusal`. False where it is being ended already, or has ended. */
  preempt(refusal: AppError): boolean;
}

/** One connection held by one caller: who, since when, doing what. */
export interface Lease {
  readonly id: number;
  readonly origin: Origin | undefined;
  readonly acquiredAtMs: number;
  /** What it was admitted as; its lane changes when a statement turns out to belong elsewhere. */
  admitted: AdmissionRequest;
  /** When a connection was assigned: from then on it is held. */
  heldSinceMs: number;
  /** The backend's process id; 0 until then. */
  pid: number;
  /** What runs now, or ran last. */
  statement: string;
  /** When that began, or ended: an idle lease is one whose last statement ended long ago. */
  statementAtMs: number;
  isRunning: boolean;
  inTransaction: boolean;
  /** When the transaction began; 0 outside of one. */
  transactionAtMs: number;
  /** How long the lease has run statements in all, the one under way not counted. What is left of its life it was idle. */
  busyMs: number;
  sent: SentQuery | undefined;
  /** What runs now, where it can be ended from outside. */
  endable: Endable | undefined;
  isReleased: boolean;
  /** While a cancel is not confirmed, though its caller has been answered: the connection is kept until then. */
  settling: Promise<void> | undefined;
  /** The backend whose lock it waits for, when that was last looked at. */
  blockedByPid: number | undefined;
  /** When it was last seen waiting for a lock; 0 for never. */
  lockSeenAtMs: number;
  /** Where it was taken; captured for a sample of leases, and for none where nobody looks for leaks. */
  stack: string | undefined;
}

/** It runs something from now on. */
export function beginStatement(lease: Lease, statement: string, sent: SentQuery | undefined, nowMs: number): void {
  lease.statement = statement;
  lease.statementAtMs = nowMs;
  lease.isRunning = true;
  lease.sent = sent;
}

/** What it ran has ended. Whoever reports it twice, as two of its watchers may, changes nothing by it. */
export function endStatement(lease: Lease, nowMs: number): void {
  if (!lease.isRunning) return;
  lease.busyMs += nowMs - lease.statementAtMs;
  lease.statementAtMs = nowMs;
  lease.isRunning = false;
  lease.sent = undefined;
  lease.endable = undefined;
}

/** Whether a statement that began at `sinceMs` was ever seen waiting for a lock. */
export function wasLocked(lease: Lease, sinceMs: number): boolean {
  return lease.lockSeenAtMs >= sinceMs && lease.lockSeenAtMs > 0;
}

/** @param sinceMs when the statement began that opened it; left out where it has ended */
export function noteTransaction(lease: Lease, sinceMs: number | undefined): void {
  lease.inTransaction = sinceMs !== undefined;
  lease.transactionAtMs = sinceMs ?? 0;
}

export class Ledger {
  readonly #leases = new Map<number, Lease>();
  #nextId = 1;

  open(admitted: AdmissionRequest, origin: Origin | undefined, nowMs: number): Lease {
    const lease: Lease = {
      id: this.#nextId++,
      origin,
      acquiredAtMs: nowMs,
      admitted,
      heldSinceMs: nowMs,
      pid: 0,
      statement: admitted.fingerprint,
      statementAtMs: nowMs,
      isRunning: false,
      inTransaction: false,
      transactionAtMs: 0,
      busyMs: 0,
      sent: undefined,
      endable: undefined,
      isReleased: false,
      settling: undefined,
      blockedByPid: undefined,
      lockSeenAtMs: 0,
      stack: undefined,
    };
    this.#leases.set(lease.id, lease);
    return lease;
  }

  close(lease: Lease): void {
    lease.isReleased = true;
    this.#leases.delete(lease.id);
  }

  /** Leases now held, oldest first. */
  list(): Lease[] {
    return [...this.#leases.values()];
  }

  /** "5 by reports.monthly for 41 s, 1 by data.listRecords for 2 s": the largest holders of a lane, for a refusal. */
  describeHolders(lane: string, nowMs: number): string {
    const byStatement = new Map<string, { count: number; oldestMs: number }>();
    for (const lease of this.#leases.values()) {
      if (lease.admitted.lane !== lane) continue;
      const group = byStatement.get(lease.statement) ?? { count: 0, oldestMs: 0 };
      group.count += 1;
      group.oldestMs = Math.max(group.oldestMs, nowMs - lease.acquiredAtMs);
      byStatement.set(lease.statement, group);
    }
    const holders = [...byStatement]
      .sort(([, a], [, b]) => b.count - a.count)
      .slice(0, 3)
      .map(([statement, { count, oldestMs }]) => `${count} by ${statement} for ${describeDuration(oldestMs)}`);
    return [...holders, ...this.#describeLockWaits(lane)].join(', ');
  }

  /** "2 waiting on a lock of pid 812": one for each backend that stands in the way. */
  #describeLockWaits(lane: string): string[] {
    const byBlocker = new Map<number, number>();
    for (const { admitted, blockedByPid, isRunning } of this.#leases.values()) {
      if (admitted.lane !== lane || blockedByPid === undefined || !isRunning) continue;
      byBlocker.set(blockedByPid, (byBlocker.get(blockedByPid) ?? 0) + 1);
    }
    return [...byBlocker].map(([pid, count]) => `${count} waiting on a lock of pid ${pid}`);
  }
}

function describeDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
}

/** Passes on what the pool reports, and lets the limiter hear the part that it needs. */

import type { Lease } from '../ledger.ts';
import {
  type LimitChange,
  PoolTracker,
  type RefusalReason,
  type StatementMove,
  type StatementOutcome,
} from '../tracker.ts';
import type { Limiter } from './limiter.ts';

export class LimitTracker extends PoolTracker {
  readonly #next: PoolTracker;
  /** Set once the limiter is there: it reports through the tracker that it hears. */
  limiter: Limiter | undefined;

  constructor(next: PoolTracker) {
    super();
    this.#next = next;
  }

  override statementEnded(outcome: StatementOutcome): void {
    this.limiter?.ended(outcome);
    this.#next.statementEnded(outcome);
  }

  override leaseGranted(lane: string, waitedMs: number): void {
    this.limiter?.granted(lane, waitedMs);
    this.#next.leaseGranted(lane, waitedMs);
  }

  override connectionFailed(error: Error): void {
    this.limiter?.connectionFailed();
    this.#next.connectionFailed(error);
  }

  override connectionOpened(durationMs: number): void {
    this.#next.connectionOpened(durationMs);
  }

  override connectionClosed(reason: string): void {
    this.#next.connectionClosed(reason);
  }

  override leaseReleased(lane: string, heldMs: number, lease: Lease): void {
    this.#next.leaseReleased(lane, heldMs, lease);
  }

  override refused(lane: string, reason: RefusalReason): void {
    this.#next.refused(lane, reason);
  }

  override heldUp(lane: string, statement: string, behind: number): void {
    this.#next.heldUp(lane, statement, behind);
  }

  override cancelSent(lane: string, statement: string): void {
    this.#next.cancelSent(lane, statement);
  }

  override statementMoved(move: StatementMove): void {
    this.#next.statementMoved(move);
  }

  override limitChanged(change: LimitChange): void {
    this.#next.limitChanged(change);
  }

  override leakFound(lease: Lease, idleMs: number): void {
    this.#next.leakFound(lease, idleMs);
  }

  override preempted(lane: string, statement: string): void {
    this.#next.preempted(lane, statement);
  }
}

/** The pool reports to one tracker; this one passes each report on to all who listen, in the order of their coming. */

import {
  type Lease,
  type LimitChange,
  PoolTracker,
  type RefusalReason,
  type StatementMove,
  type StatementOutcome,
} from '../database/index.ts';

export class TrackerFan extends PoolTracker {
  /** An array of its own each time it changes: a listener may come or go while a report is passed on. */
  #listeners: readonly PoolTracker[];

  constructor(...listeners: PoolTracker[]) {
    super();
    this.#listeners = listeners;
  }

  /** Returns how to stop listening. */
  add(listener: PoolTracker): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener);
    };
  }

  override connectionOpened(durationMs: number): void {
    for (const listener of this.#listeners) listener.connectionOpened(durationMs);
  }

  override connectionFailed(error: Error): void {
    for (const listener of this.#listeners) listener.connectionFailed(error);
  }

  override connectionClosed(reason: string): void {
    for (const listener of this.#listeners) listener.connectionClosed(reason);
  }

  override leaseGranted(lane: string, waitedMs: number): void {
    for (const listener of this.#listeners) listener.leaseGranted(lane, waitedMs);
  }

  override leaseReleased(lane: string, heldMs: number, lease: Lease): void {
    for (const listener of this.#listeners) listener.leaseReleased(lane, heldMs, lease);
  }

  override refused(lane: string, reason: RefusalReason): void {
    for (const listener of this.#listeners) listener.refused(lane, reason);
  }

  override statementEnded(outcome: StatementOutcome): void {
    for (const listener of this.#listeners) listener.statementEnded(outcome);
  }

  override heldUp(lane: string, statement: string, behind: number): void {
    for (const listener of this.#listeners) listener.heldUp(lane, statement, behind);
  }

  override cancelSent(lane: string, statement: string): void {
    for (const listener of this.#listeners) listener.cancelSent(lane, statement);
  }

  override statementMoved(move: StatementMove): void {
    for (const listener of this.#listeners) listener.statementMoved(move);
  }

  override limitChanged(change: LimitChange): void {
    for (const listener of this.#listeners) listener.limitChanged(change);
  }

  override leakFound(lease: Lease, idleMs: number): void {
    for (const listener of this.#listeners) listener.leakFound(lease, idleMs);
  }

  override preempted(lane: string, statement: string): void {
    for (const listener of this.#listeners) listener.preempted(lane, statement);
  }
}

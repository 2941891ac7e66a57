/**
 * How the pool reports upward: an interface whose methods do nothing unless someone overrides them, so that the pool
 * knows no monitor. (The idea is HikariCP's IMetricsTracker.)
 */

import type { LaneName } from './lane.ts';
import type { Origin } from './origin.ts';

export type RefusalReason = 'queue_full' | 'waited_too_long' | 'caller_gone' | 'closing';

export interface StatementOutcome {
  /** The declared name; `(transaction)` for begin and commit. */
  statement: string;
  lane: LaneName;
  durationMs: number;
  rows: number;
  /** SQLSTATE or socket code; absent when it succeeded. */
  errorCode?: string | undefined;
  origin: Origin | undefined;
}

export class PoolTracker {
  connectionOpened(_durationMs: number): void {}
  connectionFailed(_error: Error): void {}
  connectionClosed(_reason: string): void {}
  leaseGranted(_lane: LaneName, _waitedMs: number): void {}
  leaseReleased(_lane: LaneName, _heldMs: number): void {}
  refused(_lane: LaneName, _reason: RefusalReason): void {}
  statementEnded(_outcome: StatementOutcome): void {}
  cancelSent(_lane: LaneName, _statement: string): void {}
}

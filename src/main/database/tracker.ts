/**
 * How the pool reports upward: an interface whose methods do nothing unless someone overrides them, so that the pool
 * knows no monitor. (The idea is HikariCP's IMetricsTracker.)
 */

import type { Origin } from './origin.ts';

export type RefusalReason =
  | 'queue_full'
  | 'waited_too_long'
  | 'overloaded'
  | 'deadline_unmeetable'
  | 'nested'
  | 'caller_gone'
  | 'closing';

export interface StatementOutcome {
  /** The declared name; for begin and commit the transaction's own. */
  statement: string;
  lane: string;
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
  leaseGranted(_lane: string, _waitedMs: number): void {}
  leaseReleased(_lane: string, _heldMs: number): void {}
  refused(_lane: string, _reason: RefusalReason): void {}
  statementEnded(_outcome: StatementOutcome): void {}
  /** A statement outstayed its usual time on a shared connection while `behind` others stood behind it. */
  heldUp(_lane: string, _statement: string, _behind: number): void {}
  cancelSent(_lane: string, _statement: string): void {}
}

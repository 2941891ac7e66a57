/**
 * How the pool reports upward: an interface whose methods do nothing unless someone overrides them, so that the pool
 * knows no monitor. (The idea is HikariCP's IMetricsTracker.)
 */

import type { Lease } from './ledger.ts';
import type { Origin } from './origin.ts';

export type RefusalReason =
  | 'queue_full'
  | 'waited_too_long'
  | 'overloaded'
  | 'deadline_unmeetable'
  | 'nested'
  | 'statement_capped'
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
  /** Who had it ended before it was done; absent where nobody had, or where only Postgres knows. */
  stopped?: StopReason | undefined;
  /** It was seen waiting for a lock, or went at its reader's pace: what it took says nothing of what the database can bear. */
  isNoSample?: boolean | undefined;
}

/** The deadline came, its caller went away, or it gave way to a more important lane. */
export type StopReason = 'deadline' | 'caller_gone' | 'preempted';

/** The pool changed what it lets through, and says why. */
export interface LimitChange {
  /** Left out where the whole pool is meant. */
  lane?: string | undefined;
  from: number;
  to: number;
  /** A sentence for a person: "critical takes 3.1 times its usual time; bulk gives way". */
  reason: string;
}

/** A statement that outstayed its leash is in another lane from now on. */
export interface StatementMove {
  lease: Lease;
  fromLane: string;
  toLane: string;
  ranMs: number;
}

export class PoolTracker {
  connectionOpened(_durationMs: number): void {}
  connectionFailed(_error: Error): void {}
  connectionClosed(_reason: string): void {}
  leaseGranted(_lane: string, _waitedMs: number): void {}
  /** The lease is closed; what it says of its holder may still be read. */
  leaseReleased(_lane: string, _heldMs: number, _lease: Lease): void {}
  refused(_lane: string, _reason: RefusalReason): void {}
  statementEnded(_outcome: StatementOutcome): void {}
  /** A statement outstayed its usual time on a shared connection while `behind` others stood behind it. */
  heldUp(_lane: string, _statement: string, _behind: number): void {}
  cancelSent(_lane: string, _statement: string): void {}
  statementMoved(_move: StatementMove): void {}
  limitChanged(_change: LimitChange): void {}
  /** Held, and running nothing, for longer than any work takes. */
  leakFound(_lease: Lease, _idleMs: number): void {}
  /** A statement of ours was ended by the pool so that a more important lane could breathe. */
  preempted(_lane: string, _statement: string): void {}
}

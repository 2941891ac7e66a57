/** One session of Postgres as it was seen at one moment: what `pg_stat_activity` says, joined with our own ledger. */

import type { Lease } from '../../database/index.ts';

export type BackendState =
  | 'active'
  | 'idle'
  | 'idle in transaction'
  | 'idle in transaction (aborted)'
  | 'fastpath function call'
  | 'disabled';

export interface Backend {
  readonly pid: number;
  /** The backend that a parallel worker works for. */
  readonly leaderPid: number | null;
  /** `client backend`, `autovacuum worker`, `walsender` and the others. */
  readonly backendType: string;
  readonly databaseName: string | null;
  readonly userName: string | null;
  readonly isSuperuser: boolean;
  /** Whether our own role may signal it. */
  readonly isOurRole: boolean;
  readonly applicationName: string;
  readonly clientAddress: string | null;
  readonly state: BackendState | null;
  readonly waitEventType: string | null;
  readonly waitEvent: string | null;
  /**
   * Postgres' own text of the instants: a Date would lose the microseconds that an identity check needs. Empty where our
   * role may not see it.
   */
  readonly backendStart: string;
  readonly transactionStart: string | null;
  readonly queryStart: string | null;
  /** Milliseconds by the server's clock, at the moment of the sample. */
  readonly transactionMs: number | null;
  readonly queryMs: number | null;
  readonly stateMs: number | null;
  /** The text without its constants: they may be secrets. Empty where we may not see it. */
  readonly query: string;
  /** Its text carries the comment `guard:keep`, which is lost with the constants. */
  readonly isKept: boolean;
  /** The statement's declared name, or its fingerprint. */
  readonly statement: string;
  /** Who stands in its way; asked only of those who wait for a lock. 0 stands for a prepared transaction. */
  readonly blockedBy: readonly number[];
  readonly holdsReplicationSlot: boolean;
  /** What this process knows of it; absent for other programs' sessions. */
  readonly lease: Lease | undefined;
}

export interface ActivitySample {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  readonly backends: readonly Backend[];
  /** Sessions of other roles of which our role may see no more than that they are there: it lacks `pg_monitor`. */
  readonly hidden: number;
  /** How long the sample took to take. */
  readonly tookMs: number;
}

export type ActivityListener = (sample: ActivitySample) => void;

/** A client in somebody's hands: what it runs is noted, and it comes back once, clean. */

import { type PoolClient, Query, type QueryConfig, type QueryResult } from 'pg';
import { isCheckOutOfRoute } from './check-out-name.ts';
import type { ClientBound } from './client-bound.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import type { LeakHolder } from './leak-report.ts';
import type { HeldLease } from './lease-request.ts';
import { beginStatement, endStatement, type Lease, noteTransaction, type SentQuery, wasLocked } from './ledger.ts';
import { toPoolError } from './pool-error.ts';
import type { CallBounds, PoolParts } from './pool-parts.ts';
import { runQuery } from './running-query.ts';
import { endsConnection, isPostgresError } from './sql-state.ts';
import type { StopReason } from './tracker.ts';
import { type ClientHolder, type ClientOutcome, textOf, type WatchedClient } from './watched-client.ts';

const ROLLBACK = 'rollback';
const NOT_IN_TRANSACTION = 'I';
const CONNECTION_LOST = '08006';
/** How long a cursor or a COPY that is under way at the release may take to end; nobody is left to read it. */
const PORTAL_GRACE_MS = 500;

interface Running {
  readonly fingerprint: Fingerprint;
  readonly sent: SentQuery;
  readonly isPortal: boolean;
  startedAtMs: number;
}

export class CheckedOut implements ClientHolder, LeakHolder {
  readonly client: PoolClient;
  readonly #parts: PoolParts;
  readonly #held: HeldLease;
  readonly #bounds: CallBounds;
  #isReleased = false;
  #hasPortal = false;
  #hasChangedSession = false;
  /** What the server works on, and what stands behind it on the same client. */
  #running: Running | undefined;
  #behind: Running[] | undefined;
  /** The one statement of `pool.query`, which reports itself. */
  #isOneQuery = false;
  #onDrained: (() => void) | undefined;
  /** Where a statement has an end; made with the first one. */
  #bound: ClientBound | undefined;

  constructor(parts: PoolParts, held: HeldLease, bounds: CallBounds) {
    this.#parts = parts;
    this.#held = held;
    this.#bounds = bounds;
    const { lease, connection } = held;
    const client = connection.client as PoolClient & WatchedClient;
    this.client = client;
    client.holder = this;
    client.release = (error) => this.#releaseOnce(error);
    parts.out += 1;
    parts.leaks.watch(lease, this, CheckedOut);
    parts.watch.wake();
    parts.emit('acquire', client);
  }

  /** Runs one statement and translates what the pool itself decides about it. It settles when the client is free again. */
  async run(query: unknown, values: unknown[] | undefined): Promise<QueryResult> {
    const startedAtMs = this.#parts.runner.nowMs();
    // A query object of the driver's is run as on any client.
    this.#isOneQuery = !(query instanceof Query);
    try {
      const result = await this.#start(query, values);
      this.#report(startedAtMs, result.rowCount ?? 0, undefined);
      return result;
    } catch (error) {
      const { connection, lease } = this.#held;
      this.#report(startedAtMs, 0, error);
      if (endsConnection(error)) connection.isBroken = true;
      // The server says what went wrong before it says that it is ready.
      if (this.#running && !lease.settling && !connection.isBroken)
        await new Promise<void>((resolve) => this.#whenDrained(resolve));
      throw toPoolError(error);
    }
  }

  /** What runs under a deadline has been reported by then. */
  #report(startedAtMs: number, rows: number, thrown: unknown): void {
    if (this.#bounds.queryAtMs !== undefined || !this.#isOneQuery) return;
    const { nowMs, tracker } = this.#parts.runner;
    const { admitted, origin, statement } = this.#held.lease;
    const errorCode = thrown === undefined ? undefined : (isPostgresError(thrown) && thrown.code) || 'error';
    const durationMs = nowMs() - startedAtMs;
    tracker.statementEnded({ statement, lane: admitted.lane, durationMs, rows, errorCode, origin });
  }

  get lease(): Lease {
    return this.#held.lease;
  }

  /** Until when its caller wants an answer, where he said so. */
  get deadlineAtMs(): number | undefined {
    return this.#bounds.clientAtMs;
  }

  /** Why the statement that ran last was cancelled, where we had it cancelled. */
  get stopped(): StopReason | undefined {
    return this.#bound?.stopped;
  }

  /** @param failure after which the connection is of no more use */
  release(failure?: Error): void {
    if (!this.#isReleased) this.#releaseOnce(failure);
  }

  #start(query: unknown, values: unknown[] | undefined): Promise<QueryResult> {
    const { queryAtMs: deadlineAtMs } = this.#bounds;
    if (query instanceof Query) return this.#startQueryObject(query);
    if (deadlineAtMs === undefined) return this.client.query(query as QueryConfig, values);
    const config = typeof query === 'string' ? { text: query } : (query as QueryConfig);
    const job = { ...config, ...(values ? { values } : {}) };
    const statement = fingerprintOf(textOf(query)).name;
    return runQuery(this.#parts.runner, { held: this.#held, statement, query: job, deadlineAtMs });
  }

  /** The driver's own query object: it may have a callback of its own, which is called too. */
  #startQueryObject(query: Query): Promise<QueryResult> {
    const observed = query as Query & { callback?: (error: Error | null, result: QueryResult) => void };
    const { callback } = observed;
    return new Promise((resolve, reject) => {
      observed.callback = (error, result) => {
        callback?.(error, result);
        if (error) reject(error);
        else resolve(result);
      };
      this.client.query(query);
    });
  }

  noteStatement(sent: SentQuery, isPortal: boolean): void {
    this.#hasPortal = isPortal;
    const next = { fingerprint: fingerprintOf(sent.text), sent, isPortal, startedAtMs: 0 };
    if (!this.#running) this.#atWorkOn(next);
    else if (this.#behind) this.#behind.push(next);
    else this.#behind = [next];
  }

  /** The server has come to this one. */
  #atWorkOn(next: Running): void {
    next.startedAtMs = this.#parts.runner.nowMs();
    this.#running = next;
    if (next.fingerprint.changesSession) this.#hasChangedSession = true;
    beginStatement(this.#held.lease, next.fingerprint.name, next.sent, next.startedAtMs);
    if (this.#isOneQuery) return;
    this.#bound ??= this.#parts.boundOf(this.#held, this.#bounds);
    this.#bound?.began(next.fingerprint.name);
  }

  noteEnded({ rows, errorCode, isInTransaction }: ClientOutcome): void {
    const ended = this.#running;
    if (!ended) return;
    const { finder, runner } = this.#parts;
    const { lease } = this.#held;
    const { admitted, origin } = lease;
    const statement = ended.fingerprint.name;
    const durationMs = runner.nowMs() - ended.startedAtMs;
    const stopped = this.#bound?.stopped;
    finder.learn(statement, durationMs);
    this.#bound?.ended();
    this.#endRunning(isInTransaction);
    if (this.#isOneQuery) return;
    runner.tracker.statementEnded({
      ...{ statement, lane: admitted.lane, durationMs, rows, errorCode, origin, stopped },
      // A portal ends when its reader says so.
      isNoSample: ended.isPortal || wasLocked(lease, ended.startedAtMs),
    });
  }

  #endRunning(isInTransaction = this.#held.lease.inTransaction): void {
    const { lease } = this.#held;
    endStatement(lease, this.#parts.runner.nowMs());
    if (isInTransaction !== lease.inTransaction) {
      noteTransaction(lease, isInTransaction ? this.#running?.startedAtMs : undefined);
    }
    this.#running = undefined;
    const next = this.#behind?.shift();
    if (next) this.#atWorkOn(next);
  }

  noteDrained(): void {
    this.#onDrained?.();
  }

  /** The caller has forgotten the client: whatever it does with it later has no effect. */
  reclaim(): void {
    this.client.release = () => undefined;
    this.#held.connection.isBroken = true;
    this.#giveBack(undefined);
  }

  #releaseOnce(error: unknown): void {
    if (this.#isReleased) throw new Error('Release called on client which has already been released to the pool.');
    this.#isReleased = true;
    const { connection, lease } = this.#held;
    this.#parts.emit('release', error, this.client);
    if (error) connection.isBroken = true;
    // What is under way belongs to this caller: the next one does not stand behind it.
    if (lease.settling) void lease.settling.then(() => this.#giveBackWhenDone());
    else this.#giveBackWhenDone();
  }

  #giveBackWhenDone(): void {
    if (this.#running && !this.#held.connection.isBroken) this.#whenDrained(() => this.#giveBackClean());
    else this.#giveBackClean();
  }

  #whenDrained(done: () => void): void {
    const { connection } = this.#held;
    let grace: NodeJS.Timeout | undefined;
    const settle = (isBroken: boolean) => {
      clearTimeout(grace);
      this.#onDrained = undefined;
      this.client.off('end', onEnd);
      if (isBroken) connection.isBroken = true;
      done();
    };
    const onEnd = () => settle(true);
    this.client.once('end', onEnd);
    this.#onDrained = () => settle(false);
    if (this.#hasPortal) grace = setTimeout(onEnd, PORTAL_GRACE_MS);
  }

  #giveBackClean(): void {
    const { connection } = this.#held;
    const status = (this.client as PoolClient & { getTransactionStatus?(): string }).getTransactionStatus?.();
    const isDirty = status !== undefined && status !== null && status !== NOT_IN_TRANSACTION;
    if (!isDirty || connection.isBroken) {
      this.#giveBack(undefined);
      return;
    }
    // A transaction left open would become the next caller's.
    this.client.query(ROLLBACK).then(
      () => this.#giveBack(undefined),
      (thrown: Error) => this.#giveBack(thrown),
    );
  }

  #giveBack(failure: Error | undefined): void {
    this.#isReleased = true;
    const { lease, connection } = this.#held;
    if (lease.isReleased) return;
    if (failure) connection.isBroken = true;
    // Cut off: no end of it will be heard.
    this.#behind = undefined;
    if (this.#running) this.noteEnded({ rows: 0, errorCode: CONNECTION_LOST, isInTransaction: false });
    const client = connection.client as PoolClient & WatchedClient;
    client.holder = undefined;
    this.#parts.out -= 1;
    this.#parts.leaks.forget(lease);
    const { fingerprint } = lease.admitted;
    if (isCheckOutOfRoute(fingerprint)) {
      this.#parts.finder.learn(fingerprint, this.#parts.runner.nowMs() - lease.heldSinceMs);
    }
    if (this.#hasChangedSession && this.#parts.keepsSessionsClean) connection.closesBecause = 'session changed';
    this.#parts.desk.release(this.#held);
  }
}

/** A client in somebody's hands: what it runs is noted, and it comes back once, clean. */

import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { fingerprintOf } from './fingerprint.ts';
import type { HeldLease } from './lease-request.ts';
import { toPoolError } from './pool-error.ts';
import type { PoolParts } from './pool-parts.ts';
import { runQuery } from './running-query.ts';
import { endsConnection } from './sql-state.ts';
import { type ClientHolder, textOf, type WatchedClient } from './watched-client.ts';

/** One lease in so many has its stack captured; a leak is then found within a few, at no cost to speak of. */
const STACK_SAMPLE = 64;
const ROLLBACK = 'rollback';
const NOT_IN_TRANSACTION = 'I';

let taken = 0;

export class CheckedOut implements ClientHolder {
  readonly client: PoolClient;
  readonly #parts: PoolParts;
  readonly #held: HeldLease;
  readonly #deadlineAtMs: number | undefined;
  #isReleased = false;

  /** @param deadlineAtMs left out where the caller set no deadline and gave no signal: the driver's own way is taken then */
  constructor(parts: PoolParts, held: HeldLease, deadlineAtMs: number | undefined) {
    this.#parts = parts;
    this.#held = held;
    this.#deadlineAtMs = deadlineAtMs;
    const { lease, connection } = held;
    const client = connection.client as PoolClient & WatchedClient;
    this.client = client;
    client.holder = this;
    client.release = (error) => this.#releaseOnce(error);
    taken += 1;
    if (taken % STACK_SAMPLE === 1) Error.captureStackTrace(lease as { stack?: string }, CheckedOut);
    parts.watch.wake();
    if (parts.reclaimsLeaks) parts.onReclaim(lease, () => this.#reclaim());
    parts.emit('acquire', client);
  }

  /** Runs one statement and translates what the pool itself decides about it. */
  async run(query: unknown, values: unknown[] | undefined): Promise<QueryResult> {
    const deadlineAtMs = this.#deadlineAtMs;
    if (deadlineAtMs === undefined || typeof (query as { submit?: unknown }).submit === 'function') {
      return this.#runPlainly(query, values);
    }
    const config = typeof query === 'string' ? { text: query } : (query as QueryConfig);
    const job = { ...config, ...(values ? { values } : {}) };
    const statement = fingerprintOf(textOf(query)).name;
    try {
      return await runQuery(this.#parts.runner, { held: this.#held, statement, query: job, deadlineAtMs });
    } catch (error) {
      throw toPoolError(error);
    }
  }

  release(): void {
    if (!this.#isReleased) this.#releaseOnce(undefined);
  }

  async #runPlainly(query: unknown, values: unknown[] | undefined): Promise<QueryResult> {
    try {
      return await this.client.query(query as QueryConfig, values);
    } catch (error) {
      if (endsConnection(error)) this.#held.connection.isBroken = true;
      throw error;
    }
  }

  noteStatement(text: string): void {
    const { lease } = this.#held;
    lease.statement = fingerprintOf(text).name;
    lease.statementAtMs = this.#parts.runner.nowMs();
    lease.isRunning = true;
  }

  noteDrained(): void {
    const { lease } = this.#held;
    if (!lease.isRunning) return;
    const nowMs = this.#parts.runner.nowMs();
    this.#parts.finder.learn(lease.statement, nowMs - lease.statementAtMs);
    lease.isRunning = false;
    lease.statementAtMs = nowMs;
  }

  /** The caller has forgotten the client: whatever it does with it later has no effect. */
  #reclaim(): void {
    this.client.release = () => undefined;
    this.#held.connection.isBroken = true;
    this.#giveBack(undefined);
  }

  #releaseOnce(error: unknown): void {
    if (this.#isReleased) throw new Error('Release called on client which has already been released to the pool.');
    const { connection } = this.#held;
    this.#parts.emit('release', error, this.client);
    if (error) connection.isBroken = true;
    const status = (this.client as PoolClient & { getTransactionStatus?(): string }).getTransactionStatus?.();
    const isDirty = status !== undefined && status !== null && status !== NOT_IN_TRANSACTION;
    if (!isDirty || connection.isBroken) {
      this.#giveBack(undefined);
      return;
    }
    // A transaction left open would become the next caller's.
    this.#isReleased = true;
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
    const client = connection.client as PoolClient & WatchedClient;
    client.holder = undefined;
    if (this.#parts.reclaimsLeaks) this.#parts.forget(lease);
    this.#parts.desk.release(this.#held);
  }
}

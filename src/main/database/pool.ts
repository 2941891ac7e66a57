/**
 * The drop-in: everything `pg.Pool` does, on the guarded pool. A program that only swaps the import gets lanes, fair and
 * bounded waiting, and refusals that say who holds the connections; one that says more of its calls, by `pool.as(…)`,
 * gets its own lanes, fairness between its tenants, deadlines and cancellation.
 */

import type { EventEmitter } from 'node:events';
import { Pool as DriverPool, type PoolClient, type QueryResult } from 'pg';
import { CHECKED_OUT } from './check-out-name.ts';
import { CheckedOut } from './checked-out.ts';
import { createDropInParts } from './drop-in-parts.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { HeldLease, LeaseRequest } from './lease-request.ts';
import type { Lease } from './ledger.ts';
import { OpenTransactions } from './open-transactions.ts';
import { toPoolError } from './pool-error.ts';
import type { CallOptions, PoolOptions } from './pool-options.ts';
import type { Emit, LanesSnapshot, PoolParts } from './pool-parts.ts';
import { type ClientTransaction, type PoolTransactionOptions, runClientTransaction } from './pool-transaction.ts';
import { isPortal, textOf } from './watched-client.ts';

type Callback<Result> = (error: Error | undefined, result?: Result) => void;
type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (error?: unknown) => void,
) => void;

/** The pool as seen by one kind of call: in its lane, for its tenant, until its deadline. */
export interface ScopedPool {
  query: DriverPool['query'];
  connect: DriverPool['connect'];
  transaction<Result>(work: TransactionWork<Result>, options?: PoolTransactionOptions): Promise<Result>;
}

/** What is done inside of a transaction. It neither ends it nor gives the client back. */
export type TransactionWork<Result> = (client: PoolClient) => Promise<Result>;

export interface Pool extends DriverPool {
  /**
   * Begins, runs the work on one client, commits, and gives the client back; rolled back where the work fails. Inside of
   * another one of this pool, `join: true` makes it a part of that, under a savepoint. A second client that would have to be
   * waited for there is refused by name.
   *
   * @throws what the work threw; PoolRefusal, with the reason outcome_unknown where the answer to the commit was lost
   */
  transaction<Result>(work: TransactionWork<Result>, options?: PoolTransactionOptions): Promise<Result>;
  /** The same pool, for calls that say what they are: `pool.as({ lane: 'bulk', tenant: userId, deadlineMs: 2_000 })`. */
  as(call: CallOptions): ScopedPool;
  /** Who holds a client now, oldest first. */
  listLeases(): Lease[];
  /** Each lane's connections, waiters and refusals. */
  snapshotLanes(): LanesSnapshot;
}

const ENDED = 'Cannot use a pool after calling end on the pool';
const NOBODY: CallOptions = Object.freeze({});

/** Seen without its members' types, all of which are replaced here: `instanceof` is what is wanted of it. */
const DriverBase = DriverPool as unknown as new (
  options: PoolOptions,
) => EventEmitter & { options: PoolOptions; ending: boolean; ended: boolean };

class GuardedPool extends DriverBase {
  readonly #parts: PoolParts;
  readonly #transactions = new OpenTransactions<ClientTransaction>();

  constructor(given: PoolOptions = {}, ClientOfCaller?: PoolOptions['Client'], createParts = createDropInParts) {
    super(given);
    const options = ClientOfCaller ? { Client: ClientOfCaller, ...given } : given;
    const emit = (event: string, ...details: unknown[]) => {
      // `error` without a listener would end the process; whoever is not listening does not want that.
      if (event !== 'error' || this.listenerCount('error') > 0) this.emit(event, ...details);
    };
    // The driver's pool hides the password from whoever copies its options; the connections need it.
    const { password } = options;
    this.#parts = createParts(password === undefined ? options : { ...options, password }, emit);
  }

  get totalCount(): number {
    return this.#parts.connections.total;
  }

  get idleCount(): number {
    return this.#parts.connections.idle;
  }

  get waitingCount(): number {
    return this.#parts.desk.admission.waiting;
  }

  get expiredCount(): number {
    return 0;
  }

  as(call: CallOptions): ScopedPool {
    return {
      query: ((...args: unknown[]) => this.#query(args, call)) as DriverPool['query'],
      connect: ((callback?: ConnectCallback) => this.#connect(callback, call)) as DriverPool['connect'],
      transaction: (work, options) => this.transaction(work, { ...call, ...options }),
    };
  }

  listLeases(): Lease[] {
    return this.#parts.desk.ledger.list();
  }

  snapshotLanes(): LanesSnapshot {
    return this.#parts.snapshot();
  }

  connect(callback?: ConnectCallback): Promise<PoolClient> | undefined {
    return this.#connect(callback, NOBODY);
  }

  query(...args: unknown[]): Promise<QueryResult> | undefined {
    return this.#query(args, NOBODY);
  }

  transaction<Result>(work: TransactionWork<Result>, options: PoolTransactionOptions = NOBODY): Promise<Result> {
    const { join, ...call } = options;
    const outer = join ? this.#transactions.current : undefined;
    if (outer) return this.#transactions.join(outer, () => work(outer.client));
    const transactions = { parts: this.#parts, open: this.#transactions };
    return runClientTransaction(transactions, () => this.#checkOut(CHECKED_OUT, call), work);
  }

  end(callback?: () => void): Promise<void> | undefined {
    return settle(this.#end(), callback && (() => callback()));
  }

  #connect(callback: ConnectCallback | undefined, call: CallOptions): Promise<PoolClient> | undefined {
    if (!callback) return this.#checkOut(CHECKED_OUT, call).then((held) => held.client);
    if (this.ending) {
      process.nextTick(refuse, callback, new Error(ENDED));
      return undefined;
    }
    const request = this.#parts.requestFor(CHECKED_OUT, call);
    const held = this.#parts.desk.acquireAtOnce(request);
    // Never within the call itself: whoever asked expects to have returned before the answer comes.
    if (held) process.nextTick(this.#handOver, callback, this.#hold(held, request, call));
    else {
      this.#parts.desk.request(request, (error, granted) => {
        if (granted) process.nextTick(this.#handOver, callback, this.#hold(granted, request, call));
        else process.nextTick(refuse, callback, toPoolError(error));
      });
    }
    return undefined;
  }

  /** In all of `pg`'s forms: text, config, a query object; with values or without; callback or promise. */
  #query([query, second, third]: unknown[], call: CallOptions): Promise<QueryResult> | undefined {
    const values = typeof second === 'function' ? undefined : (second as unknown[] | undefined);
    const callback = (typeof second === 'function' ? second : third) as Callback<QueryResult> | undefined;
    if (typeof query === 'function') {
      const error = new Error('Passing a function as the first parameter to pool.query is not supported');
      return settle(Promise.reject(error), query as Callback<QueryResult>);
    }
    if (isPortal(query)) {
      const error = new Error('A cursor or a stream is read from a client: take one with pool.connect()');
      return settle(Promise.reject(error), callback);
    }
    return settle(this.#run(query, values, call), callback);
  }

  async #run(query: unknown, values: unknown[] | undefined, call: CallOptions): Promise<QueryResult> {
    const held = await this.#checkOut(fingerprintOf(textOf(query)).name, call);
    try {
      return await held.run(query, values);
    } finally {
      held.release();
    }
  }

  async #checkOut(statement: string, call: CallOptions): Promise<CheckedOut> {
    if (this.ending) throw new Error(ENDED);
    const { desk } = this.#parts;
    const request = this.#parts.requestFor(statement, call);
    try {
      return this.#hold(desk.acquireAtOnce(request) ?? (await desk.acquire(request)), request, call);
    } catch (error) {
      throw toPoolError(error);
    }
  }

  /** A second one that is asked for within the callback, and would have to be waited for, is refused by name. */
  readonly #handOver = (callback: ConnectCallback, { client, lease }: CheckedOut): void => {
    const done = client.release as (error?: unknown) => void;
    this.#parts.desk.handTo(lease, () => callback(undefined, client, done));
  };

  #hold(held: HeldLease, request: LeaseRequest, call: CallOptions): CheckedOut {
    return new CheckedOut(this.#parts, held, this.#parts.boundsFor(call, request));
  }

  async #end(): Promise<void> {
    if (this.ending) throw new Error('Called end on pool more than once');
    this.ending = true;
    // As with the driver's pool, a client that is out comes back first, however long that takes.
    await this.#parts.close();
    this.ended = true;
  }
}

function refuse(callback: ConnectCallback, error: Error): void {
  callback(error, undefined, () => undefined);
}

/** A promise for those who want one, a callback for those who brought one. */
function settle<Result>(promise: Promise<Result>, callback?: Callback<Result>): Promise<Result> | undefined {
  if (!callback) return promise;
  promise.then(
    (result) => callback(undefined, result),
    (error: Error) => callback(error),
  );
  return undefined;
}

/** In place of `pg`'s: `import { Pool } from 'aquifer/pool'`. */
export const Pool = GuardedPool as unknown as new (options?: PoolOptions, Client?: PoolOptions['Client']) => Pool;

/** The same over parts that are there already, and stay when it ends. */
export function createFacade(max: number, createParts: (emit: Emit) => PoolParts): Pool {
  return new GuardedPool({ max }, undefined, (_options, emit) => createParts(emit)) as unknown as Pool;
}

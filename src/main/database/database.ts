/**
 * The guarded database: declared statements in, rows out, each admitted by its lane and bounded by its deadline.
 */

import type { ClientConfig } from 'pg';
import type { Logger } from '../foundation/logger.ts';
import type { Connections } from './connections.ts';
import { Expectations } from './expectations.ts';
import { defaultLanes, type LaneName, type Lanes, laneNames } from './lane.ts';
import { LeaseDesk } from './lease-desk.ts';
import type { HeldLease, LeaseRequest } from './lease-request.ts';
import type { Lease } from './ledger.ts';
import { LimitTracker } from './limit/limit-tracker.ts';
import type { ServerState } from './limit/limiter.ts';
import { PoolLimits } from './limit/pool-limits.ts';
import { findLockWaits, LockWatch } from './lock-watch.ts';
import { type LoneConnection, openAlone } from './lone-connection.ts';
import { OpenTransactions } from './open-transactions.ts';
import type { Origin } from './origin.ts';
import { findOutcome, readOutcome, type TransactionOutcome } from './outcome.ts';
import { PipelinedReads } from './pipelined-reads.ts';
import type { Pool } from './pool.ts';
import { type RunnerOptions, runQuery } from './running-query.ts';
import { createServerConnections } from './server-connections.ts';
import { createServerFinder, ServerPool } from './server-pool.ts';
import { translateDatabaseError } from './sql-state.ts';
import { type Statement, toQuery } from './statement.ts';
import { StatementCaps } from './statement-caps.ts';
import { streamRows } from './stream.ts';
import { TimerWheel } from './timer-wheel.ts';
import { PoolTracker } from './tracker.ts';
import { bindTransaction, type LeasedTransaction, runTransaction, type Transaction } from './transaction.ts';

export interface DatabaseOptions {
  connectionString: string;
  maxConnections: number;
  /** Left out: `defaultLanes(maxConnections)`. */
  lanes?: Lanes<LaneName>;
  idleTimeoutMs?: number;
  connectTimeoutMs?: number;
  /** How many connections of a lane short reads share before they stand in line on one; 2 when left out. */
  sharedPerLane?: number;
  /** Sizes itself by what the database can bear, and lets what matters less give way; true when left out. */
  adaptiveLimit?: boolean;
  /** Shown in `pg_stat_activity`. */
  applicationName?: string;
  tracker?: PoolTracker;
  logger: Logger;
}

export interface LaneSnapshot {
  name: LaneName;
  guaranteed: number;
  /** The most it may hold at present. */
  ceiling: number;
  /** The most it may hold while nothing is wrong. */
  configuredCeiling: number;
  active: number;
  waiting: number;
  /** What the lane could take at this moment. */
  free: number;
  refusedTotal: number;
  refusedLastMinute: number;
  acquiredTotal: number;
  oldestWaitMs: number;
}

export interface PoolSnapshot {
  /** ISO 8601. */
  at: string;
  /** Open connections. */
  total: number;
  maxConnections: number;
  /** This process's share of what the database has, at most `maxConnections`. */
  share: number;
  /** What may be held before nothing more is lent, at most the share. */
  limit: number;
  idle: number;
  refusedTotal: number;
  lanes: LaneSnapshot[];
}

export interface TransactionOptions {
  lane: LaneName;
  /** From asking for a connection to the commit. */
  deadlineMs: number;
  /** Names the transaction in the ledger until its first statement. */
  name: string;
  origin?: Origin | undefined;
  /**
   * Called from inside of a transaction of this database, the work becomes a part of that one, under a savepoint: what fails
   * in it is taken back by itself. It has the outer one's lane, and at most its time. Anywhere else it is one of its own.
   */
  join?: boolean | undefined;
}

const SHARED_PER_LANE = 2;

export class Database {
  readonly #connections: Connections;
  readonly #desk: LeaseDesk;
  readonly #lanes: Lanes<LaneName>;
  readonly #maxConnections: number;
  readonly #runner: RunnerOptions;
  readonly #expectations = new Expectations();
  readonly #caps = new StatementCaps();
  readonly #shared: PipelinedReads;
  readonly #lockWatch: LockWatch;
  readonly #undeclared: ServerPool;
  readonly #transactions = new OpenTransactions<LeasedTransaction>();
  /** Undefined where the limits are fixed. */
  readonly #limits: PoolLimits | undefined;
  #changes = 0;

  constructor(options: DatabaseOptions) {
    const nowMs = () => performance.now();
    const tracker = new LimitTracker(options.tracker ?? new PoolTracker());
    const wheel = new TimerWheel(nowMs);
    const clientConfig: ClientConfig = {
      connectionString: options.connectionString,
      connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
      application_name: options.applicationName ?? 'aquifer',
      keepAlive: true,
    };
    const { maxConnections, logger } = options;
    this.#lanes = options.lanes ?? defaultLanes(maxConnections);
    this.#maxConnections = maxConnections;
    this.#runner = { clientConfig, wheel, tracker, nowMs };
    const isAdaptive = options.adaptiveLimit !== false;
    this.#connections = createServerConnections({
      ...{ runner: this.#runner, maxConnections, logger, opensSerial: isAdaptive },
      idleTimeoutMs: options.idleTimeoutMs ?? 600_000,
      onOpened: (connection) => this.#limits?.priorities.opened(connection),
      onClosed: ({ pid }) => this.#limits?.priorities.closed(pid),
    });
    const finder = createServerFinder(() => this.#limits?.hasRoom ?? true);
    this.#desk = new LeaseDesk({
      statementMax: (_lane, statement) => Math.min(finder.maxAtOnce(statement), this.#caps.maxOf(statement)),
      isBarred: (statement) => this.#caps.isBarred(statement),
      laneNow: (statement) => finder.laneOf(statement),
      usualMs: (statement) => finder.usualMs(statement),
      isSerial: (admitted) => this.#limits?.isSerial(admitted) ?? false,
      onReturning: (connection) => this.#limits?.returning(connection),
      ...{ lanes: this.#lanes, maxConnections, connections: this.#connections, tracker, wheel, nowMs },
      onChange: () => {
        this.#changes += 1;
        this.#undeclared.noteChange();
      },
    });
    if (isAdaptive) {
      this.#limits = new PoolLimits({ desk: this.#desk, lanes: this.#lanes, tracker, nowMs });
      tracker.limiter = this.#limits.limiter;
    }
    const sharedPerLane = options.sharedPerLane ?? SHARED_PER_LANE;
    const expectations = this.#expectations;
    this.#shared = new PipelinedReads({ ...this.#runner, desk: this.#desk, expectations, sharedPerLane });
    this.#undeclared = new ServerPool({
      ...{ finder, connections: this.#connections, desk: this.#desk, lanes: this.#lanes },
      ...{ maxConnections, runner: this.#runner, logger },
    });
    this.#lockWatch = new LockWatch({
      ledger: this.#desk.ledger,
      waiting: () => this.#desk.admission.waiting,
      find: (pids) => this.query(findLockWaits, [pids]),
      nowMs,
    });
  }

  /** @throws AppError lane_full, lane_wait_exceeded, deadline_exceeded, caller_gone, or what Postgres said, translated */
  async query<Params extends readonly unknown[], Row extends object>(
    statement: Statement<Params, Row>,
    params: Params,
    origin?: Origin,
  ): Promise<Row[]> {
    return (await this.#run(statement, params, origin)).rows as Row[];
  }

  /** For a statement without rows of interest. Resolves with how many rows it changed. */
  async execute<Params extends readonly unknown[]>(
    statement: Statement<Params, never>,
    params: Params,
    origin?: Origin,
  ): Promise<number> {
    return (await this.#run(statement, params, origin)).rowCount ?? 0;
  }

  /**
   * Runs `work` inside of one transaction on one connection. Never await hashing, mail or HTTP inside of it. One inside of
   * another needs a second connection, and is refused where it would have to wait for that; `join` makes it a part.
   *
   * @throws AppError outcome_unknown when the connection is lost during the commit; else as `query`
   */
  async transaction<Result>(
    { lane, deadlineMs, name, origin, join }: TransactionOptions,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const deadlineAtMs = this.#deadlineAt(deadlineMs, origin);
    const outer = join ? this.#transactions.current : undefined;
    if (outer) {
      const time = { held: outer.held, deadlineAtMs: Math.min(deadlineAtMs, outer.deadlineAtMs) };
      const part = bindTransaction(this.#runner, time);
      return this.#transactions.join(part, () => work(part.handle));
    }
    const held = await this.#acquire(lane, name, origin, deadlineAtMs);
    const whole = bindTransaction(this.#runner, { held, deadlineAtMs });
    const workInside = () => this.#transactions.inside(whole, () => work(whole.handle));
    try {
      return await this.#desk.holding(held.lease, () => runTransaction(this.#runner, whole, workInside));
    } finally {
      this.#desk.release(held);
    }
  }

  /**
   * What became of a transaction that ended in `outcome_unknown`, by the number that its `xactId()` gave. One that is still
   * under way is asked after again for `patienceMs`.
   */
  outcomeOf(xactId: string, patienceMs = 5_000): Promise<TransactionOutcome> {
    return findOutcome(xactId, () => this.query(readOutcome, [xactId]), patienceMs);
  }

  /** Rows as they come, on one connection that is held until the last row, the loop's end or the deadline. */
  async *stream<Params extends readonly unknown[], Row extends object>(
    statement: Statement<Params, Row>,
    params: Params,
    origin?: Origin,
  ): AsyncGenerator<Row, void, undefined> {
    const deadlineAtMs = this.#deadlineAt(statement.deadlineMs, origin);
    const held = await this.#acquire(statement.lane, statement.name, origin, deadlineAtMs);
    const release = () => this.#desk.release(held);
    yield* streamRows(this.#runner, { held, statement, params, deadlineAtMs, release });
  }

  /**
   * The same connections and lanes in the shape of `pg.Pool`, for statements that nobody declared:
   * `pool.as({ requestId, route, tenant, signal, deadlineAtMs }).query(text, values)`. One without a deadline has 30 s. Its
   * `end()` ends this one facade, and waits for its clients; the database goes on.
   */
  pool(): Pool {
    return this.#undeclared.facade();
  }

  /** A pooler stands between us and Postgres, as the connection opened last has shown: pids of ours may be anybody's. */
  get isPooled(): boolean {
    return this.#connections.isPooled;
  }

  /** The lane that is slow against its own usual, for which others give way; none where the limits are fixed. */
  get slowLane(): string | undefined {
    return this.#limits?.limiter.slowness?.lane;
  }

  /** What a statement takes in calm, in milliseconds, where enough is known. */
  usualMs(statement: string): number | undefined {
    return this.#limits?.limiter.usualMs(statement);
  }

  /** Grows with every change of the counts, so that a watcher can tell whether a new snapshot is worth taking. */
  get changes(): number {
    return this.#changes;
  }

  snapshot(): PoolSnapshot {
    const lanes = laneNames.map((name) => this.#snapshotLane(name));
    return {
      at: new Date().toISOString(),
      total: this.#connections.total,
      maxConnections: this.#maxConnections,
      share: this.#desk.admission.bounds.maximum,
      limit: this.#desk.admission.bounds.limit,
      idle: this.#connections.idle,
      refusedTotal: lanes.reduce((sum, lane) => sum + lane.refusedTotal, 0),
      lanes,
    };
  }

  /**
   * This process's share of the database's connections, between the sum of all guarantees and `maxConnections`. It shrinks as
   * holders are done and takes nothing from them: the change is complete when `snapshot().total` is within it.
   *
   * @param reason a sentence for the journal
   */
  setShare(maxConnections: number, reason: string): void {
    const { admission } = this.#desk;
    const from = admission.bounds.maximum;
    this.#desk.setMaximum(maxConnections);
    this.#limits?.limiter.shareChanged();
    if (admission.bounds.maximum !== from)
      this.#runner.tracker.limitChanged({ from, to: admission.bounds.maximum, reason });
  }

  /** The most that may be open at this moment: the share, or while that shrinks, what is still held and promised above it. */
  get openMaximum(): number {
    return this.#connections.maximum;
  }

  /**
   * Lets no more than `max` of a statement run at once from now on, whatever its lane would allow; 0 refuses it with
   * `statement_capped`, null lifts the cap. Those that run already are left to end.
   *
   * @param statement its declared name, or the name of its fingerprint
   */
  capStatement(statement: string, max: number | null): void {
    this.#caps.set(statement, max);
    this.#desk.capChanged(statement);
  }

  /** A connection beside the pool, which whoever opens it has to end. @throws AppError database_unavailable */
  openAlone(applicationName: string): Promise<LoneConnection> {
    return openAlone(this.#runner.clientConfig, applicationName);
  }

  /** What a sampler saw: these backends wait for a lock, so what their statements take says nothing of the limit. */
  noteLockWaits(pids: ReadonlySet<number>): void {
    this.#limits?.noteLockWaits(pids);
  }

  /** What a sampler saw of the whole server: backends at work that wait for nothing, and its cores where known. */
  noteServer(state: ServerState): void {
    this.#limits?.noteServer(state);
  }

  /** Who holds a connection now, oldest first. */
  listLeases(): Lease[] {
    return this.#desk.ledger.list();
  }

  /** Refuses newcomers, waits for those who hold a connection, then closes. */
  async close(drainTimeoutMs = 5_000): Promise<void> {
    this.#lockWatch.stop();
    this.#limits?.stop();
    this.#undeclared.stop();
    await this.#desk.drain(drainTimeoutMs);
    await this.#connections.closeAll();
  }

  async #run(statement: Statement<readonly unknown[], object>, params: readonly unknown[], origin: Origin | undefined) {
    const { lane, name } = statement;
    const deadlineAtMs = this.#deadlineAt(statement.deadlineMs, origin);
    // Those on one shared connection cannot be told apart by it.
    if (statement.isShared && !this.#caps.isCapped(name)) {
      const request = this.#requestFor(lane, name, origin, deadlineAtMs);
      return this.#shared.run({ statement, params, request });
    }
    const held = await this.#acquire(lane, name, origin, deadlineAtMs);
    try {
      const query = toQuery(statement, params, held.connection.isPooled);
      return await runQuery(this.#runner, { held, statement: name, query, deadlineAtMs });
    } finally {
      this.#expectations.learn(name, this.#runner.nowMs() - held.lease.acquiredAtMs);
      this.#desk.release(held);
    }
  }

  async #acquire(
    lane: LaneName,
    statement: string,
    origin: Origin | undefined,
    deadlineAtMs: number,
  ): Promise<HeldLease> {
    const request = this.#requestFor(lane, statement, origin, deadlineAtMs);
    try {
      return this.#desk.acquireAtOnce(request) ?? (await this.#desk.acquire(request));
    } catch (error) {
      throw translateDatabaseError(error, statement);
    }
  }

  #requestFor(lane: LaneName, statement: string, origin: Origin | undefined, deadlineAtMs: number): LeaseRequest {
    const expectedMs = this.#expectations.of(statement);
    return { lane, tenant: origin?.tenant ?? '', fingerprint: statement, expectedMs, origin, deadlineAtMs };
  }

  #deadlineAt(deadlineMs: number, origin: Origin | undefined): number {
    const ownMs = this.#runner.nowMs() + deadlineMs;
    return origin?.deadlineAtMs === undefined ? ownMs : Math.min(ownMs, origin.deadlineAtMs);
  }

  #snapshotLane(name: LaneName): LaneSnapshot {
    const refused = this.#desk.refused(name);
    const counts = this.#desk.admission.counts(name, this.#runner.nowMs());
    return {
      name,
      guaranteed: this.#lanes[name].guaranteed,
      ceiling: this.#desk.admission.ceilingOf(name),
      configuredCeiling: this.#lanes[name].ceiling,
      ...counts,
      waiting: counts.waiting + this.#shared.waitingIn(name),
      refusedTotal: refused.total,
      refusedLastMinute: refused.lastMinute,
      acquiredTotal: this.#desk.acquired(name),
    };
  }
}

export function createDatabase(options: DatabaseOptions): Database {
  return new Database(options);
}

/**
 * One connection that several short reads share, in the driver's pipeline mode: sent one behind the other, answered in
 * order. It ends a read that outstays its deadline or that nobody waits for any more, keeps those behind it from harm, and gives up a server that is silent.
 */

import type { Client, ClientConfig, QueryResult } from 'pg';
import { requestCancel } from './cancel.ts';
import type { Expectations } from './expectations.ts';
import type { HeldLease } from './lease-request.ts';
import { beginStatement, endStatement } from './ledger.ts';
import type { Passenger } from './passenger.ts';
import { callerGone, deadlineExceeded } from './refusal.ts';
import { endsConnection, isPostgresError, translateDatabaseError } from './sql-state.ts';
import { toQuery } from './statement.ts';
import type { TimerWheel, WheelTimer } from './timer-wheel.ts';
import type { PoolTracker } from './tracker.ts';

export interface PipelinedConnectionOptions {
  clientConfig: ClientConfig;
  wheel: TimerWheel;
  tracker: PoolTracker;
  expectations: Expectations;
  nowMs: () => number;
  /** Someone arrived: there is room for another. */
  onRoom: (connection: PipelinedConnection) => void;
  /** The last one arrived, and nothing is on its way to the server any more. */
  onEmpty: (connection: PipelinedConnection) => void;
  /** A read that failed through no fault of its own is asked again. */
  askAgain: (passenger: Passenger) => void;
}

/** More than this on one socket, and the last would wait longer than for a connection of its own. */
const DEPTH_MAX = 64;
/** A statement outstays its usual time at eight times what it was seen to take, and not before this. */
const OUTSTAY_FACTOR = 8;
const OUTSTAY_MIN_MS = 20;
/** A cancel can come too early to hit; it is sent again while the statement goes on. */
const CANCEL_AGAIN_MS = 50;
/** How long the server may take to confirm a cancel before the connection is cut. */
const CANCEL_GRACE_MS = 2_000;
/** Most reads end before this; only of the others is it asked whether their caller is still there. */
const WATCH_CALLER_AFTER_MS = 50;
/** A read that nobody waits for any more may end by itself so soon, and a cancel might hit the one behind it. */
const WORTH_A_CANCEL_MS = 50;
const QUERY_CANCELED = '57014';

export class PipelinedConnection {
  readonly held: HeldLease;
  readonly openedAtMs: number;
  readonly #options: PipelinedConnectionOptions;
  /** In the order in which the server answers; the first is the one that it works on. */
  readonly #passengers: Passenger[] = [];
  /** Since when the server has been at work on the first. */
  #headSinceMs = 0;
  #isOpen = true;
  #cancelling: Promise<void> | undefined;
  #graceTimer: WheelTimer | undefined;
  /** From then on, a statement may have been hit by a cancel that was meant for the one before it. */
  #wasCancelled = false;

  constructor(held: HeldLease, options: PipelinedConnectionOptions) {
    this.held = held;
    this.#options = options;
    this.openedAtMs = options.nowMs();
    setPipelining(held.connection.client, !held.connection.isPooled);
  }

  get depth(): number {
    return this.#passengers.length;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Takes nobody any more; it is given back when the last one has arrived. */
  close(): void {
    this.#isOpen = false;
  }

  /** Whether another read may come. One that outstays its time closes the connection to newcomers. */
  welcomes(): boolean {
    const [first] = this.#passengers;
    const { isBroken, isPooled } = this.held.connection;
    // A pooler may hand each statement to another backend: there, one at a time.
    const depthMax = isPooled ? 1 : DEPTH_MAX;
    if (!this.#isOpen || isBroken || this.depth >= depthMax) return false;
    if (first && this.#options.nowMs() - this.#headSinceMs > this.#usualMs(first)) this.close();
    return this.#isOpen;
  }

  board(passenger: Passenger): void {
    const { job } = passenger;
    this.#watch(passenger);
    if (this.depth === 0) this.#atWorkOn(passenger, this.#options.nowMs());
    this.#passengers.push(passenger);
    const { connection } = this.held;
    const config = toQuery(job.statement, job.params, connection.isPooled);
    connection.client.query(config, (error: Error | null, result: QueryResult) =>
      this.#arrive(passenger, error ?? undefined, result),
    );
  }

  /** Back to the driver's ordinary mode; `done` is called when no cancel is on its way that could hit whatever comes next. */
  leave(done: () => void): void {
    this.close();
    this.#endGrace();
    endStatement(this.held.lease, this.#options.nowMs());
    const finish = () => {
      setPipelining(this.held.connection.client, false);
      done();
    };
    if (this.#cancelling) void this.#cancelling.then(finish);
    else finish();
  }

  /** The server has come to this one: from now on it is what the lease runs. */
  #atWorkOn({ job }: Passenger, nowMs: number): void {
    this.#headSinceMs = nowMs;
    const { name, text } = job.statement;
    beginStatement(this.held.lease, name, { text, values: job.params }, nowMs);
  }

  /** One timer: first for the moment when the caller is worth watching, then for the deadline. */
  #watch(passenger: Passenger): void {
    const { nowMs, wheel } = this.#options;
    const { deadlineAtMs } = passenger.job.request;
    const expireAtDeadline = () => passenger.callAt(wheel, deadlineAtMs, () => this.#expire(passenger));
    const lookAtMs = nowMs() + WATCH_CALLER_AFTER_MS;
    if (!passenger.signal || lookAtMs >= deadlineAtMs) {
      expireAtDeadline();
      return;
    }
    passenger.callAt(wheel, lookAtMs, () => {
      expireAtDeadline();
      passenger.whenGone(() => this.#abandon(passenger));
    });
  }

  #usualMs({ job }: Passenger): number {
    return Math.max(OUTSTAY_MIN_MS, OUTSTAY_FACTOR * this.#options.expectations.of(job.statement.name));
  }

  #arrive(passenger: Passenger, error: Error | undefined, result: QueryResult): void {
    const position = this.#passengers.indexOf(passenger);
    // Not among them any more: the connection was given up, and this is what its end says to everyone.
    if (position < 0) return;
    this.#passengers.splice(position, 1);
    this.#endGrace();
    this.#report(passenger, error, result);
    if (error && endsConnection(error)) this.held.connection.isBroken = true;
    this.#settle(passenger, error, result);
    this.#cancelUnwanted();
    this.#options.onRoom(this);
    if (this.depth === 0) this.#options.onEmpty(this);
  }

  #report(passenger: Passenger, error: Error | undefined, result: QueryResult): void {
    const { expectations, nowMs, tracker, wheel } = this.#options;
    const { job } = passenger;
    const { name: statement } = job.statement;
    const { lane, origin } = job.request;
    const endedAtMs = nowMs();
    const durationMs = endedAtMs - this.#headSinceMs;
    endStatement(this.held.lease, endedAtMs);
    const [next] = this.#passengers;
    if (next) this.#atWorkOn(next, endedAtMs);
    passenger.unwatch(wheel);
    if (durationMs > this.#usualMs(passenger) && this.depth > 0) tracker.heldUp(lane, statement, this.depth);
    if (!error) expectations.learn(statement, durationMs);
    const errorCode = error ? (isPostgresError(error) && error.code) || 'error' : undefined;
    tracker.statementEnded({ statement, lane, durationMs, rows: result?.rowCount ?? 0, errorCode, origin });
  }

  #settle(passenger: Passenger, error: Error | undefined, result: QueryResult): void {
    if (passenger.isSettled) return;
    const isStray = this.#wasCancelled && isPostgresError(error) && error.code === QUERY_CANCELED;
    if (isStray && !passenger.wasAskedAgain) {
      // The cancel was meant for the statement before this one. Once: by now somebody may mean this one.
      passenger.wasAskedAgain = true;
      this.#options.askAgain(passenger);
      return;
    }
    if (error) passenger.reject(translateDatabaseError(error, passenger.job.statement.name));
    else passenger.resolve(result);
  }

  #expire(passenger: Passenger): void {
    const { job, startedAtMs } = passenger;
    const { nowMs, wheel } = this.#options;
    this.close();
    passenger.unwatch(wheel);
    passenger.reject(deadlineExceeded(job.statement.name, nowMs() - startedAtMs));
    this.#cancelUnwanted();
  }

  #abandon(passenger: Passenger): void {
    passenger.unwatch(this.#options.wheel);
    passenger.reject(callerGone());
    this.#cancelUnwanted();
  }

  /** Ends what the server works on, where nobody waits for it any more. */
  #cancelUnwanted(): void {
    const [first] = this.#passengers;
    if (!first?.isSettled || this.#cancelling) return;
    const { clientConfig, nowMs, tracker, wheel } = this.#options;
    const worthFromMs = this.#headSinceMs + WORTH_A_CANCEL_MS;
    if (this.#isOpen && nowMs() < worthFromMs) {
      wheel.add(worthFromMs, () => this.#cancelUnwanted());
      return;
    }
    this.close();
    const { statement, request } = first.job;
    this.#wasCancelled = true;
    this.#graceTimer ??= wheel.add(nowMs() + CANCEL_GRACE_MS, () => this.#giveUp());
    tracker.cancelSent(request.lane, statement.name);
    const sent = requestCancel(clientConfig, this.held.connection.client);
    this.#cancelling = sent.then(() => {
      this.#cancelling = undefined;
      wheel.add(nowMs() + CANCEL_AGAIN_MS, () => this.#cancelUnwanted());
    });
  }

  /** The server does not even confirm a cancel: the socket is dead, or as good as dead. Whoever only stood behind is asked again. */
  #giveUp(): void {
    this.#graceTimer = undefined;
    this.close();
    this.held.connection.isBroken = true;
    for (const passenger of this.#passengers.splice(0)) {
      passenger.unwatch(this.#options.wheel);
      if (!passenger.isSettled) this.#options.askAgain(passenger);
    }
    this.#options.onEmpty(this);
  }

  #endGrace(): void {
    if (this.#graceTimer) this.#options.wheel.remove(this.#graceTimer);
    this.#graceTimer = undefined;
  }
}

function setPipelining(client: Client, isOn: boolean): void {
  (client as Client & { pipeline: boolean }).pipeline = isOn;
}

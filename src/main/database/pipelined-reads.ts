/**
 * Short declared reads share a few connections of their lane in the driver's pipeline mode: many are under way on one socket
 * and answered in order, so few connections reach what the server can do. A statement that outstays its usual time closes
 * its connection to newcomers at once; those behind it keep their own deadlines.
 */

import type { Client, ClientConfig, QueryResult } from 'pg';
import { requestCancel } from './cancel.ts';
import type { Expectations } from './expectations.ts';
import type { LeaseDesk } from './lease-desk.ts';
import type { HeldLease, LeaseRequest } from './lease-request.ts';
import { deadlineExceeded } from './refusal.ts';
import { endsConnection, isPostgresError, translateDatabaseError } from './sql-state.ts';
import { type Statement, toQuery } from './statement.ts';
import type { TimerWheel, WheelTimer } from './timer-wheel.ts';
import type { PoolTracker } from './tracker.ts';

export interface PipelinedReadsOptions {
  desk: LeaseDesk;
  clientConfig: ClientConfig;
  wheel: TimerWheel;
  tracker: PoolTracker;
  expectations: Expectations;
  nowMs: () => number;
  /** Connections of one lane that are shared before statements stand in line on one. */
  sharedPerLane: number;
}

export interface SharedJob {
  statement: Statement<readonly unknown[], object>;
  params: readonly unknown[];
  request: LeaseRequest;
}

/** One statement under way on a shared connection. */
interface Passenger {
  readonly job: SharedJob;
  readonly startedAtMs: number;
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (error: Error) => void;
  timer: WheelTimer | undefined;
  isSettled: boolean;
}

/** What a lane's short reads share, and who is at the door. */
interface SharedLane {
  readonly open: SharedConnection[];
  /** Connections asked for and not there yet. */
  opening: number;
  /** In the order of their coming; those whose time is up are settled and passed over. */
  readonly waiting: Passenger[];
}

interface SharedConnection {
  readonly lane: SharedLane;
  readonly held: HeldLease;
  /** In the order in which the server answers; the first is the one that it works on. */
  readonly passengers: Passenger[];
  isOpen: boolean;
  cancelling: Promise<void> | undefined;
  /** From then on, a statement may have been hit by a cancel that was meant for the one before it. */
  wasCancelled: boolean;
}

/** More than this on one socket, and the last would wait longer than for a connection of its own. */
const DEPTH_MAX = 64;
/** A statement outstays its usual time at eight times what it was seen to take, and not before this. */
const OUTSTAY_FACTOR = 8;
const OUTSTAY_MIN_MS = 20;
/** With so many on one connection, a second one is asked for. */
const COMPANY_ENOUGH = 4;
/** A cancel can come too early to hit; it is sent again while the statement goes on. */
const CANCEL_AGAIN_MS = 50;
const QUERY_CANCELED = '57014';

export class PipelinedReads {
  readonly #options: PipelinedReadsOptions;
  readonly #lanes = new Map<string, SharedLane>();

  constructor(options: PipelinedReadsOptions) {
    this.#options = options;
  }

  /** @throws AppError as the ordinary way does */
  run(job: SharedJob): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const startedAtMs = this.#options.nowMs();
      const passenger: Passenger = { job, startedAtMs, resolve, reject, timer: undefined, isSettled: false };
      const lane = this.#lane(job.request.lane);
      const shared = this.#find(lane, job);
      if (shared) this.#board(shared, passenger);
      else this.#wait(lane, passenger);
    });
  }

  #lane(name: string): SharedLane {
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = { open: [], opening: 0, waiting: [] };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #find(lane: SharedLane, { request }: SharedJob): SharedConnection | undefined {
    let best: SharedConnection | undefined;
    for (const shared of lane.open) {
      if (!this.#welcomes(shared)) continue;
      if (!best || shared.passengers.length < best.passengers.length) best = shared;
    }
    if (best && lane.open.length >= this.#options.sharedPerLane) return best;
    const held = this.#options.desk.acquireAtOnce(request);
    if (held) return this.#open(lane, held);
    if (best && best.passengers.length >= COMPANY_ENOUGH) this.#openMore(lane, request);
    return best;
  }

  /** Asks for one more connection without waiting for it; whoever comes after finds it. */
  #openMore(lane: SharedLane, request: LeaseRequest): void {
    if (lane.opening > 0 || lane.open.length >= this.#options.sharedPerLane) return;
    lane.opening += 1;
    const done = (held?: HeldLease) => {
      lane.opening -= 1;
      if (held) this.#boardWaiting(this.#open(lane, held));
    };
    // Nobody waits for this one: where it is refused, those who share the first go on sharing it.
    this.#options.desk.acquire({ ...request, origin: undefined }).then(done, () => done());
  }

  /** Everyone at the door shares the next connection; only as many are asked for as may be shared. */
  #wait(lane: SharedLane, passenger: Passenger): void {
    lane.waiting.push(passenger);
    passenger.timer = this.#options.wheel.add(passenger.job.request.deadlineAtMs, () => {
      passenger.isSettled = true;
      const { job, reject, startedAtMs } = passenger;
      reject(deadlineExceeded(job.statement.name, this.#options.nowMs() - startedAtMs));
    });
    this.#openForWaiting(lane);
  }

  #openForWaiting(lane: SharedLane): void {
    const closed = lane.open.filter((shared) => !shared.isOpen).length;
    const room = this.#options.sharedPerLane + closed - lane.open.length - lane.opening;
    const next = lane.waiting[0];
    if (!next || room <= 0 || lane.opening >= lane.waiting.length) return;
    lane.opening += 1;
    this.#options.desk.acquire(next.job.request).then(
      (held) => {
        lane.opening -= 1;
        this.#boardWaiting(this.#open(lane, held));
      },
      (error) => {
        lane.opening -= 1;
        const { job, reject } = this.#takeWaiting(lane) ?? next;
        reject(translateDatabaseError(error, job.statement.name));
        this.#openForWaiting(lane);
      },
    );
  }

  #boardWaiting(shared: SharedConnection): void {
    while (shared.lane.waiting.length > 0 && this.#welcomes(shared)) {
      const passenger = this.#takeWaiting(shared.lane);
      if (passenger) this.#board(shared, passenger);
    }
    if (shared.passengers.length === 0) this.#leave(shared);
  }

  #takeWaiting(lane: SharedLane): Passenger | undefined {
    for (let passenger = lane.waiting.shift(); passenger; passenger = lane.waiting.shift()) {
      if (passenger.timer) this.#options.wheel.remove(passenger.timer);
      if (!passenger.isSettled) return passenger;
    }
    return undefined;
  }

  #open(lane: SharedLane, held: HeldLease): SharedConnection {
    const { connection } = held;
    setPipelining(connection.client, !connection.isPooled);
    const shared: SharedConnection = {
      lane,
      held,
      passengers: [],
      isOpen: true,
      cancelling: undefined,
      wasCancelled: false,
    };
    lane.open.push(shared);
    return shared;
  }

  #welcomes(shared: SharedConnection): boolean {
    const [first] = shared.passengers;
    const { isBroken, isPooled } = shared.held.connection;
    // A pooler may hand each statement to another backend: there, one at a time.
    const depthMax = isPooled ? 1 : DEPTH_MAX;
    if (!shared.isOpen || isBroken || shared.passengers.length >= depthMax) return false;
    if (first && this.#options.nowMs() - first.startedAtMs > this.#usualMs(first)) shared.isOpen = false;
    return shared.isOpen;
  }

  #usualMs({ job }: Passenger): number {
    return Math.max(OUTSTAY_MIN_MS, OUTSTAY_FACTOR * this.#options.expectations.of(job.statement.name));
  }

  #board(shared: SharedConnection, passenger: Passenger): void {
    const { job } = passenger;
    passenger.timer = this.#options.wheel.add(job.request.deadlineAtMs, () => this.#expire(shared, passenger));
    shared.passengers.push(passenger);
    const { lease, connection } = shared.held;
    lease.statement = job.statement.name;
    lease.isRunning = true;
    const config = toQuery(job.statement, job.params, connection.isPooled);
    connection.client.query(config, (error: Error | null, result: QueryResult) =>
      this.#arrive(shared, passenger, error, result),
    );
  }

  #arrive(shared: SharedConnection, passenger: Passenger, error: Error | null | undefined, result: QueryResult): void {
    const { expectations, nowMs, tracker, wheel } = this.#options;
    const { job, startedAtMs } = passenger;
    const durationMs = nowMs() - startedAtMs;
    if (shared.passengers[0] === passenger) shared.passengers.shift();
    else shared.passengers.splice(shared.passengers.indexOf(passenger), 1);
    if (passenger.timer) wheel.remove(passenger.timer);
    if (durationMs > this.#usualMs(passenger) && shared.passengers.length > 0) {
      tracker.heldUp(job.request.lane, job.statement.name, shared.passengers.length);
    }
    if (!error && shared.passengers.length === 0) expectations.learn(job.statement.name, durationMs);
    if (error && endsConnection(error)) shared.held.connection.isBroken = true;
    this.#settle(shared, passenger, error, result);
    this.#cancelExpired(shared);
    const { name: statement } = job.statement;
    const errorCode = error ? (isPostgresError(error) && error.code) || 'error' : undefined;
    const { lane, origin } = job.request;
    tracker.statementEnded({ statement, lane, durationMs, rows: result?.rowCount ?? 0, errorCode, origin });
    if (shared.lane.waiting.length > 0) this.#boardWaiting(shared);
    else if (shared.passengers.length === 0) this.#leave(shared);
  }

  #settle(shared: SharedConnection, passenger: Passenger, error: Error | null | undefined, result: QueryResult): void {
    if (passenger.isSettled) return;
    passenger.isSettled = true;
    const { job, reject, resolve } = passenger;
    if (!error) {
      resolve(result);
    } else if (shared.wasCancelled && isPostgresError(error) && error.code === QUERY_CANCELED) {
      // The cancel was meant for the statement before: this one only read, and is asked again.
      this.run(job).then(resolve, reject);
    } else {
      reject(translateDatabaseError(error, job.statement.name));
    }
  }

  #expire(shared: SharedConnection, passenger: Passenger): void {
    const { job, reject, startedAtMs } = passenger;
    shared.isOpen = false;
    passenger.timer = undefined;
    passenger.isSettled = true;
    reject(deadlineExceeded(job.statement.name, this.#options.nowMs() - startedAtMs));
    this.#cancelExpired(shared);
  }

  /** Ends what the server works on, where nobody waits for it any more. */
  #cancelExpired(shared: SharedConnection): void {
    const [first] = shared.passengers;
    if (!first?.isSettled || shared.cancelling) return;
    const { clientConfig, nowMs, tracker, wheel } = this.#options;
    const { statement, request } = first.job;
    shared.wasCancelled = true;
    tracker.cancelSent(request.lane, statement.name);
    const sent = requestCancel(clientConfig, shared.held.connection.client);
    shared.cancelling = sent.then(() => {
      shared.cancelling = undefined;
      wheel.add(nowMs() + CANCEL_AGAIN_MS, () => this.#cancelExpired(shared));
    });
  }

  #leave(shared: SharedConnection): void {
    const { held, lane } = shared;
    lane.open.splice(lane.open.indexOf(shared), 1);
    shared.isOpen = false;
    held.lease.isRunning = false;
    const release = () => {
      setPipelining(held.connection.client, false);
      this.#options.desk.release(held);
    };
    // A cancel that is still on its way could hit whatever runs here next.
    if (shared.cancelling) void shared.cancelling.then(release);
    else release();
    if (lane.waiting.length > 0) this.#openForWaiting(lane);
  }
}

function setPipelining(client: Client, isOn: boolean): void {
  (client as Client & { pipeline: boolean }).pipeline = isOn;
}

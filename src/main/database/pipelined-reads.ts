/**
 * Short declared reads share a few connections of their lane, so that few connections reach what the server can do. Who
 * finds none open stands at the door; the door is bounded like every queue, and the shared connections make room when others
 * of their lane wait.
 */

import type { QueryResult } from 'pg';
import type { LeaseDesk } from './lease-desk.ts';
import type { HeldLease, LeaseRequest } from './lease-request.ts';
import { Passenger, type PipelinedJob } from './passenger.ts';
import { PipelinedConnection, type PipelinedConnectionOptions } from './pipelined-connection.ts';
import { callerGone } from './refusal.ts';
import { translateDatabaseError } from './sql-state.ts';
import type { RefusalReason } from './tracker.ts';

export interface PipelinedReadsOptions
  extends Pick<PipelinedConnectionOptions, 'clientConfig' | 'wheel' | 'tracker' | 'expectations' | 'nowMs'> {
  desk: LeaseDesk;
  /** Connections of one lane that are shared before statements stand in line on one. */
  sharedPerLane: number;
}

interface PipelinedLane {
  readonly name: string;
  readonly open: PipelinedConnection[];
  /** Connections asked for and not there yet. */
  opening: number;
  /** Who stands at the door, in the order of their coming. */
  readonly waiting: Set<Passenger>;
}

/** With so many on one connection, a second one is asked for. */
const COMPANY_ENOUGH = 4;
/** After so long a shared connection makes way for whoever waits in its lane's queue. */
const YIELD_AFTER_MS = 20;
/** No deadline of its own: the lane's longest wait is the limit of a lease that many will share. */
const NO_DEADLINE_MS = Number.MAX_SAFE_INTEGER;

export class PipelinedReads {
  readonly #options: PipelinedReadsOptions;
  readonly #connectionOptions: PipelinedConnectionOptions;
  readonly #lanes = new Map<string, PipelinedLane>();

  constructor(options: PipelinedReadsOptions) {
    this.#options = options;
    this.#connectionOptions = {
      ...options,
      onRoom: (connection) => this.#boardWaiting(connection),
      onEmpty: (connection) => this.#leave(connection),
      askAgain: (passenger) => this.#enter(passenger),
    };
  }

  /** @throws AppError as the ordinary way does */
  run(job: PipelinedJob): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      if (job.request.origin?.signal?.aborted) reject(callerGone());
      else this.#enter(new Passenger(job, this.#options.nowMs(), { resolve, reject }));
    });
  }

  /** Who stands at the door of a lane, beside those in its queue. */
  waitingIn(laneName: string): number {
    return this.#lanes.get(laneName)?.waiting.size ?? 0;
  }

  #enter(passenger: Passenger): void {
    const lane = this.#lane(passenger.job.request.lane);
    const connection = this.#find(lane, passenger.job);
    if (connection) connection.board(passenger);
    else this.#wait(lane, passenger);
  }

  #lane(name: string): PipelinedLane {
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = { name, open: [], opening: 0, waiting: new Set() };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #find(lane: PipelinedLane, { request }: PipelinedJob): PipelinedConnection | undefined {
    let best: PipelinedConnection | undefined;
    for (const connection of lane.open) {
      this.#yieldIfOthersWait(lane, connection);
      if (!connection.welcomes()) continue;
      if (!best || connection.depth < best.depth) best = connection;
    }
    if (best && lane.open.length >= this.#options.sharedPerLane) return best;
    const held = this.#options.desk.acquireAtOnce(request);
    if (held) return this.#open(lane, held);
    if (best && best.depth >= COMPANY_ENOUGH) this.#openMore(lane, request);
    return best;
  }

  /** Without this, reads without a gap would keep their slots from the other statements of the lane for ever. */
  #yieldIfOthersWait(lane: PipelinedLane, connection: PipelinedConnection): void {
    const { desk, nowMs } = this.#options;
    const others = desk.admission.waitingIn(lane.name) - lane.opening;
    if (others > 0 && nowMs() - connection.openedAtMs > YIELD_AFTER_MS) connection.close();
  }

  /** Asks for one more connection without waiting for it; whoever comes after finds it. */
  #openMore(lane: PipelinedLane, request: LeaseRequest): void {
    if (lane.opening > 0 || lane.open.length >= this.#options.sharedPerLane) return;
    // Where it is refused, those who share the first go on sharing it.
    this.#openOne(lane, request, () => undefined);
  }

  #wait(lane: PipelinedLane, passenger: Passenger): void {
    const { desk, wheel } = this.#options;
    const { request } = passenger.job;
    if (lane.waiting.size >= desk.queueMax(lane.name)) {
      this.#turnAway(lane, passenger, desk.refuse(lane.name, 'queue_full', passenger.startedAtMs));
      return;
    }
    lane.waiting.add(passenger);
    const turnAway = (reason: RefusalReason) =>
      this.#turnAway(lane, passenger, desk.refuse(lane.name, reason, passenger.startedAtMs));
    passenger.callAt(wheel, request.deadlineAtMs, () => turnAway('waited_too_long'));
    passenger.whenGone(() => turnAway('caller_gone'));
    this.#openForWaiting(lane);
  }

  #turnAway(lane: PipelinedLane, passenger: Passenger, error: Error): void {
    this.#takeFromDoor(lane, passenger);
    passenger.reject(translateDatabaseError(error, passenger.job.statement.name));
  }

  #takeFromDoor(lane: PipelinedLane, passenger: Passenger): void {
    lane.waiting.delete(passenger);
    passenger.unwatch(this.#options.wheel);
  }

  /** Everyone at the door shares the next connection; only as many are asked for as may be shared. */
  #openForWaiting(lane: PipelinedLane): void {
    const closed = lane.open.filter((connection) => !connection.isOpen).length;
    const room = this.#options.sharedPerLane + closed - lane.open.length - lane.opening;
    const [first] = lane.waiting;
    if (!first || room <= 0 || lane.opening >= lane.waiting.size) return;
    this.#openOne(lane, first.job.request, (error) => {
      // Only whoever it was asked for; who came later has time left of his own, and it is asked again for him.
      if (lane.waiting.has(first)) this.#turnAway(lane, first, error);
      this.#openForWaiting(lane);
    });
  }

  #openOne(lane: PipelinedLane, request: LeaseRequest, onRefused: (error: Error) => void): void {
    lane.opening += 1;
    // On nobody's behalf in particular: one caller's haste or leaving must not be the others' misfortune.
    const asked = { ...request, origin: undefined, deadlineAtMs: NO_DEADLINE_MS };
    this.#options.desk.request(asked, (error, held) => {
      lane.opening -= 1;
      if (!held) {
        onRefused(error as Error);
        return;
      }
      const connection = this.#open(lane, held);
      this.#boardWaiting(connection);
      if (connection.depth === 0) this.#leave(connection);
    });
  }

  #boardWaiting(connection: PipelinedConnection): void {
    const lane = this.#lane(connection.held.lease.admitted.lane);
    if (lane.waiting.size > 0) this.#yieldIfOthersWait(lane, connection);
    for (const passenger of lane.waiting) {
      if (!connection.welcomes()) return;
      this.#takeFromDoor(lane, passenger);
      connection.board(passenger);
    }
  }

  #open(lane: PipelinedLane, held: HeldLease): PipelinedConnection {
    const connection = new PipelinedConnection(held, this.#connectionOptions);
    lane.open.push(connection);
    return connection;
  }

  #leave(connection: PipelinedConnection): void {
    const lane = this.#lane(connection.held.lease.admitted.lane);
    const position = lane.open.indexOf(connection);
    if (position < 0) return;
    lane.open.splice(position, 1);
    const release = () => {
      this.#options.desk.release(connection.held);
      this.#openForWaiting(lane);
    };
    connection.leave(release);
  }
}

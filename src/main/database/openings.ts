/**
 * Opens connections on demand, and fewer than are asked for: whoever waits is served by the first connection to come free,
 * so one opening stands for several callers, and while opening fails there is one attempt at a time (HikariCP's rule against
 * the spike that opens one connection for each caller).
 */

import type { Client } from 'pg';
import { toError } from '../foundation/errors.ts';
import { closeClient, type OpenedConnection, type Opener } from './opener.ts';
import { Pacing } from './pacing.ts';
import type { TimerWheel, WheelTimer } from './timer-wheel.ts';
import type { PoolTracker } from './tracker.ts';

/** What the pool needs at this moment. */
export interface Demand {
  /** How many wait for a connection. */
  takers: number;
  open: number;
  /** How long a connection is used, smoothed. */
  meanUseMs: number;
  /** The most that may be open, those in the making included. */
  maximum: number;
}

export interface OpeningsOptions {
  open: Opener;
  tracker: PoolTracker;
  wheel: TimerWheel;
  nowMs: () => number;
  demand: () => Demand;
  onOpened: (opened: OpenedConnection) => void;
  onLost: (client: Client, error: Error) => void;
  /** Nothing is open and nothing can be opened: whoever waits is told. */
  onHopeless: (error: Error) => void;
}

/** How many callers one connection in the making stands for: they will share it long before each had its own. */
const WAITERS_PER_OPENING = 4;
const SMOOTHING = 0.1;

export class Openings {
  readonly #options: OpeningsOptions;
  readonly #pacing: Pacing;
  /** The next attempt, while the last one failed and some connections are open all the same. */
  #retry: WheelTimer | undefined;
  #count = 0;
  #meanOpeningMs = 0;
  #isClosed = false;

  constructor(options: OpeningsOptions) {
    this.#options = options;
    this.#pacing = new Pacing(options.nowMs);
  }

  /** Connections in the making. */
  get count(): number {
    return this.#count;
  }

  /** What kept connections from opening, while nothing is under way that could prove it over. */
  recentFailure(): Error | undefined {
    return this.#count === 0 ? this.#pacing.recentFailure() : undefined;
  }

  /** Starts as many as those who wait need, and not more. */
  start(): void {
    const demand = this.#options.demand();
    if (this.#isClosed || demand.takers === 0) return;
    const failure = this.#pacing.recentFailure();
    if (failure) {
      this.#waitOrTell(failure, demand);
      return;
    }
    const wanted = this.#pacing.isFailing ? 1 : this.#wanted(demand);
    while (this.#count < wanted && demand.open + this.#count < demand.maximum) {
      this.#count += 1;
      void this.#openOne();
    }
  }

  /** Starts no more; those in the making are closed as soon as they are open. */
  close(): void {
    this.#isClosed = true;
    if (this.#retry) this.#options.wheel.remove(this.#retry);
  }

  /** While some connections are open, whoever waits may yet get one of them; with none, everyone is told at once. */
  #waitOrTell(failure: Error, { open }: Demand): void {
    if (open === 0) {
      if (this.#count === 0) this.#options.onHopeless(failure);
      return;
    }
    this.#retry ??= this.#options.wheel.add(this.#pacing.nextAttemptAtMs, () => {
      this.#retry = undefined;
      this.start();
    });
  }

  /** One, where those who wait will have been served by the open connections before a new one could be there. */
  #wanted({ meanUseMs, open, takers }: Demand): number {
    const servedInMs = (takers * meanUseMs) / open;
    if (open > 0 && servedInMs < this.#meanOpeningMs) return Math.min(1, takers);
    return Math.ceil(takers / WAITERS_PER_OPENING);
  }

  async #openOne(): Promise<void> {
    const { demand, nowMs, onHopeless, onLost, onOpened, open, tracker } = this.#options;
    const startedAtMs = nowMs();
    try {
      const opened = await open(onLost);
      this.#count -= 1;
      if (this.#isClosed) {
        await closeClient(opened.client);
        return;
      }
      this.#pacing.succeeded();
      const openingMs = nowMs() - startedAtMs;
      this.#meanOpeningMs += (this.#meanOpeningMs === 0 ? 1 : SMOOTHING) * (openingMs - this.#meanOpeningMs);
      tracker.connectionOpened(openingMs);
      onOpened(opened);
    } catch (thrown) {
      this.#count -= 1;
      const error = toError(thrown);
      this.#pacing.failed(error);
      tracker.connectionFailed(error);
      if (demand().open === 0 && this.#count === 0) onHopeless(error);
    }
    this.start();
  }
}

/** One read on its way over a shared connection, from the door to its answer, with whatever may end it before. */

import type { QueryResult } from 'pg';
import type { LeaseRequest } from './lease-request.ts';
import type { Statement } from './statement.ts';
import type { TimerWheel, WheelTimer } from './timer-wheel.ts';

export interface PipelinedJob {
  statement: Statement<readonly unknown[], object>;
  params: readonly unknown[];
  request: LeaseRequest;
}

export interface Settlement {
  resolve: (result: QueryResult) => void;
  reject: (error: Error) => void;
}

export class Passenger {
  readonly job: PipelinedJob;
  /** When it was asked for; it may have stood at the door since. */
  readonly startedAtMs: number;
  /** It was hit by a cancel that was meant for another, and is on its way a second time. */
  wasAskedAgain = false;
  readonly #settlement: Settlement;
  #isSettled = false;
  #timer: WheelTimer | undefined;
  #onGone: (() => void) | undefined;

  constructor(job: PipelinedJob, startedAtMs: number, settlement: Settlement) {
    this.job = job;
    this.startedAtMs = startedAtMs;
    this.#settlement = settlement;
  }

  /** Its caller has an answer: what the server still says is of no interest. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  get signal(): AbortSignal | undefined {
    return this.job.request.origin?.signal;
  }

  resolve(result: QueryResult): void {
    this.#isSettled = true;
    this.#settlement.resolve(result);
  }

  reject(error: Error): void {
    this.#isSettled = true;
    this.#settlement.reject(error);
  }

  /** One thing at a time: what was timed before is not any more. */
  callAt(wheel: TimerWheel, atMs: number, call: () => void): void {
    if (this.#timer) wheel.remove(this.#timer);
    this.#timer = wheel.add(atMs, () => {
      this.#timer = undefined;
      call();
    });
  }

  /** Calls back when the caller has gone, or at once where he has already. */
  whenGone(call: () => void): void {
    if (this.signal?.aborted) {
      call();
      return;
    }
    this.#onGone = call;
    this.signal?.addEventListener('abort', call, { once: true });
  }

  /** Nothing is timed and nobody watched any more. */
  unwatch(wheel: TimerWheel): void {
    if (this.#timer) wheel.remove(this.#timer);
    if (this.#onGone) this.signal?.removeEventListener('abort', this.#onGone);
    this.#timer = undefined;
    this.#onGone = undefined;
  }
}

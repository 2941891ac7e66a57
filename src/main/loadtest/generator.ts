/**
 * Drives one HTTP server by a schedule: an open loop, which sends each request at its instant however slow the answers
 * are, up to `maxInFlight` at a time. Every duration is measured from the scheduled instant as well as from sending, so
 * that a stall is seen by all who would have come during it (coordinated omission, Gil Tene).
 */

import type { AdapterRequest } from './adapter.ts';
import { readProblemCode, readRetryAfter } from './answer-facts.ts';
import { DueSteps } from './due-steps.ts';
import type { Answer, Failure, Outcome } from './outcome.ts';
import { createPacer, type Pacer } from './pacer.ts';
import type { Schedule } from './schedule.ts';
import { type PlannedStep, planSession } from './session.ts';
import type { ExchangeResult, Transport } from './transport.ts';

export interface GeneratorOptions {
  schedule: Schedule;
  transport: Transport;
  requestFor(stream: string, userIndex: number): AdapterRequest;
  accept: ((answer: Answer) => boolean | undefined) | undefined;
  /** A request without a whole answer this long after its scheduled instant has failed. */
  timeoutMs: number;
  maxInFlight: number;
  signal: AbortSignal | undefined;
  onOutcome(outcome: Outcome): void;
}

/** What an interrupted run has not done; zeros after a whole one. */
export interface Left {
  /** Sessions of the schedule that were never begun. */
  unsent: number;
  /** Requests that were on their way and were dropped; they are counted nowhere else. */
  abandoned: number;
}

export interface Generator {
  /** Resolves after the last answer, or soon after the interruption. Rejects when the adapter throws. */
  done: Promise<Left>;
  /** Milliseconds since the start. */
  nowMs(): number;
  /** The start, in milliseconds since 1970. */
  startedAtEpochMs: number;
  inFlight(): number;
  idleTurnsMs(): number;
}

interface Sending {
  stream: number;
  userIndex: number;
  scheduledAtMs: number;
  sentAtMs: number;
  rest: readonly PlannedStep[];
}

interface Settle {
  resolve(left: Left): void;
  reject(error: unknown): void;
}

/** Begins at once. */
export function startGenerator(options: GeneratorOptions): Generator {
  return new RunningGenerator(options);
}

class RunningGenerator implements Generator {
  readonly done: Promise<Left>;
  readonly startedAtEpochMs: number;
  readonly #options: GeneratorOptions;
  readonly #startedAtMs = performance.now();
  readonly #steps = new DueSteps();
  readonly #pacer: Pacer;
  readonly #end: NodeJS.Timeout;
  #isTimeUp = false;
  #next = 0;
  #inFlight = 0;
  #settle: Settle | undefined;

  constructor(options: GeneratorOptions) {
    this.#options = options;
    this.startedAtEpochMs = performance.timeOrigin + this.#startedAtMs;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const source = { nextDueMs: () => this.#nextDueMs(), send: () => this.#guard(() => this.#sendNext()) };
    this.#pacer = createPacer(source, () => this.nowMs());
    // Silence at the end of a schedule is a part of it: what recovers then is to be seen.
    this.#end = setTimeout(() => {
      this.#isTimeUp = true;
      this.#endIfDone();
    }, options.schedule.durationMs);
    options.signal?.addEventListener('abort', this.#interrupt, { once: true });
    if (options.signal?.aborted) this.#interrupt();
    else this.#pacer.wake();
  }

  nowMs(): number {
    return performance.now() - this.#startedAtMs;
  }

  inFlight(): number {
    return this.#inFlight;
  }

  idleTurnsMs(): number {
    return this.#pacer.idleTurnsMs();
  }

  #nextDueMs(): number | undefined {
    const arrivalMs = this.#options.schedule.atMs[this.#next];
    const stepMs = this.#steps.first()?.dueMs;
    if (arrivalMs === undefined || stepMs === undefined) return arrivalMs ?? stepMs;
    return Math.min(arrivalMs, stepMs);
  }

  #sendNext(): void {
    const { schedule } = this.#options;
    const arrivalMs = schedule.atMs[this.#next] ?? Number.POSITIVE_INFINITY;
    const sentAtMs = this.nowMs();
    if ((this.#steps.first()?.dueMs ?? Number.POSITIVE_INFINITY) < arrivalMs) {
      const { dueMs, ...step } = this.#steps.take() as NonNullable<ReturnType<DueSteps['take']>>;
      this.#send({ ...step, scheduledAtMs: dueMs, sentAtMs });
      return;
    }
    const session = this.#next;
    this.#next += 1;
    this.#send({
      stream: schedule.stream[session] as number,
      userIndex: schedule.userIndex[session] as number,
      scheduledAtMs: arrivalMs,
      sentAtMs,
      rest: planSession(schedule, session),
    });
  }

  #send(sending: Sending): void {
    const { schedule, transport, accept, timeoutMs, maxInFlight } = this.#options;
    if (this.#inFlight >= maxInFlight) {
      this.#report(sending, { failure: 'skipped', status: 0 });
      this.#endIfDone();
      return;
    }
    this.#inFlight += 1;
    const remainingMs = timeoutMs - (sending.sentAtMs - sending.scheduledAtMs);
    const request = this.#options.requestFor(schedule.streams[sending.stream] as string, sending.userIndex);
    transport.exchange(request, { timeoutMs: remainingMs, wantsBody: accept !== undefined }, (result) =>
      this.#guard(() => this.#ended(sending, result)),
    );
  }

  #ended(sending: Sending, result: ExchangeResult): void {
    this.#inFlight -= 1;
    const failure = this.#judge(sending, result);
    this.#report(sending, { failure, status: result.status, ...this.#factsOf(result) });
    if (failure === null) this.#goOn(sending);
    this.#endIfDone();
  }

  #judge(sending: Sending, result: ExchangeResult): Failure | null {
    if (result.kind !== 'answer') return result.kind;
    if (result.status >= 400) return 'status';
    const { accept, schedule } = this.#options;
    const stream = schedule.streams[sending.stream] as string;
    const isAccepted = accept?.({ ...result, stream, userIndex: sending.userIndex }) !== false;
    return isAccepted ? null : 'answer';
  }

  #factsOf(result: ExchangeResult): Partial<Outcome> {
    if (result.kind !== 'answer' || result.status < 400) return {};
    return {
      retryAfterSeconds: readRetryAfter(result.headers, Date.now()),
      problemCode: readProblemCode(result.headers, result.body),
    };
  }

  #report(sending: Sending, end: Pick<Outcome, 'failure' | 'status'> & Partial<Outcome>): void {
    const { stream, userIndex, scheduledAtMs, sentAtMs } = sending;
    const endedAtMs = end.failure === 'skipped' ? sentAtMs : this.nowMs();
    const facts = { retryAfterSeconds: null, problemCode: null };
    this.#options.onOutcome({ stream, userIndex, scheduledAtMs, sentAtMs, endedAtMs, ...facts, ...end });
  }

  /** The next step of the session. One that was failed ends there, and none goes on beyond the schedule's end. */
  #goOn({ userIndex, rest }: Sending): void {
    const [step, ...further] = rest;
    if (!step) return;
    const dueMs = this.nowMs() + step.thinkMs;
    if (dueMs >= this.#options.schedule.durationMs) return;
    this.#steps.add({ dueMs, userIndex, stream: step.stream, rest: further });
    this.#pacer.wake();
  }

  #endIfDone(): void {
    if (!this.#isTimeUp || this.#inFlight > 0 || this.#steps.size > 0 || this.#next < this.#options.schedule.size)
      return;
    this.#finish((settle) => settle.resolve({ unsent: 0, abandoned: 0 }));
  }

  #interrupt = (): void => {
    const unsent = this.#options.schedule.size - this.#next;
    this.#finish((settle) => settle.resolve({ unsent, abandoned: this.#options.transport.abandon() }));
  };

  /** What the adapter or the listener throws ends the run instead of the process. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#finish((settle) => {
        this.#options.transport.abandon();
        settle.reject(error);
      });
    }
  }

  #finish(how: (settle: Settle) => void): void {
    const settle = this.#settle;
    if (!settle) return;
    this.#settle = undefined;
    this.#pacer.stop();
    clearTimeout(this.#end);
    this.#options.signal?.removeEventListener('abort', this.#interrupt);
    how(settle);
  }
}

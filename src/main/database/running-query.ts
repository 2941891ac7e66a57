/**
 * Runs one query on a held connection until it ends, its deadline passes, its caller goes away, or it has to give way. In the
 * last three cases the server is asked to cancel; the connection is used again only when the server has confirmed that it
 * stopped.
 */

import type { ClientConfig, QueryConfig, QueryResult } from 'pg';
import type { AppError } from '../foundation/errors.ts';
import { requestCancel } from './cancel.ts';
import type { HeldLease } from './lease-request.ts';
import { beginStatement, type Endable, endStatement, type SentQuery, wasLocked } from './ledger.ts';
import { callerGone, deadlineExceeded } from './refusal.ts';
import { endsConnection, isPostgresError, translateDatabaseError } from './sql-state.ts';
import type { TimerWheel, WheelTimer } from './timer-wheel.ts';
import type { PoolTracker, StopReason } from './tracker.ts';

export interface RunnerOptions {
  clientConfig: ClientConfig;
  wheel: TimerWheel;
  tracker: PoolTracker;
  nowMs: () => number;
}

export interface QueryJob {
  held: HeldLease;
  /** The statement's name, for the ledger and the statistics. */
  statement: string;
  query: QueryConfig;
  deadlineAtMs: number;
}

/** The caller is answered at the deadline, give or take this, whether the server has confirmed the cancel or not. */
const ANSWER_WITHIN_MS = 100;
/** How long the server may take to confirm a cancel before the connection is cut. */
const CANCEL_GRACE_MS = 2_000;
/** Most statements end before this; only of the others is it asked whether their caller is still there. */
const WATCH_CALLER_AFTER_MS = 20;

/** @throws AppError always: translated from what Postgres said, or deadline_exceeded, caller_gone or preempted */
export function runQuery(options: RunnerOptions, job: QueryJob): Promise<QueryResult> {
  return new Promise((resolve, reject) => new QueryRun(options, job, { resolve, reject }).start());
}

interface Settlement {
  resolve: (result: QueryResult) => void;
  reject: (error: Error) => void;
}

class QueryRun implements Endable {
  readonly #options: RunnerOptions;
  readonly #job: QueryJob;
  readonly #settlement: Settlement;
  readonly #startedAtMs: number;
  #timer: WheelTimer | undefined;
  #watched: AbortSignal | undefined;
  #stopped: StopReason | undefined;
  #preempted: AppError | undefined;
  #cancelling: Promise<void> | undefined;
  #hasEnded = false;
  #isAnswered = false;
  #settled: () => void = () => undefined;

  constructor(options: RunnerOptions, job: QueryJob, settlement: Settlement) {
    this.#options = options;
    this.#job = job;
    this.#settlement = settlement;
    this.#startedAtMs = options.nowMs();
  }

  start(): void {
    const { held, query, statement } = this.#job;
    beginStatement(held.lease, statement, toSent(query), this.#startedAtMs);
    held.lease.endable = this;
    this.#watchFrom(this.#startedAtMs);
    held.connection.client.query(query, (error: Error | null, result: QueryResult) => this.#end(error, result));
  }

  /** One timer: first for the moment when the caller is worth watching, then for the deadline. */
  #watchFrom(nowMs: number): void {
    const { wheel } = this.#options;
    const { deadlineAtMs, held } = this.#job;
    const lookAtMs = nowMs + WATCH_CALLER_AFTER_MS;
    if (!held.lease.origin || lookAtMs >= deadlineAtMs) {
      this.#timer = wheel.add(deadlineAtMs, () => this.#stop('deadline'));
      return;
    }
    this.#timer = wheel.add(lookAtMs, () => {
      this.#timer = wheel.add(deadlineAtMs, () => this.#stop('deadline'));
      this.#watched = held.lease.origin?.signal;
      if (this.#watched?.aborted) this.#onAbort();
      else this.#watched?.addEventListener('abort', this.#onAbort, { once: true });
    });
  }

  readonly #onAbort = (): void => this.#stop('caller_gone');

  get text(): string {
    return this.#job.query.text;
  }

  preempt(refusal: AppError): boolean {
    if (this.#stopped || this.#hasEnded) return false;
    this.#preempted = refusal;
    this.#stop('preempted');
    return true;
  }

  #stop(reason: StopReason): void {
    if (this.#stopped || this.#hasEnded) return;
    const { clientConfig, nowMs, tracker, wheel } = this.#options;
    const { held, statement } = this.#job;
    this.#stopped = reason;
    if (this.#timer) wheel.remove(this.#timer);
    tracker.cancelSent(held.lease.admitted.lane, statement);
    this.#cancelling = requestCancel(clientConfig, held.connection.client);
    held.lease.settling = new Promise((resolve) => {
      this.#settled = resolve;
    });
    const stoppedAtMs = nowMs();
    this.#timer = wheel.add(stoppedAtMs + ANSWER_WITHIN_MS, () => {
      this.#timer = wheel.add(stoppedAtMs + CANCEL_GRACE_MS, () => {
        held.connection.isBroken = true;
        this.#end(this.#toRefusal(), undefined);
      });
      this.#answer(this.#toRefusal(), undefined);
    });
  }

  #end(thrown: Error | null | undefined, result: QueryResult | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { nowMs, tracker, wheel } = this.#options;
    const { held, statement } = this.#job;
    const { lease } = held;
    const endedAtMs = nowMs();
    if (this.#timer) wheel.remove(this.#timer);
    this.#watched?.removeEventListener('abort', this.#onAbort);
    endStatement(lease, endedAtMs);
    if (thrown && endsConnection(thrown)) held.connection.isBroken = true;
    const errorCode = thrown ? (isPostgresError(thrown) && thrown.code) || 'error' : undefined;
    const durationMs = endedAtMs - this.#startedAtMs;
    const rows = result?.rowCount ?? 0;
    tracker.statementEnded({
      ...{ statement, lane: lease.admitted.lane, durationMs, rows, errorCode, origin: lease.origin },
      stopped: this.#stopped,
      isNoSample: wasLocked(lease, this.#startedAtMs),
    });
    // A cancel that is still on its way could hit whatever runs on the connection next.
    if (this.#cancelling) void this.#cancelling.then(() => this.#settle(thrown, result));
    else this.#settle(thrown, result);
  }

  #settle(thrown: Error | null | undefined, result: QueryResult | undefined): void {
    this.#job.held.lease.settling = undefined;
    this.#settled();
    this.#answer(thrown ? this.#toRefusal(thrown) : undefined, result);
  }

  #answer(refusal: Error | undefined, result: QueryResult | undefined): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    const { reject, resolve } = this.#settlement;
    if (refusal) reject(refusal);
    else resolve(result as QueryResult);
  }

  #toRefusal(thrown?: Error): Error {
    // Once it was stopped, whatever the connection says afterwards is a consequence of that.
    if (this.#stopped === 'caller_gone') return callerGone();
    if (this.#stopped === 'deadline') return this.#tooLate();
    if (this.#preempted) return this.#preempted;
    return translateDatabaseError(thrown, this.#job.statement);
  }

  #tooLate(): Error {
    return deadlineExceeded(this.#job.statement, this.#job.deadlineAtMs - this.#startedAtMs);
  }
}

function toSent(query: QueryConfig): SentQuery {
  return query.values ? (query as SentQuery) : { text: query.text, values: [] };
}

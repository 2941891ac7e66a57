/**
 * Rows as they come, some hundred at a time, by a cursor. The deadline and the caller's going reach the server, and hold for
 * a reader who has stopped reading too: his connection is cut rather than kept from everyone else.
 */

import Cursor from 'pg-cursor';
import { AppError } from '../foundation/errors.ts';
import { requestCancel } from './cancel.ts';
import type { HeldLease } from './lease-request.ts';
import { beginStatement, type Endable, endStatement } from './ledger.ts';
import { callerGone, deadlineExceeded } from './refusal.ts';
import type { RunnerOptions } from './running-query.ts';
import { endsConnection, isPostgresError, translateDatabaseError } from './sql-state.ts';
import type { Statement } from './statement.ts';
import type { WheelTimer } from './timer-wheel.ts';
import type { StopReason } from './tracker.ts';

export interface StreamJob {
  held: HeldLease;
  statement: Statement<readonly unknown[], object>;
  params: readonly unknown[];
  deadlineAtMs: number;
  /** Gives the lease back; called once. */
  release: () => void;
}

const BATCH_ROWS = 500;
/** How long the server may take to confirm a cancel, and the reader to notice it, before the connection is cut. */
const CANCEL_GRACE_MS = 2_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** @throws AppError deadline_exceeded, caller_gone, or what Postgres said, translated */
export async function* streamRows<Row extends object>(
  options: RunnerOptions,
  job: StreamJob,
): AsyncGenerator<Row, void, undefined> {
  const { held, statement, params } = job;
  const run = new StreamRun(options, job);
  const cursor = held.connection.client.query(new Cursor<Row>(statement.text, [...params]));
  try {
    for (;;) {
      const rows = await run.orStopped(cursor.read(BATCH_ROWS));
      run.rows += rows.length;
      yield* rows;
      if (rows.length < BATCH_ROWS) return;
    }
  } catch (error) {
    throw run.failed(error);
  } finally {
    await run.end(() => cursor.close());
  }
}

class StreamRun implements Endable {
  rows = 0;
  readonly #options: RunnerOptions;
  readonly #job: StreamJob;
  readonly #startedAtMs: number;
  /** Rejects when the connection was cut. */
  readonly #cut: Promise<never>;
  #reject: (error: Error) => void = () => undefined;
  #timer: WheelTimer;
  #refusal: AppError | undefined;
  #stopped: StopReason | undefined;
  #cancelling: Promise<void> | undefined;
  #errorCode: string | undefined;
  #isReleased = false;

  constructor(options: RunnerOptions, job: StreamJob) {
    this.#options = options;
    this.#job = job;
    this.#startedAtMs = options.nowMs();
    this.#cut = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    this.#cut.catch(() => undefined);
    const { held, deadlineAtMs, params, statement } = job;
    beginStatement(held.lease, statement.name, { text: statement.text, values: params }, this.#startedAtMs);
    held.lease.endable = this;
    this.#timer = options.wheel.add(deadlineAtMs, () =>
      this.#stop('deadline', deadlineExceeded(statement.name, deadlineAtMs - this.#startedAtMs)),
    );
    const signal = held.lease.origin?.signal;
    if (signal?.aborted) queueMicrotask(this.#onAbort);
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  async orStopped<Result>(reading: Promise<Result>): Promise<Result> {
    const result = await Promise.race([reading, this.#cut]);
    // The server may have answered before the cancel came.
    if (this.#refusal) throw this.#refusal;
    return result;
  }

  failed(thrown: unknown): AppError {
    const error = this.#refusal ?? translateDatabaseError(thrown, this.#job.statement.name);
    this.#errorCode = isPostgresError(thrown) ? thrown.code : error.code;
    if (!(thrown instanceof AppError) && endsConnection(thrown)) this.#job.held.connection.isBroken = true;
    return error;
  }

  /** Leaves the connection clean, or closed. */
  async end(closeCursor: () => Promise<void>): Promise<void> {
    const { held } = this.#job;
    held.lease.origin?.signal?.removeEventListener('abort', this.#onAbort);
    if (!held.connection.isBroken && !(await closesInTime(closeCursor()))) held.connection.isBroken = true;
    this.#options.wheel.remove(this.#timer);
    // A cancel that is still on its way could hit whatever runs on the connection next.
    await this.#cancelling;
    this.#release();
  }

  readonly #onAbort = (): void => this.#stop('caller_gone', callerGone());

  get text(): string {
    return this.#job.statement.text;
  }

  preempt(refusal: AppError): boolean {
    if (this.#refusal || this.#isReleased) return false;
    this.#stop('preempted', refusal);
    return true;
  }

  #stop(reason: StopReason, refusal: AppError): void {
    if (this.#refusal || this.#isReleased) return;
    this.#refusal = refusal;
    this.#stopped = reason;
    const { clientConfig, nowMs, tracker, wheel } = this.#options;
    const { held, statement } = this.#job;
    wheel.remove(this.#timer);
    tracker.cancelSent(held.lease.admitted.lane, statement.name);
    this.#cancelling = requestCancel(clientConfig, held.connection.client);
    this.#timer = wheel.add(nowMs() + CANCEL_GRACE_MS, () => {
      held.connection.isBroken = true;
      this.#errorCode = refusal.code;
      this.#release();
      this.#reject(refusal);
    });
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const { nowMs, tracker } = this.#options;
    const { held, statement, release } = this.#job;
    const { lease } = held;
    endStatement(lease, nowMs());
    tracker.statementEnded({
      ...{ statement: statement.name, lane: lease.admitted.lane, durationMs: nowMs() - this.#startedAtMs },
      ...{ rows: this.rows, errorCode: this.#errorCode, origin: lease.origin, isNoSample: true },
      stopped: this.#stopped,
    });
    release();
  }
}

async function closesInTime(closing: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), CLOSE_TIMEOUT_MS);
  });
  const closed = closing.then(
    () => true,
    () => false,
  );
  const isClosed = await Promise.race([closed, tooLate]);
  clearTimeout(timer);
  return isClosed;
}

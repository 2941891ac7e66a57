/**
 * Bounds what runs on a client that was taken: a statement is cancelled at the server when its call's deadline passes or its
 * caller goes away, and after a time of the pool's own where nobody said. A `rollback` is let through, so that whoever cleans
 * up can.
 */

import { requestCancel } from './cancel.ts';
import type { HeldLease } from './lease-request.ts';
import type { RunnerOptions } from './running-query.ts';
import type { WheelTimer } from './timer-wheel.ts';
import type { StopReason } from './tracker.ts';

export interface ClientBoundOptions {
  runner: RunnerOptions;
  held: HeldLease;
  /** The request's; left out where the call said none. */
  deadlineAtMs: number | undefined;
  /** For each statement where there is no deadline. */
  statementMs: number;
}

/** A cancel that comes before its statement hits nothing. */
const LATE_START_MS = 20;
/** How long the server may take to confirm a cancel before the connection is cut. */
const CANCEL_GRACE_MS = 2_000;
const CLEANING_UP = new Set(['rollback', 'abort']);

export class ClientBound {
  readonly #options: ClientBoundOptions;
  #statement = '';
  #timer: WheelTimer | undefined;
  #watched: AbortSignal | undefined;
  /** Why the statement under way, or the last one, was cancelled. */
  stopped: StopReason | undefined;

  constructor(options: ClientBoundOptions) {
    this.#options = options;
  }

  began(statement: string): void {
    this.#statement = statement;
    this.stopped = undefined;
    if (CLEANING_UP.has(statement)) return;
    const { deadlineAtMs, held, runner, statementMs } = this.#options;
    const now = runner.nowMs();
    const signal = held.lease.origin?.signal;
    if (signal?.aborted) {
      this.#timer = runner.wheel.add(now + LATE_START_MS, () => this.#stop('caller_gone'));
      return;
    }
    const untilMs = Math.max(deadlineAtMs ?? now + statementMs, now + LATE_START_MS);
    this.#timer = runner.wheel.add(untilMs, () => this.#stop('deadline'));
    this.#watched = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  ended(): void {
    if (this.#timer) this.#options.runner.wheel.remove(this.#timer);
    this.#timer = undefined;
    this.#watched?.removeEventListener('abort', this.#onAbort);
    this.#watched = undefined;
  }

  readonly #onAbort = (): void => this.#stop('caller_gone');

  #stop(reason: StopReason): void {
    const { held, runner } = this.#options;
    const { connection, lease } = held;
    this.ended();
    this.stopped = reason;
    runner.tracker.cancelSent(lease.admitted.lane, this.#statement);
    // A cancel that is still on its way could hit whatever the next holder runs.
    const settling = requestCancel(runner.clientConfig, connection.client).then(() => {
      if (lease.settling === settling) lease.settling = undefined;
    });
    lease.settling = settling;
    this.#timer = runner.wheel.add(runner.nowMs() + CANCEL_GRACE_MS, () => {
      connection.isBroken = true;
      // With a statement under way, the driver cuts the socket.
      void connection.client.end().catch(() => undefined);
    });
  }
}

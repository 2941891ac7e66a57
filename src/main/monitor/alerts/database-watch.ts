/** Whether Postgres answers, from what the pool reports: connections that cannot be opened, and nothing that succeeds since. */

import { PoolTracker, type StatementOutcome } from '../../database/index.ts';

/** One failure may be chance. */
const FAILURES_MIN = 2;
const SILENT_FOR_MS = 3_000;
/** What is reported when a connection is lost or refused, instead of an SQLSTATE. */
const CONNECTION_LOST = /^(E[A-Z]+|08\w{3}|57P0[123])$/;

export class DatabaseWatch extends PoolTracker {
  readonly #nowMs: () => number;
  #failures = 0;
  #firstFailureMs = Number.NaN;

  constructor(nowMs: () => number) {
    super();
    this.#nowMs = nowMs;
  }

  /** For how long nothing has been answered; 0 where it answers, or nobody has asked. */
  awayMs(): number {
    if (this.#failures < FAILURES_MIN) return 0;
    const sinceMs = this.#nowMs() - this.#firstFailureMs;
    return sinceMs >= SILENT_FOR_MS ? sinceMs : 0;
  }

  override connectionFailed(): void {
    if (this.#failures === 0) this.#firstFailureMs = this.#nowMs();
    this.#failures += 1;
  }

  override connectionOpened(): void {
    this.#failures = 0;
  }

  override statementEnded({ errorCode }: StatementOutcome): void {
    // Whatever else went wrong, Postgres has said so itself.
    if (this.#failures > 0 && (errorCode === undefined || !CONNECTION_LOST.test(errorCode))) this.#failures = 0;
  }
}

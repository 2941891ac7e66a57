/**
 * Paces reconnecting: while opening fails, one attempt at a time, each later than the last and at a random moment, so that
 * a database that comes back is not run over by everyone at once. Callers in between are told the last failure.
 */

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2_000;

export class Pacing {
  readonly #nowMs: () => number;
  #failures = 0;
  #lastError: Error | undefined;
  #nextAttemptAtMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#lastError = undefined;
  }

  failed(error: Error): void {
    this.#lastError = error;
    // One failure may be this connection's own; a second one is the database's.
    const delayMs = this.#failures === 0 ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
    this.#failures += 1;
    this.#nextAttemptAtMs = this.#nowMs() + delayMs * (0.5 + Math.random() / 2);
  }

  /** The last attempt failed: the next one is alone. */
  get isFailing(): boolean {
    return this.#lastError !== undefined;
  }

  get nextAttemptAtMs(): number {
    return this.#nextAttemptAtMs;
  }

  /** The last failure, while it is too early for another attempt. */
  recentFailure(): Error | undefined {
    return this.#nowMs() < this.#nextAttemptAtMs ? this.#lastError : undefined;
  }
}

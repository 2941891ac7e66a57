/**
 * How many connections this process has use for: callers that hold one or wait for one, the most within a beat, smoothed.
 * It follows a rise at once by half and a fall over half a minute, so that shares do not swing with every burst.
 */

const RISE = 0.5;
const FALL = 0.1;
/** However many wait, one process must not shout the others down. */
const MOST_PER_WANTED = 2;

export class Demand {
  readonly #most: number;
  #peak = 0;
  #smoothed = 0;

  constructor(want: number) {
    this.#most = want * MOST_PER_WANTED;
  }

  /** To be called several times a beat. */
  sample(callers: number): void {
    this.#peak = Math.max(this.#peak, Math.min(callers, this.#most));
  }

  /** Ends the beat and says what the demand is. */
  take(): number {
    this.#smoothed += (this.#peak > this.#smoothed ? RISE : FALL) * (this.#peak - this.#smoothed);
    this.#peak = 0;
    return this.#smoothed;
  }
}

/**
 * How many connections were needed of late: the time spent at each number in use, fading with a given half-life, and the
 * number that sufficed for all but a hundredth of it. A change costs one addition.
 */

const NEEDED_SHARE = 0.99;
/** A machine that slept was not in use: what is longer than this is no use of a connection. */
const LONGEST_STEP_MS = 60_000;

export class DemandWindow {
  /** Milliseconds spent with so many in use; the place is the number. */
  readonly #spentMs: number[] = [0];
  readonly #halfLifeMs: number;
  #inUse = 0;
  #sinceMs: number;
  #fadedAtMs: number;

  constructor(halfLifeMs: number, nowMs: number) {
    this.#halfLifeMs = halfLifeMs;
    this.#sinceMs = nowMs;
    this.#fadedAtMs = nowMs;
  }

  changed(inUse: number, nowMs: number): void {
    const spentMs = nowMs - this.#sinceMs;
    if (spentMs > 0) {
      this.#spentMs[this.#inUse] = (this.#spentMs[this.#inUse] ?? 0) + Math.min(spentMs, LONGEST_STEP_MS);
    }
    this.#inUse = inUse;
    this.#sinceMs = nowMs;
  }

  /** What sufficed for 99 hundredths of the time. Meant to be asked every half minute or so: it also lets the past fade. */
  needed(nowMs: number): number {
    this.changed(this.#inUse, nowMs);
    const passedMs = Math.max(0, Math.min(nowMs - this.#fadedAtMs, 10 * this.#halfLifeMs));
    this.#fadedAtMs = nowMs;
    const kept = 0.5 ** (passedMs / this.#halfLifeMs);
    let totalMs = 0;
    for (let index = 0; index < this.#spentMs.length; index += 1) {
      const ms = (this.#spentMs[index] ?? 0) * kept;
      this.#spentMs[index] = ms;
      totalMs += ms;
    }
    let passedShareMs = 0;
    for (let inUse = 0; inUse < this.#spentMs.length; inUse += 1) {
      passedShareMs += this.#spentMs[inUse] ?? 0;
      if (passedShareMs >= NEEDED_SHARE * totalMs) return Math.max(inUse, this.#inUse);
    }
    return this.#inUse;
  }
}

/**
 * The bounds of the whole pool as they move: what may be lent, and what may be held at all. Shrinking takes nothing from anyone:
 * while more is held and promised than the new maximum, that much stays allowed, and less with each slot that comes back.
 */

export class Bounds {
  /** No bound goes below. */
  readonly floor: number;
  readonly #configuredMax: number;
  #maximum: number;
  #hardMaximum: number;
  #limit: number;

  constructor(floor: number, configuredMax: number) {
    this.floor = Math.min(floor, configuredMax);
    this.#configuredMax = configuredMax;
    this.#maximum = configuredMax;
    this.#hardMaximum = configuredMax;
    this.#limit = configuredMax;
  }

  /** What may be held before nothing more is lent; at most the maximum. */
  get limit(): number {
    return this.#limit;
  }

  /** The most that may be held at all, beside what was held already when it shrank. */
  get maximum(): number {
    return this.#maximum;
  }

  /** The maximum, or while it shrinks, what is still held and promised above it. */
  get hardMaximum(): number {
    return this.#hardMaximum;
  }

  setLimit(limit: number): void {
    this.#limit = clamp(Math.floor(limit), this.floor, this.#maximum);
  }

  /** @param promised what is held, and what could be called in */
  setMaximum(maximum: number, promised: number): void {
    const wasFull = this.#limit === this.#maximum;
    this.#maximum = clamp(Math.floor(maximum), this.floor, this.#configuredMax);
    this.#hardMaximum = Math.max(this.#maximum, Math.min(this.#hardMaximum, promised));
    this.setLimit(wasFull ? this.#maximum : this.#limit);
  }

  /** A slot came back. */
  settle(promised: number): void {
    if (this.#hardMaximum > this.#maximum) {
      this.#hardMaximum = Math.max(this.#maximum, Math.min(this.#hardMaximum, promised));
    }
  }
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

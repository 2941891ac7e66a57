/**
 * How many statements may run at once, found by what they take: Netflix' Gradient2 (concurrency-limits, 2018) with four faults
 * mended that show on databases. Times are ratios to each statement's own usual time, so a report among look-ups does no harm;
 * the limit grows only when nothing is slow, so a steady 1.25 times the usual does not lift it for ever; a deadline that was
 * reached or a connection refused is a drop, so a time-out that has become the usual time does not look like calm; and what
 * waited for a lock is nobody's sample. It knows no clock: each call is a window.
 */

export interface LimitWindow {
  /** Statements that count. */
  samples: number;
  /** Mean of the logarithms of their ratios to the usual time. */
  meanLnRatio: number;
  /** The most connections that were in use. */
  mostInUse: number;
  /** A statement reached its deadline, or the database refused a connection. */
  hasDropped: boolean;
}

export type LimitStep = 'drop' | 'slower' | 'faster' | 'held';

export interface GradientBounds {
  /** The sum of what is promised to lanes. */
  floor: number;
  /** This process's share of what the database has. */
  ceiling: number;
}

const SAMPLES_MIN = 10;
/** So much slower than usual is no cause to shrink. */
const TOLERANCE = 1.5;
/** So much slower than usual, and it does not grow either: between the two it stands still. */
const GROWS_BELOW = 1.15;
const LEAST_GRADIENT = 0.5;
/** How far it goes up in a window of calm, before smoothing. */
const QUEUE = 4;
const SMOOTHING = 0.2;
const DROP_FACTOR = 0.9;

export class GradientLimit {
  #floor: number;
  #ceiling: number;
  #limit: number;

  constructor({ floor, ceiling }: GradientBounds) {
    this.#floor = floor;
    this.#ceiling = ceiling;
    this.#limit = ceiling;
  }

  /** Not whole: it moves by less than one at a time. */
  get limit(): number {
    return this.#limit;
  }

  setCeiling(ceiling: number): void {
    const wasFull = this.#limit >= this.#ceiling;
    this.#ceiling = Math.max(ceiling, this.#floor);
    this.#move(wasFull ? this.#ceiling : this.#limit);
  }

  /** Takes in one window and says what it did. */
  update({ hasDropped, meanLnRatio, mostInUse, samples }: LimitWindow): LimitStep {
    if (hasDropped) return this.#move(this.#limit * DROP_FACTOR) ? 'drop' : 'held';
    // Half of it lay idle: what was seen says nothing of what it could bear.
    if (samples < SAMPLES_MIN || mostInUse < this.#limit / 2) return 'held';
    const ratio = Math.exp(meanLnRatio);
    const gradient = Math.max(LEAST_GRADIENT, Math.min(1, TOLERANCE / ratio));
    const queue = ratio <= GROWS_BELOW ? QUEUE : 0;
    const next = this.#limit * gradient + queue;
    const before = this.#limit;
    if (!this.#move(before + SMOOTHING * (next - before))) return 'held';
    return this.#limit < before ? 'slower' : 'faster';
  }

  /** The server has more at work than its cores can serve: no more than what it gets done. True where that was less. */
  cap(concurrency: number): boolean {
    return concurrency < this.#limit && this.#move(concurrency);
  }

  /** After long calm, one step back towards the ceiling without proof: a pool that lies idle has forgotten its storm. */
  relax(): boolean {
    return this.#move(this.#limit + 1);
  }

  #move(limit: number): boolean {
    const before = this.#limit;
    this.#limit = Math.max(this.#floor, Math.min(this.#ceiling, limit));
    return this.#limit !== before;
  }
}

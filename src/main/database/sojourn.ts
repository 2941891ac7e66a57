/**
 * Keeps a queue from standing: when even the luckiest waiter of a whole interval waited longer than the target, the queue
 * is overloaded, and whoever has waited twice the target is refused rather than served late. (Nichols and Jacobson's CoDel,
 * in the form of Elixir's DBConnection: the minimum over an interval, not a moment's value.)
 */

export interface SojournTarget {
  /** What a waiter should wait at the most while all is well. */
  readonly targetMs: number;
  /** How long the target must be missed by everyone before anyone is refused. */
  readonly intervalMs: number;
}

export class SojournControl {
  readonly #target: SojournTarget;
  #intervalEndsAtMs = 0;
  #leastMs = Number.POSITIVE_INFINITY;
  #isOverloaded = false;

  constructor(target: SojournTarget) {
    this.#target = target;
  }

  /** Told of each waiter that could be served now; true where it should be refused instead. */
  refuses(waitedMs: number, nowMs: number): boolean {
    if (nowMs >= this.#intervalEndsAtMs) {
      this.#isOverloaded = this.#leastMs !== Number.POSITIVE_INFINITY && this.#leastMs > this.#target.targetMs;
      this.#leastMs = waitedMs;
      this.#intervalEndsAtMs = nowMs + this.#target.intervalMs;
    } else if (waitedMs < this.#leastMs) {
      this.#leastMs = waitedMs;
    }
    return this.#isOverloaded && waitedMs > 2 * this.#target.targetMs;
  }

  /** Told that someone was served without waiting: the queue is not standing. */
  servedAtOnce(): void {
    this.#leastMs = 0;
    this.#isOverloaded = false;
  }

  get isOverloaded(): boolean {
    return this.#isOverloaded;
  }
}

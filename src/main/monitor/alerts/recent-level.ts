/** What a figure was over about the last half hour: a moving average that forgets what came before a long gap. */

const TIME_CONSTANT_MS = 30 * 60_000;
const GAP_MS = 2 * 3_600_000;

export class RecentLevel {
  #value = Number.NaN;
  #atMs = Number.NaN;

  /** NaN before anything was added: it compares with nothing. */
  get value(): number {
    return this.#value;
  }

  add(atMs: number, value: number): void {
    const sinceMs = atMs - this.#atMs;
    const isNew = Number.isNaN(this.#value) || sinceMs > GAP_MS;
    const weight = isNew ? 1 : 1 - Math.exp(-Math.max(0, sinceMs) / TIME_CONSTANT_MS);
    this.#value = isNew ? value : this.#value + weight * (value - this.#value);
    this.#atMs = atMs;
  }
}

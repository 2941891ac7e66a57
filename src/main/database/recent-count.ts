/** Counts what happened in the last minute, in a ring of seconds: constant memory however much happens. */

const SECONDS = 60;

export class RecentCount {
  readonly #perSecond = new Uint32Array(SECONDS);
  #second = 0;
  total = 0;

  add(nowMs: number): void {
    this.#advance(nowMs);
    this.total += 1;
    const slot = this.#second % SECONDS;
    this.#perSecond[slot] = (this.#perSecond[slot] ?? 0) + 1;
  }

  lastMinute(nowMs: number): number {
    this.#advance(nowMs);
    return this.#perSecond.reduce((sum, count) => sum + count, 0);
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const cleared = Math.min(second - this.#second, SECONDS);
    for (let step = 1; step <= cleared; step += 1) this.#perSecond[(this.#second + step) % SECONDS] = 0;
    if (second > this.#second) this.#second = second;
  }
}

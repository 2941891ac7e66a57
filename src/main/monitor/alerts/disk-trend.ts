/**
 * In how many hours the disk is full, at the pace of the last hour and of the last six: the slower of both, so that neither one
 * large import nor a file that was just deleted decides it alone.
 */

const STEP_MS = 60_000;
const SHORT_MS = 3_600_000;
const LONG_MS = 6 * SHORT_MS;
/** Before a window is covered by so much, nothing is foretold from it. */
const COVERED = 0.9;
/** Slower than this is no trend. */
export const HOURS_MAX = 10_000;

interface Point {
  readonly atMs: number;
  readonly freeBytes: number;
}

export class DiskTrend {
  #points: Point[] = [];

  /** @returns hours until it is full, as far as 10,000; undefined until enough has been seen */
  add(atMs: number, freeBytes: number): number | undefined {
    const last = this.#points.at(-1);
    if (!last || atMs - last.atMs >= STEP_MS) {
      this.#points.push({ atMs, freeBytes });
      const from = this.#points.findIndex((point) => atMs - point.atMs <= LONG_MS);
      if (from > 0) this.#points.splice(0, from);
    }
    const [first] = this.#points;
    if (!first || atMs - first.atMs < LONG_MS * COVERED) return undefined;
    return Math.max(this.#hoursAt(atMs, SHORT_MS), this.#hoursAt(atMs, LONG_MS));
  }

  /** By the median of the slopes to the present, which a single jump does not move. */
  #hoursAt(atMs: number, windowMs: number): number {
    const now = this.#points.at(-1) as Point;
    const slopes: number[] = [];
    for (const { atMs: thenMs, freeBytes } of this.#points) {
      const agoMs = atMs - thenMs;
      if (agoMs < windowMs / 4 || agoMs > windowMs) continue;
      slopes.push((freeBytes - now.freeBytes) / (agoMs / SHORT_MS));
    }
    if (slopes.length === 0) return HOURS_MAX;
    slopes.sort((a, b) => a - b);
    const bytesPerHour = slopes[slopes.length >> 1] as number;
    return bytesPerHour <= 0 ? HOURS_MAX : Math.min(HOURS_MAX, now.freeBytes / bytesPerHour);
  }
}

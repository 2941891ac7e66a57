/**
 * What each route usually takes, and from when on a wait is far too long: ten times as long as usual, and a second at the least. A
 * report that always takes four seconds hurts nobody by taking four seconds.
 */

/** Until enough is known of a route, this alone is too long. */
const UNKNOWN_SLOW_MS = 8_000;
const SLOW_AT_LEAST_MS = 1_000;
const SLOW_FACTOR = 10;
const KNOWN_AFTER = 20;
/** By so much each request moves the middle: up where it took longer, down where it did not (the frugal median of Ma et al., 2013). */
const STEP = 0.02;
const ROUTES_MAX = 500;

interface Usual {
  seen: number;
  medianMs: number;
}

export class UsualDurations {
  readonly #routes = new Map<string, Usual>();

  /** @returns whether it took far too long, by what was usual before */
  note(route: string, durationMs: number): boolean {
    const usual = this.#routes.get(route);
    const isSlow = durationMs >= slowFromMs(usual);
    if (!usual) {
      if (this.#routes.size < ROUTES_MAX) this.#routes.set(route, { seen: 1, medianMs: durationMs });
      return isSlow;
    }
    usual.seen += 1;
    // While little is known the steps are large, so that a first request that was unlike the others is soon forgotten.
    const step = Math.max(STEP, 1 / usual.seen);
    usual.medianMs *= durationMs > usual.medianMs ? 1 + step : 1 - step;
    return isSlow;
  }
}

function slowFromMs(usual: Usual | undefined): number {
  if (!usual || usual.seen < KNOWN_AFTER) return UNKNOWN_SLOW_MS;
  return Math.max(SLOW_AT_LEAST_MS, SLOW_FACTOR * usual.medianMs);
}

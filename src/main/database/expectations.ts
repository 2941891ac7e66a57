/** What each statement usually takes, smoothed, from what was seen of it. Decides whose turn it is and who need not wait. */

const SMOOTHING = 0.1;
/** Before anything is known, a statement counts as a short one. */
const UNKNOWN_MS = 1;
const MAX_STATEMENTS = 10_000;

export class Expectations {
  readonly #meanMs = new Map<string, number>();

  of(statement: string): number {
    return this.#meanMs.get(statement) ?? UNKNOWN_MS;
  }

  learn(statement: string, tookMs: number): void {
    const meanMs = this.#meanMs.get(statement);
    if (meanMs === undefined && this.#meanMs.size >= MAX_STATEMENTS) this.#meanMs.clear();
    this.#meanMs.set(statement, meanMs === undefined ? tookMs : meanMs + SMOOTHING * (tookMs - meanMs));
  }
}

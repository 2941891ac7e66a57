/**
 * What each statement usually takes, so that a report of a second and a look-up of a millisecond can be compared: each is held
 * against itself. Kept as the mean of the logarithms, clipped: one slow call in a hundred moves it by nothing to speak of, and
 * in calm the ratios average to one, which a median would not give where most calls are quick and a few are slow.
 *
 * It is learnt once per window, as far as its owner trusts it: while the pool is in trouble it must not learn the storm.
 */

interface Usual {
  /** Natural logarithm of milliseconds. */
  lnMs: number;
  calls: number;
  /** Calls of this window, and how far they were off, summed up. */
  windowCalls: number;
  windowOff: number;
}

/** Before so many calls nothing is said of a statement. */
const CALLS_TO_BE_KNOWN = 20;
/** Below this the timer and the event loop are what is measured. */
const LEAST_MS = 0.05;
/** A call counts at the most as twenty times slower or faster than usual. */
const CLIP = 3;
const MAX_STATEMENTS = 10_000;

export class UsualTimes {
  readonly #byStatement = new Map<string, Usual>();
  readonly #touched: Usual[] = [];

  /**
   * The logarithm of how much longer than usual it took, clipped; NaN while too little is known of the statement. Called for every
   * statement that ends: it must stay below a tenth of a microsecond.
   */
  note(statement: string, durationMs: number): number {
    const lnMs = Math.log(durationMs > LEAST_MS ? durationMs : LEAST_MS);
    const usual = this.#byStatement.get(statement) ?? this.#add(statement, lnMs);
    usual.calls += 1;
    if (usual.calls <= CALLS_TO_BE_KNOWN) {
      usual.lnMs += (lnMs - usual.lnMs) / usual.calls;
      return Number.NaN;
    }
    const exact = lnMs - usual.lnMs;
    const off = exact > CLIP ? CLIP : exact < -CLIP ? -CLIP : exact;
    if (usual.windowCalls === 0) this.#touched.push(usual);
    usual.windowCalls += 1;
    usual.windowOff += off;
    return off;
  }

  /**
   * Ends a window. `share` is what it counts for beside all that was seen before; `trust`, 0 to 1, how far it is believed. What
   * is quicker than usual is always believed, because trouble makes nothing quicker.
   */
  learn(share: number, trust: number): void {
    for (const usual of this.#touched) {
      const off = usual.windowOff / usual.windowCalls;
      // All it was seen to take weighs alike at first; the past fades only once there is much of it.
      const ownShare = usual.windowCalls / usual.calls;
      usual.lnMs += Math.max(share, ownShare) * (off < 0 ? 1 : trust) * off;
    }
    this.forgetWindow();
  }

  forgetWindow(): void {
    for (const usual of this.#touched) {
      usual.windowCalls = 0;
      usual.windowOff = 0;
    }
    this.#touched.length = 0;
  }

  /** Milliseconds; undefined while too little is known. */
  of(statement: string): number | undefined {
    const usual = this.#byStatement.get(statement);
    return usual && usual.calls >= CALLS_TO_BE_KNOWN ? Math.exp(usual.lnMs) : undefined;
  }

  #add(statement: string, lnMs: number): Usual {
    if (this.#byStatement.size >= MAX_STATEMENTS) this.#byStatement.clear();
    const usual: Usual = { lnMs, calls: 0, windowCalls: 0, windowOff: 0 };
    this.#byStatement.set(statement, usual);
    return usual;
  }
}

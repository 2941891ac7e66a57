/**
 * Finds the lane of a statement that nobody declared, from what its like were seen to take. One never seen before starts
 * among the short ones, few at a time; one that outstays the leash is moved while it runs, and its like go there at once.
 */

export interface LaneFinderOptions {
  /** For what is short, or unknown. */
  shortLane: string;
  /** For what outstays the leash; the same as the short one where there is no other. */
  longLane: string;
  leashMs: number;
  /** How many of a statement that is not known yet may run at once. */
  unknownMax: number;
}

interface Seen {
  calls: number;
  meanMs: number;
  isLong: boolean;
}

export interface Expectation {
  lane: string;
  expectedMs: number;
}

const UNKNOWN_MS = 1;
const SMOOTHING = 0.2;
/** After so many calls a statement is known, and may take whatever its lane has. */
const CALLS_TO_BE_KNOWN = 5;
const MAX_STATEMENTS = 10_000;

export class LaneFinder {
  readonly #options: LaneFinderOptions;
  readonly #seen = new Map<string, Seen>();

  constructor(options: LaneFinderOptions) {
    this.#options = options;
  }

  /** What is expected of a statement; from now on it counts as one that nobody declared. */
  find(fingerprint: string): Expectation {
    const { isLong, meanMs } = this.#remembered(fingerprint);
    const { longLane, shortLane } = this.#options;
    return { lane: isLong ? longLane : shortLane, expectedMs: meanMs || UNKNOWN_MS };
  }

  /** What is expected where there is no statement yet. */
  get unknown(): Expectation {
    return { lane: this.#options.shortLane, expectedMs: UNKNOWN_MS };
  }

  laneOf(fingerprint: string): string {
    const { longLane, shortLane } = this.#options;
    return this.#seen.get(fingerprint)?.isLong ? longLane : shortLane;
  }

  /** How many of one statement may run at once: an unknown one leaves room for those that are known. */
  maxAtOnce(fingerprint: string): number {
    const seen = this.#seen.get(fingerprint);
    return !seen || seen.calls >= CALLS_TO_BE_KNOWN ? Number.POSITIVE_INFINITY : this.#options.unknownMax;
  }

  learn(fingerprint: string, tookMs: number): void {
    const { leashMs } = this.#options;
    const seen = this.#remembered(fingerprint);
    seen.meanMs = seen.calls === 0 ? tookMs : seen.meanMs + SMOOTHING * (tookMs - seen.meanMs);
    seen.calls += 1;
    // Half the leash to come back, so that a statement near the border does not change lanes with every call.
    if (seen.meanMs > leashMs) seen.isLong = true;
    else if (seen.meanMs < leashMs / 2) seen.isLong = false;
  }

  /** It outstays the leash at this moment: no need to wait for its end to know. */
  outstayed(fingerprint: string): void {
    const seen = this.#remembered(fingerprint);
    seen.isLong = true;
    seen.meanMs = Math.max(seen.meanMs, this.#options.leashMs * 2);
  }

  #remembered(fingerprint: string): Seen {
    let seen = this.#seen.get(fingerprint);
    if (!seen) {
      if (this.#seen.size >= MAX_STATEMENTS) this.#seen.clear();
      seen = { calls: 0, meanMs: 0, isLong: false };
      this.#seen.set(fingerprint, seen);
    }
    return seen;
  }
}

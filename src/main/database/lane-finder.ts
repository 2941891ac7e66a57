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
  /**
   * Nobody whose work is more important suffers now. Where this is given, a statement that is found to be long begins alone
   * (TCP's slow start): when it is known what it does to the others, not all of its like run already.
   */
  hasRoom?: () => boolean;
}

interface Seen {
  calls: number;
  meanMs: number;
  isLong: boolean;
  /** How many of it may run at once, once it is known to be long. */
  longMax: number;
}

export interface Expectation {
  lane: string;
  expectedMs: number;
}

const UNKNOWN_MS = 1;
const SMOOTHING = 0.2;
/** After so many calls a statement is known, and may take whatever its lane has. */
const CALLS_TO_BE_KNOWN = 5;
/** Where its lane's ceiling is lower, that counts. */
const LONG_MAX = 1_000;
const MAX_STATEMENTS = 10_000;

export class LaneFinder {
  readonly #options: LaneFinderOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #long = new Map<string, Seen>();

  constructor(options: LaneFinderOptions) {
    this.#options = options;
  }

  /** What is expected of a statement; from now on it counts as one that nobody declared. */
  find(fingerprint: string): Expectation {
    const { isLong, meanMs } = this.#remembered(fingerprint);
    const { longLane, shortLane } = this.#options;
    return { lane: isLong ? longLane : shortLane, expectedMs: meanMs || UNKNOWN_MS };
  }

  /** It knows whether there is room, and goes by that. */
  get isGuided(): boolean {
    return this.#options.hasRoom !== undefined;
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
    const { hasRoom, unknownMax } = this.#options;
    const seen = this.#seen.get(fingerprint);
    if (seen?.isLong && hasRoom) return seen.longMax;
    if (!seen || seen.calls >= CALLS_TO_BE_KNOWN) return Number.POSITIVE_INFINITY;
    return hasRoom ? Math.min(unknownMax, seen.calls + 1) : unknownMax;
  }

  /**
   * Called once a second: each long statement of which as many run as may has room for one more; all have room for half as
   * many while somebody suffers. Returns those with more.
   */
  step(isFull: (fingerprint: string) => boolean): string[] {
    const { hasRoom } = this.#options;
    if (!hasRoom) return [];
    const mayGrow = hasRoom();
    const grown: string[] = [];
    for (const [fingerprint, seen] of this.#long) {
      if (!mayGrow) seen.longMax = Math.max(1, Math.floor(seen.longMax / 2));
      else if (seen.longMax < LONG_MAX && isFull(fingerprint)) {
        seen.longMax += 1;
        grown.push(fingerprint);
      }
    }
    return grown;
  }

  /** What it usually takes, in milliseconds; 0 where nothing is known. */
  usualMs(fingerprint: string): number {
    return this.#seen.get(fingerprint)?.meanMs ?? 0;
  }

  learn(fingerprint: string, tookMs: number): void {
    const { leashMs } = this.#options;
    const seen = this.#remembered(fingerprint);
    seen.meanMs = seen.calls === 0 ? tookMs : seen.meanMs + SMOOTHING * (tookMs - seen.meanMs);
    seen.calls += 1;
    // Half the leash to come back, so that a statement near the border does not change lanes with every call.
    if (seen.meanMs > leashMs) this.#isLong(fingerprint, seen);
    else if (seen.meanMs < leashMs / 2) {
      seen.isLong = false;
      this.#long.delete(fingerprint);
    }
  }

  /** It outstays the leash at this moment: no need to wait for its end to know. */
  outstayed(fingerprint: string): void {
    const seen = this.#remembered(fingerprint);
    this.#isLong(fingerprint, seen);
    seen.meanMs = Math.max(seen.meanMs, this.#options.leashMs * 2);
  }

  #isLong(fingerprint: string, seen: Seen): void {
    if (seen.isLong) return;
    seen.isLong = true;
    seen.longMax = 1;
    this.#long.set(fingerprint, seen);
  }

  #remembered(fingerprint: string): Seen {
    let seen = this.#seen.get(fingerprint);
    if (!seen) {
      if (this.#seen.size >= MAX_STATEMENTS) {
        this.#seen.clear();
        this.#long.clear();
      }
      seen = { calls: 0, meanMs: 0, isLong: false, longMax: 1 };
      this.#seen.set(fingerprint, seen);
    }
    return seen;
  }
}

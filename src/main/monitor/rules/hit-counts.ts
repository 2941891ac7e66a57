/** Whom each rule has hit within the last 24 hours, each session in each of its statements once. */

import type { Clock } from '../../foundation/clock.ts';

interface Hit {
  rule: string;
  atMs: number;
  /** Spared ones are remembered, so that they are noted once, and not counted. */
  counts: boolean;
}

const DAY_MS = 24 * 3_600_000;
const HITS_MAX = 20_000;

export class HitCounts {
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #hits = new Map<string, Hit>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True where this is the first of it. One that was spared and is so no longer is a new one. */
  add(rule: string, session: string, counts: boolean): boolean {
    this.#forget();
    const key = `${rule} ${counts} ${session}`;
    if (this.#hits.has(key)) return false;
    this.#hits.set(key, { rule, atMs: this.#clock.monotonicMs(), counts });
    return true;
  }

  of(rule: string): { hits24h: number; lastHitAt: string | null } {
    this.#forget();
    let hits24h = 0;
    let lastMs: number | undefined;
    for (const hit of this.#hits.values()) {
      if (hit.rule !== rule || !hit.counts) continue;
      hits24h += 1;
      lastMs = hit.atMs;
    }
    const agoMs = lastMs === undefined ? undefined : this.#clock.monotonicMs() - lastMs;
    return { hits24h, lastHitAt: agoMs === undefined ? null : new Date(this.#clock.nowMs() - agoMs).toISOString() };
  }

  #forget(): void {
    const beforeMs = this.#clock.monotonicMs() - DAY_MS;
    for (const [key, { atMs }] of this.#hits) {
      if (atMs >= beforeMs && this.#hits.size <= HITS_MAX) break;
      this.#hits.delete(key);
    }
  }
}

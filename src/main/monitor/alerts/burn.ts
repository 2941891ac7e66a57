/**
 * How many requests came and how many failed, over windows from five minutes to three days: ten-second steps for the last hour,
 * ten-minute steps beyond, so that three days are a few hundred numbers.
 */

import { type BurnWindows, OBJECTIVE } from './burn-rules.ts';

const FINE_MS = 10_000;
const COARSE_MS = 600_000;
const FINE_SPAN_MS = 3_600_000;
const COARSE_SPAN_MS = 72 * 3_600_000;
/**
 * Whatever has burnt before: it is over when the last five minutes are clean, or this part of the short window. Five minutes of
 * a quiet night hold so few requests that one failure is much; an hour still remembers what is over.
 */
const STILL_PART = 1 / 6;
const STILL_MIN_MS = 300_000;
/** A figure stands for the time since the one before, but for no longer than this. */
const STEP_MAX_MS = 60_000;

interface Tally {
  readonly step: number;
  requests: number;
  failed: number;
}

class Steps {
  readonly #stepMs: number;
  readonly #keep: number;
  #tallies: Tally[] = [];

  constructor(stepMs: number, spanMs: number) {
    this.#stepMs = stepMs;
    this.#keep = Math.ceil(spanMs / stepMs);
  }

  add(atMs: number, requests: number, failed: number): void {
    const step = Math.floor(atMs / this.#stepMs);
    let last = this.#tallies.at(-1);
    if (!last || last.step < step) {
      last = { step, requests: 0, failed: 0 };
      this.#tallies.push(last);
      if ((this.#tallies[0] as Tally).step <= step - this.#keep) this.#tallies.shift();
    }
    last.requests += requests;
    last.failed += failed;
  }

  over(nowMs: number, windowMs: number): { requests: number; failed: number } {
    const from = Math.floor((nowMs - windowMs) / this.#stepMs);
    let requests = 0;
    let failed = 0;
    for (let index = this.#tallies.length - 1; index >= 0; index -= 1) {
      const tally = this.#tallies[index] as Tally;
      if (tally.step <= from) break;
      requests += tally.requests;
      failed += tally.failed;
    }
    return { requests, failed };
  }

  get list(): readonly Tally[] {
    return this.#tallies;
  }
}

/** Ten minutes, to be kept in Postgres. */
export interface BurnTally {
  readonly atMs: number;
  readonly requests: number;
  readonly failed: number;
}

export class BurnMeter {
  readonly #fine = new Steps(FINE_MS, FINE_SPAN_MS);
  #coarse = new Steps(COARSE_MS, COARSE_SPAN_MS);
  #lastAtMs = Number.NaN;

  /** Rates at this moment; they are taken to have held since the last call. */
  add(atMs: number, requestsPerSecond: number, failedPerSecond: number): void {
    const sinceMs = atMs - this.#lastAtMs;
    this.#lastAtMs = atMs;
    if (!(sinceMs > 0)) return;
    const seconds = Math.min(sinceMs, STEP_MAX_MS) / 1_000;
    this.#fine.add(atMs, requestsPerSecond * seconds, failedPerSecond * seconds);
    this.#coarse.add(atMs, requestsPerSecond * seconds, failedPerSecond * seconds);
  }

  /** How many times faster than the objective allows: the lesser of both windows, and 0 where it no longer goes on. */
  rate(nowMs: number, { failuresMin, longMs, shortMs }: BurnWindows): number {
    const long = this.#over(nowMs, longMs);
    if (long.failed < failuresMin) return 0;
    const still = Math.min(
      burnOf(this.#over(nowMs, STILL_MIN_MS)),
      burnOf(this.#over(nowMs, Math.max(STILL_MIN_MS, shortMs * STILL_PART))),
    );
    if (still < 1) return 0;
    return Math.min(burnOf(long), burnOf(this.#over(nowMs, shortMs)));
  }

  /** Failures in so long, for a sentence. */
  failed(nowMs: number, windowMs: number): number {
    return this.#over(nowMs, windowMs).failed;
  }

  tallies(sinceMs: number): BurnTally[] {
    return this.#coarse.list
      .filter(({ step }) => (step + 1) * COARSE_MS > sinceMs)
      .map(({ failed, requests, step }) => ({ atMs: step * COARSE_MS, requests, failed }));
  }

  /** Before anything was added: what an earlier process counted. */
  restore(tallies: readonly BurnTally[]): void {
    const own = this.#coarse.list;
    this.#coarse = new Steps(COARSE_MS, COARSE_SPAN_MS);
    const all = [...tallies, ...own.map(({ step, ...rest }) => ({ atMs: step * COARSE_MS, ...rest }))];
    all.sort((a, b) => a.atMs - b.atMs);
    for (const { atMs, failed, requests } of all) this.#coarse.add(atMs, requests, failed);
  }

  #over(nowMs: number, windowMs: number) {
    return (windowMs <= FINE_SPAN_MS ? this.#fine : this.#coarse).over(nowMs, windowMs);
  }
}

function burnOf({ failed, requests }: { requests: number; failed: number }): number {
  return requests === 0 ? 0 : failed / requests / (1 - OBJECTIVE);
}

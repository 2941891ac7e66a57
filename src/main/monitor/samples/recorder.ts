/**
 * Takes what is published and puts it into steps of ten seconds, a block a minute for each name. A minute that is over is handed
 * on. How many series there may be is bounded: a scope that somebody else chooses must not fill memory or disk.
 */

import type { Reading } from './reading-hub.ts';
import { type SampleBlock, StepTotals } from './sample-block.ts';
import { TIERS } from './tiers.ts';

const { blockMs, stepMs } = TIERS.tenSeconds;
const SCOPES_PER_NAME_MAX = 250;
const SERIES_MAX = 4_000;
const SCOPE_LENGTH_MAX = 200;

export class SampleRecorder {
  readonly #onBlock: (block: SampleBlock) => void;
  /** Of the minute under way, by name. */
  readonly #open = new Map<string, StepTotals>();
  #startMs = Number.NEGATIVE_INFINITY;
  #series = 0;
  #refused = 0;

  /** @param onBlock gets what a minute that is over has measured, a block for each name */
  constructor(onBlock: (block: SampleBlock) => void) {
    this.#onBlock = onBlock;
  }

  /** Readings of series beyond the bound. */
  get refused(): number {
    return this.#refused;
  }

  /** @param atMs wall clock; what belongs to a minute that was handed on is lost */
  add(atMs: number, readings: readonly Reading[]): void {
    this.closeBefore(atMs);
    if (atMs < this.#startMs) return;
    for (const { name, scope, value } of readings) {
      if (!Number.isFinite(value)) continue;
      const totals = this.#totalsOf(name);
      const cut = scope.slice(0, SCOPE_LENGTH_MAX);
      if (totals.has(cut) || this.#hasRoom(totals)) totals.add(cut, atMs, value);
      else this.#refused += 1;
    }
  }

  /** Hands on the minutes that are over at that moment. */
  closeBefore(atMs: number): void {
    const startMs = Math.floor(atMs / blockMs) * blockMs;
    if (startMs <= this.#startMs) return;
    this.closeAll();
    this.#startMs = startMs;
  }

  /** Hands on the minute under way too: nothing more will come. */
  closeAll(): void {
    for (const [name, totals] of this.#open) if (totals.size > 0) this.#onBlock(totals.toBlock(name));
    this.#open.clear();
    this.#series = 0;
  }

  /** The minute under way, as far as it has come. */
  openBlock(name: string): SampleBlock | undefined {
    return this.#open.get(name)?.toBlock(name);
  }

  #hasRoom(totals: StepTotals): boolean {
    if (totals.size >= SCOPES_PER_NAME_MAX || this.#series >= SERIES_MAX) return false;
    this.#series += 1;
    return true;
  }

  #totalsOf(name: string): StepTotals {
    let totals = this.#open.get(name);
    if (!totals) {
      totals = new StepTotals({ startMs: this.#startMs, stepMs, steps: blockMs / stepMs });
      this.#open.set(name, totals);
    }
    return totals;
  }
}

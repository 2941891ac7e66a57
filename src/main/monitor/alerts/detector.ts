/**
 * From figures to "it holds" and "it is over", for one rule and one scope. Figures are averaged in slots, of the last three
 * averages the median is taken so that a single spike says nothing however high it is, and a rule speaks when most of the last
 * few slots were beyond its threshold. It falls silent only well within it (hysteresis), so that it does not flicker at the edge.
 *
 * A score is how far a figure is on its way to the threshold: 1 is on it.
 */

import { medianOf } from './hour-summary.ts';

/** Figures older than five slots are forgotten. */
const SLOTS = 5;
/** After so long without a figure it is another time, and what was is not averaged with what is. */
const GAP_SLOTS = 10;

export interface DetectorOptions {
  forSeconds: number;
  /** Of the slots, which part has to be beyond the threshold. */
  part: number;
  /** Silent again below this score. */
  clearBelow: number;
}

export type Change = 'began' | 'ended' | undefined;

export interface Slot {
  readonly atMs: number;
  /** The median of the last three averages. */
  readonly value: number;
}

/** Averages figures in slots, and takes the median of the last three. */
export class SlotAverage {
  readonly #slotMs: number;
  #slot = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #count = 0;
  #means: number[] = [];

  /** @param slotMs 0 where each figure stands for itself */
  constructor(slotMs: number) {
    this.#slotMs = slotMs;
  }

  /** @returns the slot that this figure has closed, if any */
  add(atMs: number, value: number): Slot | undefined {
    if (this.#slotMs === 0) return { atMs, value };
    const slot = Math.floor(atMs / this.#slotMs);
    if (slot === this.#slot || this.#count === 0) {
      this.#slot = slot;
      this.#sum += value;
      this.#count += 1;
      return undefined;
    }
    const closed = this.#close();
    if (slot - this.#slot > GAP_SLOTS) this.#means = [];
    this.#slot = slot;
    this.#sum = value;
    this.#count = 1;
    return closed;
  }

  #close(): Slot {
    this.#means = [...this.#means.slice(-2), this.#sum / this.#count];
    return { atMs: (this.#slot + 1) * this.#slotMs, value: medianOf([...this.#means]) };
  }
}

/** @returns 0 for a rule that speaks at the first figure */
export function slotMsOf(forSeconds: number): number {
  return forSeconds === 0 ? 0 : Math.max(1_000, (forSeconds * 1_000) / SLOTS);
}

export class Detector {
  readonly #options: DetectorOptions;
  #scores: number[] = [];
  /** NaN before the first. */
  #lastAtMs = Number.NaN;
  /** Between two slots that had figures: some are measured more rarely than a slot lasts. */
  #everyMs = 0;
  #isOn = false;

  constructor(options: DetectorOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** @param score of the slot that ended at `atMs` */
  step(atMs: number, score: number): Change {
    const { clearBelow, part } = this.#options;
    const sinceMs = atMs - this.#lastAtMs;
    if (Number.isFinite(sinceMs) && sinceMs > 0) {
      this.#everyMs = this.#everyMs === 0 ? sinceMs : Math.min(sinceMs, this.#everyMs * 1.5);
    }
    this.#lastAtMs = atMs;
    const of = this.#slotsNeeded();
    this.#scores = [...this.#scores, score].slice(-of);
    const needed = Math.ceil(of * part);
    if (!this.#isOn) {
      if (this.#scores.filter((one) => one >= 1).length < needed) return undefined;
      this.#isOn = true;
      return 'began';
    }
    if (this.#scores.filter((one) => one < clearBelow).length < needed) return undefined;
    return this.end();
  }

  /** It is over, whatever the figures were: nothing is measured any more, or the rule is another now. */
  end(): Change {
    if (!this.#isOn) return undefined;
    this.#isOn = false;
    this.#scores = [];
    return 'ended';
  }

  /** Whether figures have stayed away for so long that nobody can say that it still holds. */
  isStale(nowMs: number): boolean {
    const { forSeconds } = this.#options;
    return nowMs - this.#lastAtMs > Math.max(120_000, forSeconds * 1_000, 3 * this.#everyMs);
  }

  #slotsNeeded(): number {
    const forMs = this.#options.forSeconds * 1_000;
    if (forMs === 0) return 1;
    const slotMs = Math.max(slotMsOf(this.#options.forSeconds), this.#everyMs);
    return Math.min(SLOTS, Math.max(1, Math.round(forMs / slotMs)));
  }
}

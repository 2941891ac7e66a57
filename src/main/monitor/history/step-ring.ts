/**
 * The steps of one width, in arrays of fixed length: a new step takes the place of the oldest. A step knows when it began, so
 * what was not recorded, while the process slept or was not there, is a gap and nothing else.
 */

import { laneNames } from '../../database/index.ts';
import { type HolderName, type HolderNames, UNNAMED } from './holder-names.ts';
import type { PoolHistoryLane, PoolHistoryPoint } from './schema.ts';
import { HOLDERS_PER_STEP, type StepTotals } from './step-totals.ts';

const OF_POOL = 5;
const OF_LANE = 8;
const WIDTH = OF_POOL + OF_LANE * laneNames.length;
const MOST_COUNTED = 65_535;

export class StepRing {
  readonly stepMs: number;
  readonly #slots: number;
  readonly #startedAtMs: Float64Array;
  readonly #figures: Float32Array;
  readonly #holders: Uint16Array;
  readonly #counts: Uint16Array;

  constructor(stepMs: number, slots: number) {
    this.stepMs = stepMs;
    this.#slots = slots;
    this.#startedAtMs = new Float64Array(slots).fill(Number.NaN);
    this.#figures = new Float32Array(slots * WIDTH);
    this.#holders = new Uint16Array(slots * HOLDERS_PER_STEP);
    this.#counts = new Uint16Array(slots * HOLDERS_PER_STEP);
  }

  get spanMs(): number {
    return this.stepMs * this.#slots;
  }

  startOf(nowMs: number): number {
    return Math.floor(nowMs / this.stepMs) * this.stepMs;
  }

  write(startMs: number, totals: StepTotals, numberOf: (name: HolderName) => number): void {
    const slot = this.#slotOf(startMs);
    this.#startedAtMs[slot] = startMs;
    const { open, idle, limit, opened, failed } = totals;
    this.#figures.set([open, Math.min(idle, open), limit, opened, failed], slot * WIDTH);
    for (const [index, { active, waiting, acquired, refused, wait, hold }] of totals.lanes.entries()) {
      const times = [wait.quantile(0.5), wait.quantile(0.99), hold.quantile(0.5), hold.quantile(0.99)];
      this.#figures.set([active, waiting, acquired, refused, ...times], slot * WIDTH + OF_POOL + index * OF_LANE);
    }
    for (let place = 0; place < HOLDERS_PER_STEP; place += 1) {
      const holder = totals.holders[place];
      const at = slot * HOLDERS_PER_STEP + place;
      this.#holders[at] = holder ? numberOf(holder) : UNNAMED;
      this.#counts[at] = Math.min(holder?.count ?? 0, MOST_COUNTED);
    }
  }

  /** Steps that began within the last `spanMs`, oldest first. */
  read(nowMs: number, spanMs: number, names: HolderNames): PoolHistoryPoint[] {
    const points: PoolHistoryPoint[] = [];
    const firstMs = this.startOf(nowMs - Math.min(spanMs, this.spanMs)) + this.stepMs;
    for (let startMs = firstMs; startMs <= nowMs; startMs += this.stepMs) {
      const slot = this.#slotOf(startMs);
      if (this.#startedAtMs[slot] === startMs) points.push(this.#pointAt(slot, startMs, names));
    }
    return points;
  }

  /** Adds the numbers of the holders that are mentioned. */
  collectHolders(into: Set<number>): void {
    for (const number of this.#holders) into.add(number);
  }

  #slotOf(startMs: number): number {
    const slot = (startMs / this.stepMs) % this.#slots;
    return slot < 0 ? slot + this.#slots : slot;
  }

  #pointAt(slot: number, startMs: number, names: HolderNames): PoolHistoryPoint {
    const [open = 0, idle = 0, limit = 0, opened = 0, failed = 0] = this.#figures.subarray(slot * WIDTH);
    const first = slot * HOLDERS_PER_STEP;
    const holders = Array.from(this.#counts.subarray(first, first + HOLDERS_PER_STEP), (count, place) => ({
      ...names.nameOf(this.#holders[first + place] ?? UNNAMED),
      count,
    }));
    return {
      at: new Date(startMs).toISOString(),
      ...{ open, idle, limit, opened, failed },
      lanes: laneNames.map((name, index) => this.#laneAt(name, slot * WIDTH + OF_POOL + index * OF_LANE)),
      holders: holders.filter(({ count }) => count > 0),
    };
  }

  #laneAt(name: PoolHistoryLane['name'], from: number): PoolHistoryLane {
    const [active = 0, waiting = 0, acquired = 0, refused = 0, ...times] = this.#figures.subarray(from, from + OF_LANE);
    const [waitP50Ms, waitP99Ms, holdP50Ms, holdP99Ms] = times.map(toMs) as [Ms, Ms, Ms, Ms];
    return { name, active, waiting, acquired, refused, waitP50Ms, waitP99Ms, holdP50Ms, holdP99Ms };
  }
}

type Ms = number | null;

/** Two digits after the point are more than the histogram knows. */
function toMs(value: number): Ms {
  return Number.isNaN(value) ? null : Math.round(value * 100) / 100;
}

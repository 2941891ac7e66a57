/**
 * What is usual of one figure at this hour of the week: medians and median deviations by the hour, of the last eight weeks, the
 * newer ones counting more (half as much after two weeks). Before the first week is over it is the same hour of other days, and
 * on the first day all hours. One or two weeks cannot say by how much weeks differ; that is taken from all hours of the figure
 * together. Between the middles of two hours it goes over smoothly.
 *
 * The score is the robust z of Iglewicz and Hoaglin (1993): 0.6745 · (x − median) / MAD, with a least spread, and bounded.
 */

import {
  HOUR_MS,
  type HourSummary,
  hourOf,
  joinHours,
  medianOf,
  summarize,
  type Weighted,
  weightedMedian,
} from './hour-summary.ts';

const HOURS_A_DAY = 24;
const HOURS_A_WEEK = 168;
const KEPT_HOURS = 8 * HOURS_A_WEEK;
const HALF_LIFE_HOURS = 2 * HOURS_A_WEEK;
/** So many values over so many hours before anything is called usual. */
const COUNT_MIN = 30;
const SPAN_MIN_HOURS = 24;
/** From so many pairs of hours it can be said by how much one week, or day, differs from the next. */
const PAIRS_MIN = 12;
const MAD_TO_Z = 0.6745;
const SPREAD_SHARE_MIN = 0.05;
const Z_MAX = 100;
/** Values are averaged over so long before they are remembered for the hour. */
const SLOT_MS = 10_000;
const SLOTS_AN_HOUR = HOUR_MS / SLOT_MS;

export interface Usual {
  readonly median: number;
  /** The median absolute deviation, within an hour and between weeks together. */
  readonly mad: number;
}

export class Baseline {
  /** Oldest first. */
  #hours: HourSummary[] = [];
  #values = new Float64Array(SLOTS_AN_HOUR);
  #count = 0;
  #hour = Number.NaN;
  #slot = Number.NaN;
  #sum = 0;
  #inSlot = 0;
  readonly #usual = new Map<number, Usual | undefined>();
  #driftKnown: number | undefined;

  /** When a figure last came. */
  seenAtMs = Number.NEGATIVE_INFINITY;

  /** @returns the hour that has just become complete, if one has */
  add(atMs: number, value: number): HourSummary | undefined {
    this.seenAtMs = atMs;
    const slot = Math.floor(atMs / SLOT_MS);
    if (slot !== this.#slot) {
      this.#closeSlot();
      this.#slot = slot;
    }
    const hour = hourOf(atMs);
    const closed = hour === this.#hour ? undefined : this.#turn(hour);
    this.#sum += value;
    this.#inSlot += 1;
    return closed;
  }

  /** Hours that another process, or this one before a restart, has seen. In any order. */
  restore(hours: readonly HourSummary[]): void {
    const byHour = new Map(this.#hours.map((one) => [one.hour, one]));
    for (const one of hours) {
      const known = byHour.get(one.hour);
      byHour.set(one.hour, known ? joinHours(known, one) : one);
    }
    this.#hours = [...byHour.values()].sort((a, b) => a.hour - b.hour);
    this.#forget();
  }

  get hours(): readonly HourSummary[] {
    return this.#hours;
  }

  /** What there is of the present hour, so that a stop does not lose it. */
  partial(): HourSummary | undefined {
    this.#closeSlot();
    return this.#count === 0 ? undefined : summarize(this.#hour, this.#values.slice(0, this.#count));
  }

  get isReady(): boolean {
    const [first] = this.#hours;
    const last = this.#hours.at(-1);
    if (!first || !last || last.hour - first.hour + 1 < SPAN_MIN_HOURS) return false;
    return this.#hours.reduce((sum, { count }) => sum + count, 0) >= COUNT_MIN;
  }

  /** Undefined until enough is known. */
  usual(atMs: number): Usual | undefined {
    const position = atMs / HOUR_MS - 0.5;
    const before = Math.floor(position);
    const one = this.#usualOf(before);
    const next = this.#usualOf(before + 1);
    if (!one || !next) return undefined;
    const part = position - before;
    const mix = (a: number, b: number) => a + part * (b - a);
    return { median: mix(one.median, next.median), mad: mix(one.mad, next.mad) };
  }

  #usualOf(hour: number): Usual | undefined {
    if (this.#usual.has(hour)) return this.#usual.get(hour);
    if (this.#usual.size > 4) this.#usual.clear();
    const usual = this.isReady ? this.#look(hour) : undefined;
    this.#usual.set(hour, usual);
    return usual;
  }

  #look(hour: number): Usual {
    const weeks: Known[] = [];
    const days: Known[] = [];
    for (const of of this.#hours) {
      const ago = hour - of.hour;
      const weight = 2 ** (-ago / HALF_LIFE_HOURS);
      if (ago % HOURS_A_WEEK === 0) weeks.push({ of, weight });
      else if (ago % HOURS_A_DAY === 0 && ago <= HOURS_A_WEEK) days.push({ of, weight });
    }
    if (weeks.length > 0) return mixOf(weeks, this.#drift);
    if (days.length > 0) return mixOf(days, this.#drift);
    return mixOf(
      this.#hours.map((of) => ({ of, weight: 1 })),
      this.#drift,
    );
  }

  /** By which part an hour differs from the same hour a week before, or a day before: the median of all such pairs. */
  get #drift(): number {
    this.#driftKnown ??= driftOf(this.#hours, HOURS_A_WEEK) ?? driftOf(this.#hours, HOURS_A_DAY) ?? 0;
    return this.#driftKnown;
  }

  #closeSlot(): void {
    if (this.#inSlot === 0) return;
    if (this.#count < SLOTS_AN_HOUR) this.#values[this.#count++] = this.#sum / this.#inSlot;
    this.#sum = 0;
    this.#inSlot = 0;
  }

  #turn(hour: number): HourSummary | undefined {
    const closed = this.#count === 0 ? undefined : summarize(this.#hour, this.#values.slice(0, this.#count));
    this.#count = 0;
    this.#hour = hour;
    if (closed) this.restore([closed]);
    return closed;
  }

  #forget(): void {
    const newest = this.#hours.at(-1)?.hour ?? 0;
    const from = this.#hours.findIndex(({ hour }) => hour > newest - KEPT_HOURS);
    if (from > 0) this.#hours.splice(0, from);
    this.#usual.clear();
    this.#driftKnown = undefined;
  }
}

interface Known {
  readonly of: HourSummary;
  readonly weight: number;
}

function driftOf(hours: readonly HourSummary[], apart: number): number | undefined {
  const medians = new Map(hours.map(({ hour, median }) => [hour, median]));
  const parts: number[] = [];
  for (const [hour, median] of medians) {
    const before = medians.get(hour - apart);
    if (before === undefined) continue;
    const size = (Math.abs(median) + Math.abs(before)) / 2;
    parts.push(size === 0 ? 0 : Math.abs(median - before) / size);
  }
  return parts.length < PAIRS_MIN ? undefined : medianOf(parts);
}

/** @param drift by which part hours differ that should be alike: what few of them cannot say of themselves */
function mixOf(known: readonly Known[], drift: number): Usual {
  const weigh = (read: (of: HourSummary) => number): Weighted[] =>
    known.map(({ of, weight }) => ({ value: read(of), weight }));
  const median = weightedMedian(weigh(({ median: value }) => value));
  const within = weightedMedian(weigh(({ mad }) => mad));
  const seen = weightedMedian(weigh((of) => Math.abs(of.median - median)));
  const between = Math.max(seen, drift * Math.abs(median)) * (1 + 1 / known.length);
  return { median, mad: Math.hypot(within, between) };
}

/**
 * How unusual a value is, from −100 to 100; 0 is the median.
 *
 * @param spreadMin in the unit of the value: less is not taken for its spread
 */
export function robustZ(value: number, usual: Usual, spreadMin: number): number {
  const z = (MAD_TO_Z * (value - usual.median)) / spreadOf(usual, spreadMin);
  return Math.max(-Z_MAX, Math.min(Z_MAX, z));
}

/** How far from the median a value of so great a z is, in its own unit. */
export function distanceOf(z: number, usual: Usual, spreadMin: number): number {
  return (z * spreadOf(usual, spreadMin)) / MAD_TO_Z;
}

function spreadOf({ mad, median }: Usual, spreadMin: number): number {
  return Math.max(mad, SPREAD_SHARE_MIN * Math.abs(median), spreadMin, Number.MIN_VALUE);
}

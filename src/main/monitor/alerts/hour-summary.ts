/** One hour of a figure in three numbers that one outlier cannot move: its median, its median deviation, and of how many values. */

export interface HourSummary {
  /** Hours since 1970. */
  readonly hour: number;
  readonly median: number;
  /** The median absolute deviation from the median. */
  readonly mad: number;
  readonly count: number;
}

export const HOUR_MS = 3_600_000;

export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS);
}

/** NaN of nothing. The array is sorted in place. */
export function medianOf(values: Float64Array | number[]): number {
  const length = values.length;
  if (length === 0) return Number.NaN;
  if (Array.isArray(values)) values.sort((a, b) => a - b);
  else values.sort();
  const middle = length >> 1;
  const upper = values[middle] as number;
  return length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}

/**
 * The deviation is that from a straight line through the medians of both halves: in an hour in which traffic doubles, every value
 * is far from the median of all, and none of them is unusual.
 *
 * @param values in the order of time; overwritten
 */
export function summarize(hour: number, values: Float64Array): HourSummary {
  const { length } = values;
  const median = medianOf(values.slice());
  const half = length >> 1;
  const before = half === 0 ? median : medianOf(values.slice(0, half));
  const after = half === 0 ? median : medianOf(values.slice(length - half));
  const slope = half === 0 ? 0 : (after - before) / (length - half);
  const middle = (before + after) / 2;
  for (let index = 0; index < length; index += 1) {
    const expected = middle + slope * (index - (length - 1) / 2);
    values[index] = Math.abs((values[index] as number) - expected);
  }
  return { hour, median, mad: medianOf(values), count: length };
}

export interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/** The value with half of the weight on either side; NaN of nothing. */
export function weightedMedian(values: readonly Weighted[]): number {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let reached = 0;
  for (const { value, weight } of sorted) {
    reached += weight;
    if (reached >= half) return value;
  }
  return Number.NaN;
}

/** One hour that was seen in two parts, such as before and after a restart. */
export function joinHours(one: HourSummary, other: HourSummary): HourSummary {
  const count = one.count + other.count;
  const mix = (a: number, b: number) => (a * one.count + b * other.count) / count;
  return { hour: one.hour, median: mix(one.median, other.median), mad: mix(one.mad, other.mad), count };
}

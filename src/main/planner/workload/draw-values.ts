/**
 * Values that a column's statistics hold, by how often rows have them: the most common, one from the middle, the rarest; and
 * bounds that cut off a share of the rows.
 */

import type { ColumnStatistics } from '../snapshot/snapshot.ts';

export type DrawKind = 'common' | 'middle' | 'rare';

/** The value, or nothing where statistics have none. */
export function drawValue(statistics: ColumnStatistics, kind: DrawKind): string | undefined {
  const [common, histogram] = [statistics.commonValues ?? [], statistics.histogram ?? []];
  const middle = atShare(histogram, 0.5);
  if (kind === 'common') return common[0] ?? middle;
  if (kind === 'middle') return middle ?? common[Math.floor(common.length / 2)];
  // What is in the histogram is rarer than any of the common ones.
  return atShare(histogram, 0.9) ?? common.at(-1);
}

/** Different values, the most frequent first in `common`, spread evenly in the others. */
export function drawList(statistics: ColumnStatistics, kind: DrawKind, length: number): string[] {
  const [common, histogram] = [statistics.commonValues ?? [], statistics.histogram ?? []];
  const spread = Array.from({ length }, (_, place) => atShare(histogram, (place + 0.5) / length)).filter(isThere);
  const values =
    kind === 'common'
      ? [...common, ...spread]
      : kind === 'middle'
        ? [...spread, ...common]
        : [...spread, ...common.toReversed()];
  return [...new Set(values)].slice(0, length);
}

/** The value that about that share of the rows lies below. */
export function drawBound(statistics: ColumnStatistics, share: number): string | undefined {
  const { histogram } = statistics;
  if (histogram && histogram.length > 1) return atShare(histogram, share);
  return atShare(sorted(statistics.commonValues ?? []), share);
}

function atShare(values: readonly string[], share: number): string | undefined {
  return values[Math.round(share * (values.length - 1))];
}

/** Common values stand by frequency: their order as values is guessed, numbers as numbers. */
function sorted(values: readonly string[]): string[] {
  const areNumbers = values.every((value) => Number.isFinite(Number(value)));
  return [...values].sort((a, b) => (areNumbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
}

function isThere(value: string | undefined): value is string {
  return value !== undefined;
}

/**
 * What share of calls ask for a common, a middle and a rare value, if rows are asked for as often as they are there. Nothing
 * where all values are alike.
 */
export function kindWeights(statistics: ColumnStatistics): Record<DrawKind, number> | undefined {
  const frequencies = statistics.commonFrequencies ?? [];
  const [first] = frequencies;
  if (first === undefined) return undefined;
  const hasOthers = (statistics.histogram?.length ?? 0) > 1;
  const last = hasOthers ? 0 : (frequencies.at(-1) ?? 0);
  if (!hasOthers && last >= first * 0.5) return undefined;
  // As frequent as the first, by half: for those the first stands.
  const common = sum(frequencies.filter((frequency) => frequency >= first * 0.5));
  const all = hasOthers ? Math.max(common, 1 - statistics.nullFraction) : sum(frequencies);
  const rest = Math.max(0.05, (all - common) / (all || 1));
  return { common: 1 - rest, middle: rest * 0.7, rare: rest * 0.3 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

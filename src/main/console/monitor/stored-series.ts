// Stored figures in the shape that charts take: one time axis for several series, gaps as gaps.
import { queryOptions } from '@tanstack/react-query';
import type { SeriesAnswer, Series as StoredSeries } from '../../client/index.ts';
import { api } from '../api.ts';
import type { Series } from '../charts/time-chart.tsx';
import { withGaps } from './time-gaps.ts';

const SHORTEST_RENEWAL_MS = 10_000;

/** Figures of the last `spanSeconds`; renewed as often as they have a new step. */
export const storedQuery = (names: readonly string[], spanSeconds: number) =>
  queryOptions({
    queryKey: ['monitor', 'series', names, spanSeconds],
    queryFn: ({ signal }) => {
      const to = new Date();
      return api.monitor.series({ names, from: new Date(to.getTime() - spanSeconds * 1000), to }, signal);
    },
    refetchInterval: ({ state }) => Math.max(SHORTEST_RENEWAL_MS, (state.data?.stepSeconds ?? 0) * 1000),
  });

export interface Line {
  readonly name: string;
  readonly scope?: string;
  readonly label: string;
  /** Of theme.css. */
  readonly color: string;
  /** The highest of a step instead of its mean: for what must not be averaged away. */
  readonly isHighest?: boolean;
  /** From the unit that is stored to the one that is shown. */
  readonly factor?: number;
}

export interface ChartedLines {
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

/** What is not stored is left out; without anything the list of series is empty. */
export function chartLines({ series, stepSeconds }: SeriesAnswer, lines: readonly Line[]): ChartedLines {
  const found = lines.flatMap((line) => {
    const stored = series.find(({ name, scope }) => name === line.name && scope === (line.scope ?? ''));
    return stored && stored.points.length > 0 ? [{ line, values: valuesAt(stored, line) }] : [];
  });
  const measured = [...new Set(found.flatMap(({ values }) => [...values.keys()]))].toSorted(
    (one, other) => one - other,
  );
  const steps = withGaps(
    measured.map((at) => ({ at, value: at })),
    stepSeconds,
  );
  return {
    times: steps.map(({ at }) => at),
    series: found.map(({ line: { color, label }, values }) => ({
      label,
      color,
      values: steps.map(({ value }) => (value === null ? null : (values.get(value) ?? null))),
    })),
  };
}

function valuesAt({ points }: StoredSeries, { factor = 1, isHighest = false }: Line): Map<number, number> {
  return new Map(points.map(({ at, max, mean }) => [Date.parse(at) / 1000, (isHighest ? max : mean) * factor]));
}

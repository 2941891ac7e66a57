// Stored figures in the shape that charts take: one time axis for several series, gaps as gaps.
import type { SeriesAnswer, Series as StoredSeries } from '../../client/index.ts';
import type { Series } from '../charts/time-chart.tsx';
import { withGaps } from './time-gaps.ts';

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

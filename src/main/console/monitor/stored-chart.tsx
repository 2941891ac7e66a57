// One chart of stored figures; nothing where none of them is stored.
import type { SeriesAnswer } from '../../client/index.ts';
import type { Mark } from '../charts/marks.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { chartLines, type Line } from './stored-series.ts';

export interface StoredChartShape {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly leastCeiling: number;
  readonly isStacked?: boolean;
  readonly isLogarithmic?: boolean;
  /** A bound, drawn dashed. */
  readonly limit?: Line;
}

interface StoredChartProps {
  readonly answer: SeriesAnswer;
  readonly shape: StoredChartShape;
  readonly marks: readonly Mark[];
  readonly spanSeconds: number;
  /** Seconds since the epoch. */
  readonly until: number;
}

export function StoredChart({ answer, marks, shape, spanSeconds, until }: StoredChartProps) {
  const { limit, lines, ...look } = shape;
  const { series, times } = chartLines(answer, limit ? [...lines, limit] : lines);
  const bound = limit && series.find(({ label }) => label === limit.label);
  const shown = series.filter((one) => one !== bound);
  if (shown.length === 0) return null;
  return (
    <TimeChart
      {...look}
      times={times}
      series={shown}
      limit={bound}
      marks={marks}
      spanSeconds={spanSeconds}
      until={until}
      height={132}
    />
  );
}

// An alert's figure in the shape that charts take: the figure, and the bound it passed.
import type { Alert, SeriesPoint } from '../../../client/index.ts';
import type { Series } from '../../charts/time-chart.tsx';

/** Enough of the time before it to see what was usual, and of the time after to see it settle. */
const BEFORE_MIN_MS = 10 * 60_000;
const AFTER_MS = 5 * 60_000;
const GAP_STEPS = 2.5;

type Span = Pick<Alert, 'startedAt' | 'resolvedAt'>;

/** From before it began until after it was over, and never past now. */
export function alertWindow({ resolvedAt, startedAt }: Span, nowMs: number): { fromMs: number; toMs: number } {
  const fromMs = Date.parse(startedAt);
  const overMs = resolvedAt === null ? nowMs : Date.parse(resolvedAt);
  return {
    fromMs: fromMs - Math.max(BEFORE_MIN_MS, overMs - fromMs),
    toMs: resolvedAt === null ? nowMs : Math.min(nowMs, overMs + AFTER_MS),
  };
}

export interface ChartedAlert {
  /** Seconds since the epoch. */
  readonly times: number[];
  readonly values: Series;
  readonly limit: Series | undefined;
  /** So that the bound is on the chart, and a small figure does not look like a large one. */
  readonly ceiling: number;
}

export function chartedAlert(
  points: readonly SeriesPoint[],
  { threshold }: Pick<Alert, 'threshold'>,
  stepSeconds: number,
): ChartedAlert {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const { at, max } of points) {
    const seconds = Date.parse(at) / 1000;
    const before = times.at(-1);
    if (before !== undefined && seconds - before > stepSeconds * GAP_STEPS) {
      times.push(before + stepSeconds);
      values.push(null);
    }
    times.push(seconds);
    values.push(max);
  }
  const limit = threshold === null ? undefined : boundLine(threshold, times.length);
  return {
    times,
    values: { label: 'highest', color: '--chart-critical', values },
    limit,
    ceiling: Math.max(threshold ?? 0, Number.MIN_VALUE, ...(threshold === null ? [1] : [])) * 1.1,
  };
}

function boundLine(threshold: number, length: number): Series {
  return { label: 'bound', color: '--chart-line', values: Array.from({ length }, () => threshold) };
}

// The last ten minutes behind the live picture: begun from what the server remembers, then a point each second.
import type { LiveView, PoolHistory } from '../../client/index.ts';
import type { Series } from '../charts/time-chart.tsx';
import { laneOrder } from './lane-order.ts';
import { withGaps } from './time-gaps.ts';

export const TRAIL_SECONDS = 600;
const STEP_SECONDS = 1;

export interface TrailLane {
  readonly name: string;
  readonly calls: number;
  readonly p99Ms: number | null;
}

export interface TrailPoint {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly lanes: readonly TrailLane[];
}

/** What the pool's history says of the time before the page was opened. Its steps are seconds here. */
export function trailFromHistory({ points, stepSeconds }: PoolHistory): TrailPoint[] {
  return points.map(({ at, lanes }) => ({
    at: Date.parse(at) / 1000,
    lanes: lanes.map(({ acquired, holdP99Ms, name }) => ({
      name,
      calls: acquired / Math.max(1, stepSeconds),
      p99Ms: holdP99Ms,
    })),
  }));
}

export function trailPoint({ at, lanes }: LiveView): TrailPoint {
  return {
    at: Date.parse(at) / 1000,
    lanes: lanes.map(({ calls, name, p99Ms }) => ({ name, calls, p99Ms })),
  };
}

/** Puts newer points after older ones: a second is never there twice, and what is too old is let go. */
export function extendTrail(trail: readonly TrailPoint[], newer: readonly TrailPoint[]): readonly TrailPoint[] {
  const lastAt = trail.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const fresh = newer.filter(({ at }) => at > lastAt);
  if (fresh.length === 0) return trail;
  const end = fresh.at(-1)?.at ?? lastAt;
  return [...trail, ...fresh].filter(({ at }) => at > end - TRAIL_SECONDS);
}

export interface ChartedTrail {
  readonly times: readonly number[];
  readonly calls: readonly Series[];
  readonly p99: readonly Series[];
}

/** @param lane the only one that is wanted, or null for all */
export function chartTrail(trail: readonly TrailPoint[], lane: string | null): ChartedTrail {
  const steps = withGaps(
    trail.map((point) => ({ at: point.at, value: point })),
    STEP_SECONDS,
  );
  const series = (read: (lane: TrailLane) => number | null): Series[] =>
    laneOrder
      .filter((name) => lane === null || name === lane)
      .map((name) => ({
        label: name,
        color: `--chart-${name}`,
        values: steps.map(({ value }) => {
          const figures = value?.lanes.find((one) => one.name === name);
          return figures ? read(figures) : null;
        }),
      }));
  return { times: steps.map(({ at }) => at), calls: series(({ calls }) => calls), p99: series(({ p99Ms }) => p99Ms) };
}

// An incident's seconds in the shape that charts take.
import type { ImpactPoint } from '../../../client/index.ts';
import type { Series } from '../../charts/time-chart.tsx';
import { usualStepMs } from './scrub.ts';

export interface ChartedIncident {
  /** Seconds since the epoch. */
  readonly times: number[];
  readonly hurt: Series[];
  readonly requests: Series[];
  readonly slowest: Series[];
}

/** A step this much longer than usual is a gap; a line across it would be invented. */
const GAP_STEPS = 2.5;

export function chartedIncident(points: readonly ImpactPoint[]): ChartedIncident {
  const whole = withGaps(points);
  const line = (label: string, color: string, read: (point: ImpactPoint) => number): Series => ({
    label,
    color,
    values: whole.map(({ point }) => (point ? read(point) : null)),
  });
  return {
    times: whole.map(({ at }) => at),
    hurt: [line('hurt', '--chart-bulk', ({ usersHurt }) => usersHurt)],
    requests: [
      line('all', '--chart-critical', ({ requests }) => requests),
      line('failed', '--chart-bulk', ({ failed }) => failed),
    ],
    slowest: [line('p99', '--chart-critical', ({ p99Ms }) => p99Ms)],
  };
}

function withGaps(points: readonly ImpactPoint[]): { readonly at: number; readonly point: ImpactPoint | null }[] {
  const stepSeconds = usualStepMs(points) / 1000;
  const steps: { at: number; point: ImpactPoint | null }[] = [];
  for (const point of points) {
    const at = Date.parse(point.at) / 1000;
    const before = steps.at(-1);
    if (before && at - before.at > stepSeconds * GAP_STEPS) steps.push({ at: before.at + stepSeconds, point: null });
    steps.push({ at, point });
  }
  return steps;
}

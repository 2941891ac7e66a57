// The pool's history in the shape that charts take.
import type { PoolHistory, PoolHistoryPoint } from '../../client/index.ts';
import type { Series } from '../charts/time-chart.tsx';
import { laneOrder } from './lane-order.ts';
import { withGaps } from './time-gaps.ts';

type LaneFigures = PoolHistoryPoint['lanes'][number];

export interface Charted {
  readonly times: number[];
  readonly held: Series[];
  readonly limit: Series;
  readonly waiting: Series[];
  readonly waitP99: Series[];
  readonly useP99: Series[];
  readonly openings: Series[];
}

/** Where the server was not running, or a step was missed, a gap is put in: a line across it would be invented. */
export function charted({ points, stepSeconds }: PoolHistory): Charted {
  const whole = withGaps(
    points.map((point) => ({ at: Date.parse(point.at) / 1000, value: point })),
    stepSeconds,
  );
  const perLane = (read: (figures: LaneFigures) => number | null): Series[] =>
    laneOrder.map((name) => ({
      label: name,
      color: `--chart-${name}`,
      values: whole.map(({ value }) => {
        const figures = value?.lanes.find((lane) => lane.name === name);
        return figures ? read(figures) : null;
      }),
    }));
  const line = (label: string, color: string, read: (point: PoolHistoryPoint) => number): Series => ({
    label,
    color,
    values: whole.map(({ value }) => (value ? read(value) : null)),
  });
  return {
    times: whole.map(({ at }) => at),
    held: perLane((lane) => lane.active),
    limit: line('limit', '--chart-line', (point) => point.limit),
    waiting: perLane((lane) => lane.waiting),
    waitP99: perLane((lane) => lane.waitP99Ms),
    useP99: perLane((lane) => lane.holdP99Ms),
    openings: [
      line('opened', '--chart-critical', (point) => point.opened),
      line('failed', '--chart-bulk', (point) => point.failed),
    ],
  };
}

import { expect, test } from 'vitest';
import type { PoolHistory } from '../../../main/client/index.ts';
import {
  chartTrail,
  extendTrail,
  TRAIL_SECONDS,
  type TrailPoint,
  trailFromHistory,
} from '../../../main/console/monitor/live-trail.ts';

const point = (at: number, calls = 1): TrailPoint => ({ at, lanes: [{ name: 'bulk', calls, p99Ms: calls * 10 }] });

test('a second is never there twice, and what is older than the chart is let go', () => {
  const trail = extendTrail([point(0), point(1)], [point(1), point(2)]);
  expect(trail.map(({ at }) => at)).toEqual([0, 1, 2]);
  expect(extendTrail(trail, [point(TRAIL_SECONDS + 1)]).map(({ at }) => at)).toEqual([2, TRAIL_SECONDS + 1]);
  expect(extendTrail(trail, [point(1)])).toBe(trail);
});

test('seconds that are missing are a gap, not a line across them', () => {
  const { calls, p99, times } = chartTrail([point(0, 2), point(1, 3), point(30, 4)], null);
  expect(times).toEqual([0, 1, 2, 30]);
  expect(calls.find(({ label }) => label === 'bulk')?.values).toEqual([2, 3, null, 4]);
  expect(p99.find(({ label }) => label === 'bulk')?.values).toEqual([20, 30, null, 40]);
});

test('one lane can be looked at alone', () => {
  expect(chartTrail([point(0)], 'bulk').calls.map(({ label }) => label)).toEqual(['bulk']);
});

test('what the server remembers is counted per second', () => {
  const history = {
    stepSeconds: 10,
    points: [{ at: new Date(5_000).toISOString(), lanes: [{ name: 'bulk', acquired: 40, holdP99Ms: 7 }] }],
  } as unknown as PoolHistory;
  expect(trailFromHistory(history)).toEqual([{ at: 5, lanes: [{ name: 'bulk', calls: 4, p99Ms: 7 }] }]);
});

import { expect, test } from 'vitest';
import type { PoolHistory, PoolHistoryPoint } from '../../../main/client/index.ts';
import { charted } from '../../../main/console/monitor/chart-pool.ts';

const pointAt = (second: number, active: number): PoolHistoryPoint =>
  ({
    at: new Date(1_700_000_000_000 + second * 1000).toISOString(),
    open: 4,
    idle: 2,
    limit: 16,
    opened: 0,
    failed: 0,
    holders: [],
    lanes: [
      {
        name: 'bulk',
        active,
        waiting: 0,
        acquired: 0,
        refused: 0,
        waitP50Ms: 0,
        waitP99Ms: 0,
        holdP50Ms: 0,
        holdP99Ms: 0,
      },
    ],
  }) as PoolHistoryPoint;

test('a span in which nothing was recorded is a gap, not a line across it', () => {
  const history: PoolHistory = { stepSeconds: 1, points: [pointAt(0, 1), pointAt(1, 2), pointAt(30, 3)] };
  const { held, limit, times } = charted(history);
  expect(times.length).toBe(4);
  expect(held.find(({ label }) => label === 'bulk')?.values).toEqual([1, 2, null, 3]);
  expect(limit.values).toEqual([16, 16, null, 16]);
});

test('a step that came a little late is no gap', () => {
  const history: PoolHistory = { stepSeconds: 1, points: [pointAt(0, 1), pointAt(2, 2)] };
  expect(charted(history).held.find(({ label }) => label === 'bulk')?.values).toEqual([1, 2]);
});

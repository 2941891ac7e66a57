import { expect, test } from 'vitest';
import { percentile } from '../../../bench/drought/exchange.ts';
import { countHurt, followReports, sumUp } from '../../../bench/drought/figures.ts';
import { exchange, traffic } from './requests.ts';

const lengths = { calm: 6, drought: 20, recovery: 6 };

test('percentiles by nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([100, 198, 200]);
  expect(percentile([], 0.99)).toBe(0);
});

test('a user hurt twice is one user, and only those who asked are counted', () => {
  const exchanges = [
    exchange({ atMs: 0, user: 1, isFailed: true }),
    exchange({ atMs: 1, user: 1, isFailed: true }),
    exchange({ atMs: 2, user: 2 }),
    exchange({ atMs: 3, user: 3 }),
    exchange({ atMs: 4, user: 4 }),
  ];
  expect(countHurt(exchanges)).toEqual({ asked: 4, hurt: 1, share: 0.25 });
  expect(countHurt([])).toEqual({ asked: 0, hurt: 0, share: 0 });
});

test('a refusal counts as one only where it says why and when to retry', () => {
  const report = (given: object) => exchange({ atMs: 0, type: 'report', ...given });
  const fates = followReports([
    report({ responseMs: 5_000 }),
    report({ responseMs: 14_000 }),
    report({ status: 503, problemCode: 'lane_full', retryAfterSeconds: 2 }),
    report({ status: 503, problemCode: 'lane_full' }),
    report({ status: 500 }),
    report({ status: 0 }),
  ]);
  expect(fates).toEqual({
    ...{ asked: 6, answered: 1, late: 1, refused: 1, failed: 2, silent: 1 },
    reasons: { lane_full: 2, 'status 500': 1 },
  });
});

test('a run is summed up by phase, second and user', () => {
  const exchanges = [
    ...traffic(0, 32_000, (atMs) =>
      atMs >= 6_100 && atMs < 8_100 ? { isFailed: true, responseMs: 12_000, status: 0 } : {},
    ),
    exchange({ atMs: 6_100, type: 'report', status: 503, problemCode: 'lane_full', retryAfterSeconds: 1 }),
  ];
  const connections = [
    { atMs: 0, held: 1, waiting: 0, open: 4 },
    { atMs: 7_000, held: 9, waiting: 2, open: 10 },
  ];
  const figures = sumUp({ kind: 'sleep', lengths, exchanges, connections });
  expect(figures.read.calm).toMatchObject({ count: 600, failed: 0, p99Ms: 5 });
  // What was given up counts with the 10 s at which it was.
  expect(figures.read.drought).toMatchObject({ count: 2_000, failed: 200, maxMs: 10_000 });
  expect(figures.succeeded.read).toBeCloseTo(1 - 200 / 3_200, 6);
  expect(figures.succeeded.readInDrought).toBeCloseTo(0.9, 6);
  expect(figures.containedMs).toBe(1_990);
  expect(figures.normalMs).toBe(0);
  expect(figures.connections).toEqual({ heldMost: 9, openMost: 10 });
  expect(figures.seconds).toHaveLength(32);
  expect(figures.seconds[7]).toMatchObject({ asked: 105, failed: 105 });
  expect(figures.reports.refused).toBe(1);
});

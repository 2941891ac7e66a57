import { expect, test } from 'vitest';
import type { SeriesAnswer } from '../../../main/client/index.ts';
import { namesOf, poolCharts } from '../../../main/console/monitor/stored-charts.ts';
import { chartLines, type Line } from '../../../main/console/monitor/stored-series.ts';

const point = (second: number, mean: number) => ({
  ...{ at: new Date(second * 1000).toISOString(), mean },
  ...{ min: mean - 1, max: mean + 1 },
});
const answer: SeriesAnswer = {
  stepSeconds: 10,
  isComplete: true,
  series: [
    { name: 'pool.inUse', scope: 'bulk', points: [point(0, 2), point(10, 3), point(100, 4)] },
    { name: 'pool.inUse', scope: 'critical', points: [point(10, 1)] },
    { name: 'pool.limit', scope: '', points: [] },
  ],
};
const line = (given: Partial<Line>): Line => ({ name: 'pool.inUse', label: 'x', color: '--ink', ...given });

test('several series share one axis; what one lacks is a gap in it', () => {
  const { series, times } = chartLines(answer, [line({ scope: 'bulk' }), line({ scope: 'critical' })]);
  expect(times).toEqual([0, 10, 20, 100]);
  expect(series.map(({ values }) => values)).toEqual([
    [2, 3, null, 4],
    [null, 1, null, null],
  ]);
});

test('what is not stored is left out', () => {
  expect(chartLines(answer, [line({ name: 'pool.limit' }), line({ name: 'nowhere' })]).series).toEqual([]);
});

test('what must not be averaged away is the highest of its step, in the unit that is shown', () => {
  const { series } = chartLines(answer, [line({ scope: 'critical', isHighest: true, factor: 0.5 })]);
  expect(series[0]?.values).toEqual([1]);
});

test('the figures of several charts are asked for once each', () => {
  const names = namesOf(poolCharts);
  expect(names).toContain('pool.limit');
  expect(new Set(names).size).toBe(names.length);
  // The server answers for twelve at a time.
  expect(names.length).toBeLessThanOrEqual(12);
});

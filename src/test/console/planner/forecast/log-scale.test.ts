import { expect, test } from 'vitest';
import {
  decadesAround,
  decadeTicks,
  type LogScale,
  place,
  valueAt,
} from '../../../../main/console/planner/forecast/log-scale.ts';

const across: LogScale = { from: 1, to: 100, near: 50, far: 250 };

test('a tenfold is the same way everywhere, and the way back is the value', () => {
  expect([1, 10, 100].map((value) => place(across, value))).toEqual([50, 150, 250]);
  expect(valueAt(across, 150)).toBeCloseTo(10);
  expect(valueAt({ ...across, near: 250, far: 50 }, 150)).toBeCloseTo(10);
});

test('what lies outside stands at the end, zero included', () => {
  expect([0, -5, 1e9].map((value) => place(across, value))).toEqual([50, 50, 250]);
  expect(valueAt(across, 9000)).toBeCloseTo(100);
});

test('an axis begins and ends at a power of ten, and is one decade at least', () => {
  expect(decadesAround([156, 2_100_000])).toEqual({ from: 100, to: 10_000_000 });
  expect(decadesAround([100, 1000])).toEqual({ from: 100, to: 1000 });
  expect(decadesAround([10, 10])).toEqual({ from: 10, to: 100 });
  expect(decadesAround([0, Number.NaN])).toEqual({ from: 1, to: 10 });
  expect(decadesAround([0.02])).toEqual({ from: 0.01, to: 0.1 });
});

test('of many decades every second or third is named', () => {
  expect(decadeTicks({ from: 1, to: 1000 })).toEqual([1, 10, 100, 1000]);
  expect(decadeTicks({ from: 1, to: 1e8 })).toEqual([1, 100, 10_000, 1e6, 1e8]);
});

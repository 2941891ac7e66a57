import { expect, test } from 'vitest';
import type { ForecastPoint } from '../../../../main/client/index.ts';
import {
  type CurveArea,
  costAt,
  curvePath,
  curveScales,
  dateAt,
  proportionalPath,
} from '../../../../main/console/planner/forecast/curve.ts';

const point = (factor: number, worstCost: number): ForecastPoint => ({
  ...{ factor, worstCost, cost: worstCost, rows: 1, shapeId: 'a' },
});
const area: CurveArea = { width: 300, height: 200, left: 50, right: 50, top: 0, bottom: 0 };
const cliff = { points: [point(10, 10_000), point(1, 100), point(100, 100_000)] };

test('axes hold every curve, sizes from today on', () => {
  const { x, y } = curveScales([cliff, { points: [point(1, 7)] }], area);
  expect(x).toEqual({ from: 1, to: 100, near: 50, far: 250 });
  expect(y).toEqual({ from: 1, to: 100_000, near: 200, far: 0 });
});

test('a curve goes through its points in the order of their sizes', () => {
  const scales = curveScales([cliff], area);
  expect(curvePath(cliff, scales)).toBe('M50.0 200.0 L150.0 66.7 L250.0 0.0');
});

test('the line of even growth ends where it leaves the drawing', () => {
  const scales = curveScales([cliff], area);
  expect(proportionalPath(cliff, scales)).toBe('M50 200 L250.0 66.7');
  const low = { points: [point(1, 10), point(100, 50)] };
  expect(proportionalPath(low, curveScales([low], area))).toBe('M50 200 L150.0 0.0');
  expect(proportionalPath({ points: [] }, scales)).toBe('');
});

test('between two sizes the cost is read from the line between them', () => {
  expect(costAt(cliff, 1)).toBe(100);
  expect(costAt(cliff, Math.sqrt(10))).toBeCloseTo(1000);
  expect(costAt(cliff, 1000)).toBeNull();
});

test('rows come at an even rate: three times as many take twice as long as two times as many', () => {
  const takenAt = '2026-11-23T00:00:00.000Z';
  const known = { cliff: { factor: 3, at: '2026-12-03T00:00:00.000Z' }, flips: [] };
  const grown = (factor: number, of: unknown) => dateAt(factor, of as Parameters<typeof dateAt>[1], takenAt);
  expect(grown(2, known)).toBe('2026-11-28T00:00:00.000Z');
  expect(grown(2, { cliff: null, flips: [{ factor: 5, at: '2026-12-03T00:00:00.000Z' }] })).toBe(
    '2026-11-25T12:00:00.000Z',
  );
  expect(grown(2, { cliff: { factor: 3, at: null }, flips: [] })).toBeNull();
});

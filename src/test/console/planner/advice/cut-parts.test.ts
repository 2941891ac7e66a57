import { expect, test } from 'vitest';
import { cutParts } from '../../../../main/console/planner/advice/cut-parts.ts';

test('what is left is the rest of the whole', () => {
  const { parts, rest } = cutParts([0.41, 0.12]);
  expect(parts).toEqual([0.41, 0.12]);
  expect(rest).toBeCloseTo(0.47);
  expect(cutParts([])).toEqual({ parts: [], rest: 1 });
});

test('shares that are more than the whole together are drawn as all of it', () => {
  const { parts, rest } = cutParts([0.9, 0.6]);
  expect(parts[0]).toBeCloseTo(0.6);
  expect(parts[1]).toBeCloseTo(0.4);
  expect(rest).toBeCloseTo(0);
});

test('what costs, and what is no number, takes no part', () => {
  expect(cutParts([-0.2, Number.NaN, 0.5]).parts).toEqual([0, 0, 0.5]);
});

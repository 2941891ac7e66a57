import { expect, test } from 'vitest';
import { ceilingOf, stack } from '../../../main/console/charts/stack.ts';

test('each band lies on those beneath it, and a gap stays a gap', () => {
  expect(
    stack([
      [1, 2, null],
      [3, 0, null],
      [1, 1, null],
    ]),
  ).toEqual([
    [1, 2, null],
    [4, 2, null],
    [5, 3, null],
  ]);
});

test('the axis ends at something round above the highest value', () => {
  expect(ceilingOf([[3, 17, null]], 4)).toBe(20);
  expect(ceilingOf([[200]], 4)).toBe(200);
  expect(ceilingOf([[201]], 4)).toBe(250);
});

test('one waiter does not fill the chart', () => {
  expect(ceilingOf([[1, 0]], 4)).toBe(5);
});

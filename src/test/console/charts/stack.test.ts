import { expect, test } from 'vitest';
import { atLeastOne, ceilingOf, decadesOf, stack } from '../../../main/console/charts/stack.ts';

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

test('a logarithmic axis reaches from 1 to the first power of ten above all values', () => {
  expect(decadesOf([[3, null, 420]], 10)).toEqual([1, 10, 100, 1000]);
  expect(decadesOf([[3]], 100)).toEqual([1, 10, 100]);
  expect(decadesOf([[1000]], 10)).toEqual([1, 10, 100, 1000]);
});

test('what is less than 1 lies on the lowest line of a logarithmic axis, and a gap stays a gap', () => {
  expect(atLeastOne([0, 0.4, null, 7])).toEqual([1, 1, null, 7]);
});

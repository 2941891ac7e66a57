import { expect, test } from 'vitest';
import { spreadOut, ticksUpTo } from '../../../../bench/drought/report/scale.ts';

test('ticks are round, begin at zero and reach the most', () => {
  expect(ticksUpTo(100, 4)).toEqual([0, 25, 50, 75, 100]);
  expect(ticksUpTo(10, 4)).toEqual([0, 2.5, 5, 7.5, 10]);
  expect(ticksUpTo(0.37, 4)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  expect(ticksUpTo(0, 4)).toEqual([0, 1]);
});

test('labels keep their distance, their order and the frame', () => {
  expect(spreadOut([50, 50, 52], 15, 0, 200)).toEqual([50, 65, 80]);
  expect(spreadOut([195, 190], 15, 0, 200)).toEqual([200, 185]);
  expect(spreadOut([10, 100], 15, 0, 200)).toEqual([10, 100]);
});

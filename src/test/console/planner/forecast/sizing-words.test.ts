import { expect, test } from 'vitest';
import { amountWords } from '../../../../main/console/planner/forecast/sizing-words.ts';

test('an amount is said as its unit asks', () => {
  expect(amountWords(40 * 2 ** 30, 'bytes')).toBe('40 GB');
  expect(amountWords(120 * 2 ** 20, 'bytes/day')).toBe('120 MB a day');
  expect(amountWords(0.992, 'share')).toBe('99.20 %');
  expect(amountWords(0.5, 'share')).toBe('50 %');
  expect(amountWords(1800, 'count')).toBe('1,800');
  expect(amountWords(3.5, 'cores')).toBe('3.5 cores');
});

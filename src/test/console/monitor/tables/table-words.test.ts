import { expect, test } from 'vitest';
import {
  deadShare,
  hitWords,
  hourlyWords,
  megabyteWords,
  rowWords,
  shareWords,
} from '../../../../main/console/monitor/tables/table-words.ts';

test('megabytes have the digits that mean something, and a sign where they grow', () => {
  expect([null, 0, 4_000, 612_000, 61_000_000, 2_400_000_000].map((bytes) => megabyteWords(bytes))).toEqual([
    ...['–', '0', '<0.01', '0.61', '61.0', '2,400'],
  ]);
  expect(megabyteWords(612_000, true)).toBe('+0.61');
  expect(megabyteWords(-612_000, true)).toBe('−0.61');
});

test('a rate that is small is not rounded to none', () => {
  expect([null, 0, 0.02, 3.14, 4_200].map(hourlyWords)).toEqual(['–', '0', '<0.1', '3.1', '4,200']);
});

test('a cache that misses a little is not said to miss nothing', () => {
  expect(hitWords(0.9997)).toBe('99.97 %');
  expect(hitWords(1)).toBe('100 %');
  expect(hitWords(null)).toBe('–');
  expect(shareWords(0.002)).toBe('<1 %');
});

test('the dead are counted among all rows that take room', () => {
  expect(deadShare({ rows: 1, deadRows: 3 })).toBe(0.75);
  expect(deadShare({ rows: 0, deadRows: 0 })).toBe(0);
  expect(deadShare({ rows: -1, deadRows: 2 })).toBe(1);
});

test('a table that was never counted has no number of rows', () => {
  expect(rowWords(-1)).toBe('not counted');
  expect(rowWords(4_100)).toBe('4,100');
});

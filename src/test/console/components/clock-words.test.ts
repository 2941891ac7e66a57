import { expect, test } from 'vitest';
import {
  clockTimeBeside,
  fromLocalField,
  offsetWords,
  spanWords,
  toLocalField,
} from '../../../main/console/components/clock-words.ts';

test('a span has the digits that mean something', () => {
  const spans = [800, 9_960, 21_400, 125_000, 120_000, 3_600_000, 4_320_000, 93_600_000];
  expect(spans.map(spanWords)).toEqual([
    '0.8 s',
    '10.0 s',
    '21 s',
    '2 min 5 s',
    '2 min',
    '1 h',
    '1 h 12 min',
    '1 d 2 h',
  ]);
});

test('what nearly fills a minute or an hour is carried over', () => {
  expect([119_800, 7_199_900].map(spanWords)).toEqual(['2 min', '2 h']);
});

test('an offset says its direction', () => {
  expect(offsetWords(21_000, 0)).toBe('+21 s');
  expect(offsetWords(0, 4_000)).toBe('−4.0 s');
});

test('another day is said, the same is not', () => {
  const noon = new Date(2026, 10, 23, 12, 0, 0).getTime();
  expect(clockTimeBeside(noon, noon + 1_000)).toBe('12:00:00');
  expect(clockTimeBeside(noon, noon + 86_400_000)).toBe('23 Nov 12:00:00');
});

test('a local field goes there and back', () => {
  const at = new Date(2026, 10, 23, 14, 5).getTime();
  expect(toLocalField(at)).toBe('2026-11-23T14:05');
  expect(fromLocalField('2026-11-23T14:05')).toBe(new Date(at).toISOString());
  expect(fromLocalField('')).toBeNull();
  expect(fromLocalField('soon')).toBeNull();
});

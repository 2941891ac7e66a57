// Times as people say them.
import { expect, test } from 'vitest';
import { durationWords, relativeTime } from '../../../main/console/components/time-words.ts';

const now = Date.parse('2027-01-31T12:00:00Z');

test.each([
  ['2027-01-31T11:59:57Z', 'just now'],
  ['2027-01-31T11:59:20Z', '40 s ago'],
  ['2027-01-31T11:01:00Z', '59 min ago'],
  ['2027-01-30T13:00:00Z', '23 h ago'],
  ['2027-01-30T11:00:00Z', '1 day ago'],
  ['2026-10-31T12:00:00Z', '3 months ago'],
  ['2027-02-02T12:00:00Z', 'in 2 days'],
])('%s is %s', (time, words) => {
  expect(relativeTime(time, now)).toBe(words);
});

test('a duration has two units at most', () => {
  expect(durationWords(12)).toBe('12 s');
  expect(durationWords(3 * 3600 + 12 * 60 + 5)).toBe('3 h 12 min');
  expect(durationWords(86_400)).toBe('1 day');
});

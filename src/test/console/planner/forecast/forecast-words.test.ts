import { expect, test } from 'vitest';
import { aroundWords, cliffTone, factorWords } from '../../../../main/console/planner/forecast/forecast-words.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00.000Z');

test('a size is a factor of today’s rows', () => {
  expect([1, 3.21, 5, 30.4].map(factorWords)).toEqual(['1 ×', '3.2 ×', '5 ×', '30 ×']);
});

test('a day is said as exactly as a guess can be', () => {
  const around = (at: string | null) => aroundWords(at, NOW_MS);
  expect(around('2026-12-04T12:00:00.000Z')).toBe('around 4 December');
  expect(around('2027-03-14T12:00:00.000Z')).toBe('around March');
  expect(around('2029-03-14T12:00:00.000Z')).toBe('around March 2029');
  expect(around('2060-03-14T12:00:00.000Z')).toBe('in more than ten years');
  expect(around('2026-11-01T12:00:00.000Z')).toBe('now');
  expect([around(null), around('someday')]).toEqual(['', '']);
});

test('what comes within a quarter is red; without a date, what is near', () => {
  expect(cliffTone({ at: '2027-01-10T00:00:00.000Z', factor: 8 }, NOW_MS)).toBe('bad');
  expect(cliffTone({ at: '2028-01-10T00:00:00.000Z', factor: 1.2 }, NOW_MS)).toBe('warn');
  expect(cliffTone({ at: null, factor: 1.5 }, NOW_MS)).toBe('bad');
  expect(cliffTone({ at: null, factor: 3 }, NOW_MS)).toBe('warn');
});

import { expect, test } from 'vitest';
import { silenceState, whenWords } from '../../../../main/console/monitor/alerts/silence-words.ts';

const from = '2026-11-23T10:00:00.000Z';
const night = { days: [1], startsAt: '23:00', minutes: 180, timeZone: 'UTC' };

test('days are said as one says them', () => {
  const words = (days: number[]) => whenWords({ from, until: null, weekly: { ...night, days } }, Date.parse(from));
  expect(words([5, 2])).toBe('Tuesdays and Fridays at 23:00 for 3 h (UTC)');
  expect(words([1, 2, 3, 4, 5])).toContain('Mondays to Fridays');
  expect(words([6, 7])).toContain('Saturdays and Sundays');
  expect(words([1, 2, 3, 4, 5, 6, 7])).toContain('Every day');
});

test('a span that is over, that runs, and that is to come', () => {
  const span = { from, until: '2026-11-23T11:00:00.000Z', weekly: null };
  expect(silenceState(span, Date.parse('2026-11-23T09:59:00Z'))).toBe('later');
  expect(silenceState(span, Date.parse('2026-11-23T10:30:00Z'))).toBe('now');
  expect(silenceState(span, Date.parse('2026-11-23T11:00:00Z'))).toBe('over');
});

test('a night that began on Monday goes on after midnight', () => {
  const weekly = { from: '2026-11-01T00:00:00Z', until: null, weekly: night };
  expect(silenceState(weekly, Date.parse('2026-11-23T22:59:00Z'))).toBe('later');
  expect(silenceState(weekly, Date.parse('2026-11-23T23:30:00Z'))).toBe('now');
  expect(silenceState(weekly, Date.parse('2026-11-24T01:59:00Z'))).toBe('now');
  expect(silenceState(weekly, Date.parse('2026-11-24T02:00:00Z'))).toBe('later');
});

test('hours are those of its own zone; a zone that is not known is never now', () => {
  const given = { from: '2026-11-01T00:00:00Z', until: null };
  const vienna = { ...night, startsAt: '02:00', minutes: 60, timeZone: 'Europe/Vienna' };
  expect(silenceState({ ...given, weekly: vienna }, Date.parse('2026-11-23T01:30:00Z'))).toBe('now');
  expect(silenceState({ ...given, weekly: { ...vienna, timeZone: 'Moon/Sea' } }, Date.parse(from))).toBe('later');
});

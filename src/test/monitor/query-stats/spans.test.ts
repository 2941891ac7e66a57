import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  pointStepMs,
  roundSpan,
  segmentsOf,
  stepMsOf,
  tierOfPoints,
} from '../../../main/monitor/query-stats/spans.ts';

const NOW_MS = Date.parse('2026-11-23T10:17:00.000Z');
const minute = fc.integer({ min: 0, max: 60 * 24 * 40 }).map((minutes) => NOW_MS - minutes * MINUTE_MS);

test('segments cover a span without a gap or an overlap, at whole steps, and none that is not summed up yet', () => {
  fc.assert(
    fc.property(minute, minute, fc.nat(60), fc.nat(40), (a, b, hours, days) => {
      const [fromMs, toMs] = a < b ? [a, b] : [b, a];
      const until = {
        minutesFromMs: 0,
        hoursUntilMs: Math.floor(NOW_MS / HOUR_MS - hours) * HOUR_MS,
        daysUntilMs: Math.floor(NOW_MS / DAY_MS - days) * DAY_MS,
      };
      const segments = segmentsOf({ fromMs, toMs }, until);
      let atMs = fromMs;
      for (const segment of segments) {
        expect(segment.fromMs).toBe(atMs);
        expect(segment.toMs).toBeGreaterThan(segment.fromMs);
        expect(segment.fromMs % stepMsOf[segment.tier]).toBe(0);
        expect(segment.toMs % stepMsOf[segment.tier]).toBe(0);
        if (segment.tier === 'hour') expect(segment.toMs).toBeLessThanOrEqual(until.hoursUntilMs);
        if (segment.tier === 'day') expect(segment.toMs).toBeLessThanOrEqual(until.daysUntilMs);
        atMs = segment.toMs;
      }
      expect(atMs).toBe(toMs);
    }),
  );
});

test('a month is read from days, with hours and minutes at its ends alone', () => {
  const until = { minutesFromMs: 0, hoursUntilMs: NOW_MS - 17 * MINUTE_MS, daysUntilMs: Date.parse('2026-11-23') };
  const span = { fromMs: Date.parse('2026-10-20T22:40:00Z'), toMs: NOW_MS };
  expect(segmentsOf(span, until).map(({ tier }) => tier)).toEqual(['minute', 'hour', 'day', 'hour', 'minute']);
  const day = { fromMs: NOW_MS - DAY_MS, toMs: NOW_MS };
  expect(segmentsOf(day, until).map(({ tier }) => tier)).toEqual(['minute', 'hour', 'minute']);
});

test('a span is rounded to minutes, and to hours where minutes are gone', () => {
  const second = 1_000;
  const span = { fromMs: NOW_MS + second, toMs: NOW_MS + MINUTE_MS + second };
  expect(roundSpan(span, 0)).toEqual({ fromMs: NOW_MS, toMs: NOW_MS + 2 * MINUTE_MS });
  const hour = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS;
  expect(roundSpan(span, NOW_MS + DAY_MS)).toEqual({ fromMs: hour, toMs: hour + HOUR_MS });
});

test.each([
  [HOUR_MS, MINUTE_MS, 'minute'],
  [4 * HOUR_MS, MINUTE_MS, 'minute'],
  [DAY_MS, 10 * MINUTE_MS, 'minute'],
  [7 * DAY_MS, HOUR_MS, 'hour'],
  [60 * DAY_MS, 6 * HOUR_MS, 'hour'],
  [200 * DAY_MS, DAY_MS, 'day'],
  [400 * DAY_MS, 2 * DAY_MS, 'day'],
] as const)('a chart of %i ms has points of %i ms', (spanMs, stepMs, tier) => {
  expect(pointStepMs({ fromMs: NOW_MS - spanMs, toMs: NOW_MS }, NOW_MS)).toBe(stepMs);
  expect(tierOfPoints(stepMs)).toBe(tier);
});

test('a short span of long ago has points of an hour', () => {
  const fromMs = NOW_MS - 30 * DAY_MS;
  expect(pointStepMs({ fromMs, toMs: fromMs + HOUR_MS }, NOW_MS)).toBe(HOUR_MS);
});

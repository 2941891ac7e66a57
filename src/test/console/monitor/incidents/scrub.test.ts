import { expect, test } from 'vitest';
import type { ImpactPoint, TimelineEntry } from '../../../../main/client/index.ts';
import {
  entryIndexAt,
  neighbourMs,
  pointAt,
  pointWords,
  scrubSpan,
  usualStepMs,
} from '../../../../main/console/monitor/incidents/scrub.ts';

const start = Date.parse('2026-11-23T14:00:00Z');
const at = (second: number) => new Date(start + second * 1000).toISOString();
const point = (second: number, given: Partial<ImpactPoint> = {}): ImpactPoint => ({
  at: at(second),
  usersHurt: 0,
  failed: 0,
  requests: 10,
  p99Ms: 12,
  ...given,
});
const entry = (second: number): TimelineEntry => ({
  id: String(second),
  at: at(second),
  kind: 'note',
  sentence: '',
  by: null,
  details: {},
});

test('the span is what was measured, not what happened long before', () => {
  const span = scrubSpan({ points: [point(-60), point(0), point(30)], timeline: [entry(-600), entry(5)] });
  expect(span).toEqual({ fromMs: start - 60_000, toMs: start + 30_000 });
});

test('where nothing was measured it goes from the first entry to the last', () => {
  expect(scrubSpan({ points: [], timeline: [entry(-10), entry(5)] })).toEqual({
    fromMs: start - 10_000,
    toMs: start + 5_000,
  });
});

test('one moment alone is no span', () => {
  expect(scrubSpan({ points: [], timeline: [entry(5)] })).toBeNull();
  expect(scrubSpan({ points: [], timeline: [entry(5), entry(5)] })).toBeNull();
  expect(scrubSpan({ points: [], timeline: [] })).toBeNull();
});

test('one has come to the last entry that is not ahead', () => {
  const timeline = [entry(0), entry(5), entry(9)];
  expect(entryIndexAt(timeline, start - 1)).toBe(-1);
  expect(entryIndexAt(timeline, start + 5_000)).toBe(1);
  expect(entryIndexAt(timeline, start + 60_000)).toBe(2);
});

test('a point tells of its step, and of no gap', () => {
  const points = [point(0), point(1), point(2, { usersHurt: 7 }), point(20)];
  expect(pointAt(points, start + 2_900, 1_000)?.usersHurt).toBe(7);
  expect(pointAt(points, start + 12_000, 1_000)).toBeNull();
  expect(pointAt(points, start - 1, 1_000)).toBeNull();
});

test('the usual step is not that of a gap', () => {
  expect(usualStepMs([point(0), point(2), point(4), point(60), point(62)])).toBe(2_000);
  expect(usualStepMs([])).toBe(1_000);
});

test('from entry to entry, forth and back', () => {
  const timeline = [entry(0), entry(5), entry(9)];
  expect(neighbourMs(timeline, start + 5_000, 1)).toBe(start + 9_000);
  expect(neighbourMs(timeline, start + 5_000, -1)).toBe(start);
  expect(neighbourMs(timeline, start + 9_000, 1)).toBeNull();
});

test('a moment in words says who was hurt first', () => {
  expect(pointWords(point(0, { usersHurt: 12, failed: 48, requests: 110, p99Ms: 2_300 }))).toBe(
    '12 users hurt, 48 of 110 requests failed, p99 2,300 ms.',
  );
  expect(pointWords(point(0, { requests: 1, p99Ms: 0 }))).toBe('Nobody hurt, none of 1 request failed.');
  expect(pointWords(point(0, { requests: 0 }))).toBe('Nobody asked for anything.');
  expect(pointWords(null)).toBe('Nothing was measured.');
});

import { expect, test } from 'vitest';
import type { ImpactPoint, TimelineEntry } from '../../../../main/client/index.ts';
import { strip } from '../../../../main/console/monitor/incidents/scrub-strip.ts';

const at = (second: number) => new Date(second * 1000).toISOString();
const point = (second: number, usersHurt: number): ImpactPoint => ({
  at: at(second),
  usersHurt,
  failed: 0,
  requests: 1,
  p99Ms: 1,
});
const entry = (second: number, kind: TimelineEntry['kind']): TimelineEntry => ({
  id: `${kind} ${second}`,
  at: at(second),
  kind,
  sentence: '',
  by: null,
  details: {},
});
const span = { fromMs: 0, toMs: 100_000 };

test('the worst second reaches the top, and each fills its own step', () => {
  const { area } = strip({ span, points: [point(0, 0), point(10, 5), point(20, 10), point(30, 0)], timeline: [] }, 40);
  expect(area).toBe('M10.00 40V20.0H20.00V40ZM20.00 40V0.0H30.00V40Z');
});

test('where nobody was hurt there is no area', () => {
  expect(strip({ span, points: [point(0, 0), point(10, 0)], timeline: [] }, 40).area).toBe('');
});

test('ticks lie within the span, and those on top of each other are one', () => {
  const timeline = [
    entry(-600, 'deploy'),
    entry(50, 'alert'),
    entry(50.1, 'alert'),
    entry(50, 'note'),
    entry(100, 'closed'),
  ];
  expect(strip({ span, points: [], timeline }, 40).ticks).toEqual([
    { kind: 'alert', share: 0.5 },
    { kind: 'note', share: 0.5 },
    { kind: 'closed', share: 1 },
  ]);
});

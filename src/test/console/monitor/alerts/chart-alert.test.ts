import { expect, test } from 'vitest';
import { alertWindow, chartedAlert } from '../../../../main/console/monitor/alerts/chart-alert.ts';

const start = Date.parse('2026-11-23T14:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();
const MINUTE = 60_000;

test('a short alert is shown with ten minutes before it and five after it', () => {
  const window = alertWindow({ startedAt: iso(start), resolvedAt: iso(start + MINUTE) }, start + 60 * MINUTE);
  expect(window).toEqual({ fromMs: start - 10 * MINUTE, toMs: start + 6 * MINUTE });
});

test('a long one with as much before as it lasted, and never with what is to come', () => {
  const now = start + 31 * MINUTE;
  expect(alertWindow({ startedAt: iso(start), resolvedAt: iso(start + 30 * MINUTE) }, now)).toEqual({
    fromMs: start - 30 * MINUTE,
    toMs: now,
  });
  expect(alertWindow({ startedAt: iso(start), resolvedAt: null }, now).toMs).toBe(now);
});

const point = (second: number, max: number) => ({ at: iso(start + second * 1000), mean: 1, min: 0, max });

test('the bound is on the chart, and a gap stays one', () => {
  const { ceiling, limit, values } = chartedAlert([point(0, 1), point(10, 2), point(90, 3)], { threshold: 60 }, 10);
  expect(values.values).toEqual([1, 2, null, 3]);
  expect(limit?.values).toEqual([60, 60, 60, 60]);
  expect(ceiling).toBeGreaterThan(60);
});

test('where there is no bound there is no line of it', () => {
  expect(chartedAlert([point(0, 1)], { threshold: null }, 10).limit).toBeUndefined();
});

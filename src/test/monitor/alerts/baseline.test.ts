/** What is usual at this hour of the week, and how unusual a value is. */

import { describe, expect, test } from 'vitest';
import { Baseline, distanceOf, robustZ } from '../../../main/monitor/alerts/baseline.ts';
import { HOUR_MS } from '../../../main/monitor/alerts/hour-summary.ts';

const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 24 * HOUR_MS;

/** Busy by day, quiet at night and on Sundays. */
const level = (atMs: number) => {
  const hour = (atMs % DAY_MS) / HOUR_MS;
  const isSunday = new Date(atMs).getUTCDay() === 0;
  return (hour >= 8 && hour < 20 ? 100 : 10) * (isSunday ? 0.3 : 1);
};

function feed(baseline: Baseline, fromMs: number, toMs: number, read = level): void {
  for (let atMs = fromMs; atMs < toMs; atMs += 60_000) {
    baseline.add(atMs, read(atMs) * (1 + 0.02 * Math.sin(atMs)));
  }
}

describe('a baseline', () => {
  test('says nothing before it has seen a day', () => {
    const baseline = new Baseline();
    feed(baseline, START_MS, START_MS + 20 * HOUR_MS);
    expect(baseline.isReady).toBe(false);
    expect(baseline.usual(START_MS + 20 * HOUR_MS)).toBeUndefined();
    feed(baseline, START_MS + 20 * HOUR_MS, START_MS + 26 * HOUR_MS);
    expect(baseline.isReady).toBe(true);
  });

  test('knows the hour of the day after two days, and the day of the week after two weeks', () => {
    const baseline = new Baseline();
    feed(baseline, START_MS, START_MS + 2 * DAY_MS);
    const third = START_MS + 2 * DAY_MS;
    expect(baseline.usual(third + 12.5 * HOUR_MS)?.median).toBeCloseTo(100, -1);
    expect(baseline.usual(third + 3.5 * HOUR_MS)?.median).toBeCloseTo(10, 0);
    feed(baseline, third, START_MS + 14 * DAY_MS);
    const sunday = START_MS + 20 * DAY_MS;
    expect(baseline.usual(sunday + 12.5 * HOUR_MS)?.median).toBeCloseTo(30, -1);
    expect(baseline.usual(START_MS + 14 * DAY_MS + 12.5 * HOUR_MS)?.median).toBeCloseTo(100, -1);
  });

  test('goes over smoothly from one hour to the next', () => {
    const baseline = new Baseline();
    const ramp = (atMs: number) => 10 + (10 * (atMs % DAY_MS)) / HOUR_MS;
    feed(baseline, START_MS, START_MS + 8 * DAY_MS, ramp);
    const at = (hour: number) => baseline.usual(START_MS + 8 * DAY_MS + hour * HOUR_MS)?.median ?? 0;
    expect(at(10)).toBeCloseTo(ramp(10 * HOUR_MS), -1);
    expect(at(10.99) - at(11.01)).toBeLessThan(1);
  });

  test('one bad hour among weeks moves it little', () => {
    const baseline = new Baseline();
    feed(baseline, START_MS, START_MS + 21 * DAY_MS, (atMs) => {
      const isBad = atMs >= START_MS + 14.5 * DAY_MS && atMs < START_MS + 14.5 * DAY_MS + HOUR_MS;
      return isBad ? 5_000 : level(atMs);
    });
    expect(baseline.usual(START_MS + 21.5 * DAY_MS + HOUR_MS / 2)?.median).toBeLessThan(110);
  });

  test('one week alone is given the spread that days have had among each other', () => {
    const baseline = new Baseline();
    const wild = [1, 1.6, 0.7, 1.5, 0.8, 1.4, 0.9];
    feed(
      baseline,
      START_MS,
      START_MS + 7 * DAY_MS,
      (atMs) => 100 * (wild[Math.floor((atMs - START_MS) / DAY_MS)] ?? 1),
    );
    const usual = baseline.usual(START_MS + 7.5 * DAY_MS + HOUR_MS / 2);
    expect(usual?.mad).toBeGreaterThan(30);
  });

  test('forgets what is more than eight weeks old', () => {
    const baseline = new Baseline();
    const hours = Array.from({ length: 10 * 168 }, (_, index) => ({
      hour: 490_000 + index,
      median: 1,
      mad: 0,
      count: 60,
    }));
    baseline.restore(hours);
    expect(baseline.hours).toHaveLength(8 * 168);
    expect(baseline.hours.at(-1)?.hour).toBe(490_000 + 10 * 168 - 1);
  });

  test('survives a restart in the middle of an hour', () => {
    const whole = new Baseline();
    feed(whole, START_MS, START_MS + 3 * DAY_MS);
    const before = new Baseline();
    const halfMs = START_MS + 1.5 * DAY_MS + 30 * 60_000;
    feed(before, START_MS, halfMs);
    const kept = [...before.hours, before.partial()].filter((hour) => hour !== undefined);
    const after = new Baseline();
    after.restore(kept);
    feed(after, halfMs, START_MS + 3 * DAY_MS);
    const atMs = START_MS + 3.52 * DAY_MS;
    expect(after.usual(atMs)?.median).toBeCloseTo(whole.usual(atMs)?.median ?? 0, 0);
  });
});

describe('the score', () => {
  const usual = { median: 100, mad: 10 };

  test('is the robust z, bounded, with a least spread', () => {
    expect(robustZ(100, usual, 0)).toBe(0);
    expect(robustZ(200, usual, 0)).toBeCloseTo(6.745);
    expect(robustZ(1e12, usual, 0)).toBe(100);
    expect(robustZ(-1e12, usual, 0)).toBe(-100);
    expect(robustZ(110, { median: 100, mad: 0 }, 0)).toBeCloseTo(1.349);
    expect(robustZ(1, { median: 0, mad: 0 }, 0.5)).toBeCloseTo(1.349);
  });

  test('and the distance of a z is its inverse', () => {
    const distance = distanceOf(6, usual, 0);
    expect(robustZ(100 + distance, usual, 0)).toBeCloseTo(6);
  });
});

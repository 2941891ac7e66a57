/** How fast the error budget burns. */

import { describe, expect, test } from 'vitest';
import { BurnMeter } from '../../../main/monitor/alerts/burn.ts';
import { type BurnWindows, burnRules, burnWindows } from '../../../main/monitor/alerts/burn-rules.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 5);
const [fast, slow, drain] = Object.values(burnWindows) as [BurnWindows, BurnWindows, BurnWindows];

function feed(meter: BurnMeter, fromMs: number, toMs: number, failedShare: number): void {
  for (let atMs = fromMs; atMs <= toMs; atMs += 10_000) meter.add(atMs, 20, 20 * failedShare);
}

describe('the error budget', () => {
  test('each rule has its windows', () => {
    expect(burnRules.map(({ id }) => id)).toEqual(Object.keys(burnWindows));
  });

  test('burns at the share of failures over what is allowed, by the lesser of both windows', () => {
    const meter = new BurnMeter();
    feed(meter, START_MS, START_MS + HOUR_MS, 0.02);
    expect(meter.rate(START_MS + HOUR_MS, fast)).toBeCloseTo(20, 0);
    feed(meter, START_MS + HOUR_MS, START_MS + 1.5 * HOUR_MS, 0);
    expect(meter.rate(START_MS + 1.5 * HOUR_MS, fast)).toBe(0);
  });

  test('a short storm is told by the fast pair alone', () => {
    const meter = new BurnMeter();
    feed(meter, START_MS, START_MS + 6 * HOUR_MS, 0.0001);
    feed(meter, START_MS + 6 * HOUR_MS, START_MS + 6.25 * HOUR_MS, 0.1);
    const nowMs = START_MS + 6.25 * HOUR_MS;
    expect(meter.rate(nowMs, fast)).toBeGreaterThan(14.4);
    expect(meter.rate(nowMs, slow)).toBeLessThan(6);
  });

  test('few failures are no emergency, whatever their share', () => {
    const meter = new BurnMeter();
    for (let atMs = START_MS; atMs <= START_MS + HOUR_MS; atMs += 10_000) meter.add(atMs, 0.01, 0.005);
    expect(meter.rate(START_MS + HOUR_MS, fast)).toBe(0);
  });

  test('is over when it burns no more, though the long window still remembers', () => {
    const meter = new BurnMeter();
    feed(meter, START_MS, START_MS + 2 * HOUR_MS, 0.2);
    expect(meter.rate(START_MS + 2 * HOUR_MS, drain)).toBeGreaterThan(1);
    const cleanMs = START_MS + 2 * HOUR_MS + 6 * MINUTE_MS;
    feed(meter, START_MS + 2 * HOUR_MS, cleanMs, 0);
    expect(meter.rate(cleanMs, drain)).toBe(0);
  });

  test('a few failures in the last minutes of a quiet hour do not begin it anew', () => {
    const meter = new BurnMeter();
    feed(meter, START_MS, START_MS + 2 * HOUR_MS, 0.2);
    feed(meter, START_MS + 2 * HOUR_MS, START_MS + 4 * HOUR_MS, 0);
    feed(meter, START_MS + 4 * HOUR_MS, START_MS + 4 * HOUR_MS + MINUTE_MS, 0.01);
    expect(meter.rate(START_MS + 4 * HOUR_MS + MINUTE_MS, drain)).toBe(0);
  });

  test('survives a restart by tens of minutes', () => {
    const before = new BurnMeter();
    feed(before, START_MS, START_MS + 10 * HOUR_MS, 0.01);
    const after = new BurnMeter();
    const restartMs = START_MS + 10 * HOUR_MS;
    after.restore(before.tallies(START_MS));
    feed(after, restartMs, restartMs + 40 * MINUTE_MS, 0.01);
    expect(after.rate(restartMs + 40 * MINUTE_MS, slow)).toBeCloseTo(before.rate(restartMs, slow), 0);
    expect(before.tallies(restartMs - MINUTE_MS).length).toBeLessThan(3);
  });

  test('a gap in the figures counts for a minute and no more', () => {
    const meter = new BurnMeter();
    meter.add(START_MS, 10, 10);
    meter.add(START_MS + 10 * HOUR_MS, 10, 10);
    expect(meter.failed(START_MS + 10 * HOUR_MS, HOUR_MS)).toBe(600);
  });
});

/** In how many hours the disk is full. */

import { describe, expect, test } from 'vitest';
import { DiskTrend, HOURS_MAX } from '../../../main/monitor/alerts/disk-trend.ts';

const HOUR_MS = 3_600_000;

function run(freeAt: (hours: number) => number, hours: number): number | undefined {
  const trend = new DiskTrend();
  let answer: number | undefined;
  for (let atMs = 0; atMs <= hours * HOUR_MS; atMs += 60_000) answer = trend.add(atMs, freeAt(atMs / HOUR_MS));
  return answer;
}

describe('the disk', () => {
  test('nothing is foretold from less than half a morning', () => {
    expect(run((hours) => 100 - 10 * hours, 4)).toBeUndefined();
  });

  test('is full when the pace of the last hours says so', () => {
    expect(run((hours) => 100 - 5 * hours, 8)).toBeCloseTo(60 / 5, 0);
  });

  test('is not foretold full by one large import, nor by noise', () => {
    expect(run((hours) => (hours < 6 ? 300 : hours < 6.3 ? 300 - 500 * (hours - 6) : 150), 7.5)).toBeGreaterThan(24);
    expect(run((hours) => 300 + Math.sin(hours * 1_000), 8)).toBeGreaterThan(200);
    expect(run((hours) => 100 + hours, 8)).toBe(HOURS_MAX);
  });
});

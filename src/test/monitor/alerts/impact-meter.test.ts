/** Whether users are being hurt. */

import { describe, expect, test } from 'vitest';
import { ImpactMeter } from '../../../main/monitor/alerts/impact-meter.ts';

function meterWith(readings: Record<string, number>, seconds = 60): ImpactMeter {
  const meter = new ImpactMeter();
  for (let second = 0; second <= seconds; second += 1) {
    for (const [key, value] of Object.entries(readings)) {
      const [name = '', scope = ''] = key.split(' ');
      meter.add(second * 1_000, name, scope, value);
    }
  }
  return meter;
}

const NOW_MS = 60_000;

describe('users are hurt', () => {
  test('by waiting, by refusals, by failures, and where they are counted as hurt', () => {
    const harms: Record<string, number>[] = [
      { 'pool.waiting interactive': 2 },
      { 'pool.refusedPerSecond critical': 0.2 },
      { 'http.failedTotal': 0.5, 'http.requestsTotal': 20 },
      { 'users.hurt': 4 },
    ];
    for (const readings of harms) {
      expect(meterWith(readings).isHurting(NOW_MS), JSON.stringify(readings)).toBe(true);
    }
  });

  test('and not by what waits in lanes for jobs, nor by a few failures among many requests', () => {
    const none: Record<string, number>[] = [
      { 'pool.waiting bulk': 50, 'pool.refusedPerSecond background': 5 },
      { 'pool.waiting interactive': 0.2 },
      { 'http.failedTotal': 0.5, 'http.requestsTotal': 200 },
      { 'users.hurt': 1 },
    ];
    for (const readings of none) {
      expect(meterWith(readings).isHurting(NOW_MS), JSON.stringify(readings)).toBe(false);
    }
  });

  test('one bad second is no harm, and what is not measured any more is none either', () => {
    const meter = meterWith({ 'users.hurt': 0 });
    meter.add(61_000, 'users.hurt', '', 30);
    expect(meter.isHurting(61_000)).toBe(false);
    const hurt = meterWith({ 'users.hurt': 10 });
    expect(hurt.isHurting(NOW_MS + 61_000)).toBe(false);
  });
});

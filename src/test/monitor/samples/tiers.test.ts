import { expect, test } from 'vitest';
import { narrowestStepMs, TIERS, tierNames, tierOf } from '../../../main/monitor/samples/tiers.ts';

const NOW_MS = Date.UTC(2026, 10, 23);
const HOUR_MS = 3_600_000;

test('the further back, the wider the steps', () => {
  expect(narrowestStepMs(NOW_MS - 6 * HOUR_MS, NOW_MS)).toBe(10_000);
  expect(narrowestStepMs(NOW_MS - 6 * HOUR_MS - 1, NOW_MS)).toBe(60_000);
  expect(narrowestStepMs(NOW_MS - 14 * 24 * HOUR_MS - 1, NOW_MS)).toBe(HOUR_MS);
  expect(narrowestStepMs(0, NOW_MS)).toBe(HOUR_MS);
});

test('steps are made of the widest that fit into them', () => {
  expect([10_000, 50_000, 60_000, HOUR_MS - 1, HOUR_MS, 24 * HOUR_MS].map(tierOf)).toEqual([
    ...['tenSeconds', 'tenSeconds', 'minutes', 'minutes', 'hours', 'hours'],
  ]);
});

test('each tier’s blocks are whole numbers of its steps, its parts of its blocks, and wider steps of narrower blocks', () => {
  for (const name of tierNames) {
    const { blockMs, partMs, stepMs } = TIERS[name];
    expect(blockMs % stepMs).toBe(0);
    expect(partMs % blockMs).toBe(0);
  }
  expect(TIERS.minutes.blockMs % TIERS.tenSeconds.blockMs).toBe(0);
  expect(TIERS.hours.blockMs % TIERS.minutes.blockMs).toBe(0);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogHistogram } from '../../../main/monitor/history/log-histogram.ts';

const durations = fc.double({ min: 0.016, max: 130_000, noNaN: true });

test('finds any quantile to within 7 % of the sorted values', () => {
  fc.assert(
    fc.property(
      fc.array(durations, { minLength: 1, maxLength: 300 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (all, part) => {
        const histogram = new LogHistogram();
        for (const ms of all) histogram.record(ms);
        const sorted = [...all].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(part * all.length)) - 1] ?? 0;
        expect(Math.abs(histogram.quantile(part) - exact) / exact).toBeLessThan(0.07);
      },
    ),
  );
});

test('what took no time, less than none, no number at all or for ever has a place too', () => {
  const histogram = new LogHistogram();
  for (const ms of [0, -1, Number.NaN, 0.001]) histogram.record(ms);
  expect(histogram.quantile(0.99)).toBe(0);
  histogram.record(Number.POSITIVE_INFINITY);
  histogram.record(10_000_000);
  expect(histogram.quantile(1)).toBeGreaterThan(100_000);
  expect(histogram.total).toBe(6);
});

test('adds up, and begins anew', () => {
  const one = new LogHistogram();
  const other = new LogHistogram();
  expect(one.quantile(0.5)).toBeNaN();
  one.record(1);
  for (let call = 0; call < 9; call += 1) other.record(100);
  one.add(other);
  expect(one.total).toBe(10);
  expect(one.quantile(0.1)).toBeCloseTo(1, 0);
  expect(one.quantile(0.5) / 100).toBeCloseTo(1, 1);
  one.reset();
  expect(one.quantile(0.5)).toBeNaN();
  expect(other.total).toBe(9);
});

/** The histogram against sorted values, and its portable form. */

import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { expect, test } from 'vitest';
import { createHistogram } from '../../main/loadtest/histogram.ts';

test('percentiles are those of the sorted values, to three digits', () => {
  const value = fc.double({ min: 0, max: 60_000, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 300 }),
      fc.constantFrom(50, 90, 99, 99.9, 100),
      (values, p) => {
        const histogram = createHistogram();
        for (const one of values) histogram.record(one);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.ceil((p / 100) * sorted.length) - 1]!;
        expect(Math.abs(histogram.percentileMs(p) - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.001);
        expect(histogram.percentiles().count).toBe(values.length);
        expect(histogram.percentiles().p999).toBeLessThanOrEqual(histogram.percentiles().max);
        histogram.destroy();
      },
    ),
  );
});

test('an empty one has zeros', () => {
  const histogram = createHistogram();
  expect(histogram.percentiles()).toEqual({ count: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 });
  histogram.destroy();
});

test('what is below or above its range counts as the nearest', () => {
  const histogram = createHistogram();
  histogram.record(-5);
  histogram.record(3_600_000);
  const { count, p50, max } = histogram.percentiles();
  expect({ count, p50 }).toEqual({ count: 2, p50: 0 });
  expect(max).toBeCloseTo(600_000, -3);
  histogram.destroy();
});

test('two add up to one of all values', () => {
  const [left, right, both] = [createHistogram(), createHistogram(), createHistogram()];
  for (let ms = 1; ms <= 1_000; ms += 1) {
    (ms % 3 === 0 ? left : right).record(ms);
    both.record(ms);
  }
  left.add(right);
  expect(left.percentiles()).toEqual(both.percentiles());
  for (const one of [left, right, both]) one.destroy();
});

test('others can read it: HdrHistogram V2, and the text of an .hgrm file', () => {
  const histogram = createHistogram();
  for (let ms = 1; ms <= 1_000; ms += 1) histogram.record(ms);
  const decoded = decodeFromCompressedBase64(histogram.encode(), 32, false);
  expect(decoded.totalCount).toBe(1_000);
  expect(decoded.getValueAtPercentile(50) / 1_000).toBeCloseTo(500, 0);
  expect(histogram.distribution()).toMatch(/^\s+Value\s+Percentile\s+TotalCount/);
  expect(histogram.distribution()).toContain('Total count    =         1000');
  histogram.destroy();
});

/** An hour in three numbers. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinHours, medianOf, summarize, weightedMedian } from '../../../main/monitor/alerts/hour-summary.ts';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('medians', () => {
  test('as many are below as above', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const median = medianOf([...values]);
        expect(values.filter((value) => value < median).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > median).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  test('with equal weights the weighted one lies where the plain one does', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const weighted = weightedMedian(values.map((value) => ({ value, weight: 2 })));
        expect(weighted).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
      }),
    );
    expect(weightedMedian([])).toBeNaN();
  });
});

describe('an hour', () => {
  test('is not moved by one outlier', () => {
    const values = Float64Array.from({ length: 61 }, (_, index) => (index === 30 ? 1e9 : 10 + (index % 3)));
    const { mad, median } = summarize(5, values);
    expect(median).toBe(11);
    expect(mad).toBeLessThanOrEqual(1);
  });

  test('in which a figure grows steadily has no spread', () => {
    const { mad, median } = summarize(
      5,
      Float64Array.from({ length: 360 }, (_, index) => 100 + index),
    );
    expect(median).toBeCloseTo(279.5);
    expect(mad).toBeLessThan(2);
  });

  test('of a single value is that value', () => {
    expect(summarize(5, Float64Array.of(7))).toEqual({ hour: 5, median: 7, mad: 0, count: 1 });
  });

  test('seen in two parts counts them by their size', () => {
    const one = { hour: 5, median: 10, mad: 1, count: 30 };
    expect(joinHours(one, { hour: 5, median: 20, mad: 3, count: 10 })).toEqual({
      hour: 5,
      median: 12.5,
      mad: 1.5,
      count: 40,
    });
  });
});

/** Arrivals against the mathematics of a Poisson process, at fixed seeds. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { poissonArrivals, uniformArrivals } from '../../main/loadtest/arrivals.ts';
import { createRandom } from '../../main/loadtest/random.ts';
import { type Rate, rateAt } from '../../main/loadtest/shape.ts';

const SEEDS = [1, 2, 3, 4, 5];
const poisson = (seed: number, durationMs: number, rate: Rate) =>
  poissonArrivals({ startMs: 0, durationMs, rate }, createRandom(seed, 'arrivals'));
const gapsOf = (instants: readonly number[]) => instants.map((at, index) => at - (instants[index - 1] ?? 0));
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((one) => (one - mean(values)) ** 2));

/** The greatest distance between two distribution functions (Kolmogorov and Smirnov), times √n: below 1.63 at 1 %. */
function ksOf(values: readonly number[], cumulative: (value: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const distances = sorted.map((value, index) =>
    Math.max((index + 1) / n - cumulative(value), cumulative(value) - index / n),
  );
  return Math.max(...distances) * Math.sqrt(n);
}

describe('a constant rate', () => {
  test.each(SEEDS)('gaps are exponential (seed %i)', (seed) => {
    const gaps = gapsOf(poisson(seed, 100_000, 100));
    expect(Math.abs(gaps.length - 10_000)).toBeLessThan(4 * Math.sqrt(10_000));
    // The mean of n gaps scatters by mean/√n, their variance by mean² · √(8/n).
    expect(Math.abs(mean(gaps) - 10)).toBeLessThan((4 * 10) / Math.sqrt(gaps.length));
    expect(Math.abs(variance(gaps) - 100)).toBeLessThan(4 * 100 * Math.sqrt(8 / gaps.length));
    expect(ksOf(gaps, (gap) => 1 - Math.exp(-gap / 10))).toBeLessThan(1.63);
  });

  test('this check would notice even spacing', () => {
    const gaps = gapsOf(uniformArrivals({ startMs: 0, durationMs: 100_000, rate: 100 }, createRandom(1, 'arrivals')));
    expect(ksOf(gaps, (gap) => 1 - Math.exp(-gap / 10))).toBeGreaterThan(1.63);
  });

  test.each(SEEDS)('counts a second scatter as their mean does (seed %i)', (seed) => {
    const counts = new Array<number>(400).fill(0);
    for (const at of poisson(seed, 400_000, 20)) counts[Math.floor(at / 1000)]! += 1;
    expect(variance(counts) / mean(counts)).toBeGreaterThan(0.72);
    expect(variance(counts) / mean(counts)).toBeLessThan(1.28);
  });
});

describe('thinning', () => {
  test.each(SEEDS)('a rate that rises or falls gives each tenth of the phase its share (seed %i)', (seed) => {
    for (const rate of [
      { from: 0, to: 200 },
      { from: 200, to: 20 },
    ]) {
      const instants = poisson(seed, 100_000, rate);
      for (let tenth = 0; tenth < 10; tenth += 1) {
        const expected = rateAt(rate, (tenth + 0.5) / 10) * 10;
        const count = instants.filter((at) => Math.floor(at / 10_000) === tenth).length;
        expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
      }
      // Stretched by Λ(t), the instants of any rate are spread evenly.
      const whole = (rate.from + rate.to) / 2;
      const share = (at: number) => ((rate.from + rateAt(rate, at / 100_000)) / 2 / whole) * (at / 100_000);
      expect(ksOf(instants.map(share), (value) => value)).toBeLessThan(1.63);
    }
  });
});

describe('any phase', () => {
  const anyRate = fc.oneof(
    fc.double({ min: 0, max: 300, noNaN: true }),
    fc.record({
      from: fc.double({ min: 0, max: 300, noNaN: true }),
      to: fc.double({ min: 0, max: 300, noNaN: true }),
    }),
  );

  test('has rising instants within it, the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.nat(5_000),
        fc.integer({ min: 1, max: 3_000 }),
        anyRate,
        (seed, start, length, rate) => {
          for (const draw of [poissonArrivals, uniformArrivals]) {
            const phase = { startMs: start, durationMs: length, rate };
            const instants = draw(phase, createRandom(seed, 'any'));
            expect(instants).toEqual(draw(phase, createRandom(seed, 'any')));
            expect(instants).toEqual([...instants].sort((a, b) => a - b));
            expect(instants.every((at) => at >= start && at <= start + length)).toBe(true);
          }
        },
      ),
    );
  });

  test('uniform gives the expected number, to one, evenly spaced where the rate is constant', () => {
    fc.assert(
      fc.property(fc.integer(), anyRate, (seed, rate) => {
        const phase = { startMs: 0, durationMs: 10_000, rate };
        const instants = uniformArrivals(phase, createRandom(seed, 'even'));
        const expected = ((rateAt(rate, 0) + rateAt(rate, 1)) / 2) * 10;
        expect(Math.abs(instants.length - expected)).toBeLessThanOrEqual(1);
        if (typeof rate !== 'number') return;
        for (const gap of gapsOf(instants).slice(1)) expect(gap).toBeCloseTo(1000 / rate, 2);
      }),
    );
  });
});

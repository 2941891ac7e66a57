import { expect, test } from 'vitest';
import { LogHistogram } from '../../../main/monitor/history/log-histogram.ts';
import { compareRanks } from '../../../main/monitor/query-stats/rank-test.ts';

function histogramOf(all: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const ms of all) histogram.record(ms);
  return histogram;
}

/** The same numbers in every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const drawMany = (random: () => number, count: number, factor = 1) =>
  histogramOf(Array.from({ length: count }, () => factor * Math.exp(random() * 3)));

test('says of textbook samples what the textbook says', () => {
  // No ties: powers of two stand in counters of their own. U = 100, n1 = n2 = 10: z = 3.742, p = 0.00018.
  const low = histogramOf([0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1]);
  const high = histogramOf([2, 3, 5, 10, 15, 20, 30, 50, 70, 100]);
  expect(compareRanks(low, high).p).toBeCloseTo(0.00018, 4);
  expect(compareRanks(low, high).longerShare).toBe(1);
  expect(compareRanks(high, low).longerShare).toBe(0);
  expect(compareRanks(low, low)).toMatchObject({ longerShare: 0.5, p: expect.closeTo(1, 1) });
});

test('calls chance a difference in about one case of a hundred, at the level of one in a hundred', () => {
  const random = randomOf(7);
  let wrong = 0;
  for (let run = 0; run < 1_000; run += 1) {
    if (compareRanks(drawMany(random, 40), drawMany(random, 60)).p < 0.01) wrong += 1;
  }
  expect(wrong).toBeGreaterThan(1);
  expect(wrong).toBeLessThan(25);
});

test('sees a third more in a hundred calls of which each differs from the next tenfold', () => {
  const random = randomOf(3);
  let seen = 0;
  for (let run = 0; run < 100; run += 1) {
    if (compareRanks(drawMany(random, 200), drawMany(random, 200, 1.5)).p < 0.01) seen += 1;
  }
  expect(seen).toBeGreaterThan(90);
});

test('of few calls, or of calls that all took the same, it says nothing', () => {
  expect(compareRanks(histogramOf([1, 1]), histogramOf([90, 90])).p).toBe(1);
  const same = histogramOf(Array(50).fill(3));
  expect(compareRanks(same, same)).toEqual({ p: 1, longerShare: 0.5 });
});

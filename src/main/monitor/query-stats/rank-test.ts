/**
 * Whether one set of durations is really longer than another, by the ranks of all of them, whatever their distribution: the test
 * of Mann and Whitney (1947), on histograms, in which durations of one counter are ties.
 */

import type { LogHistogram } from '../history/log-histogram.ts';

export interface RankComparison {
  /** How likely a difference as great as this is by chance alone; 1 where there is too little to say. */
  p: number;
  /** How likely one of the second set is longer than one of the first: 0.5 for no difference. */
  longerShare: number;
}

/** So few of either are not approximated well. */
const CALLS_MIN = 8;

/** With the normal approximation, corrected for ties; two-sided. */
export function compareRanks(first: LogHistogram, second: LogHistogram): RankComparison {
  const n1 = first.total;
  const n2 = second.total;
  if (n1 < CALLS_MIN || n2 < CALLS_MIN) return { p: 1, longerShare: 0.5 };
  const counts = new Map<number, [number, number]>();
  for (const [place, count] of first.places()) counts.set(place, [count, 0]);
  for (const [place, count] of second.places()) counts.set(place, [counts.get(place)?.[0] ?? 0, count]);
  let below = 0;
  let u = 0;
  let ties = 0;
  for (const [, [ofFirst, ofSecond]] of [...counts].sort(([a], [b]) => a - b)) {
    u += ofSecond * (below + ofFirst / 2);
    below += ofFirst;
    const tied = ofFirst + ofSecond;
    ties += tied ** 3 - tied;
  }
  const n = n1 + n2;
  const variance = ((n1 * n2) / 12) * (n + 1 - ties / (n * (n - 1)));
  const longerShare = u / (n1 * n2);
  if (variance <= 0) return { p: 1, longerShare };
  const z = Math.max(0, Math.abs(u - (n1 * n2) / 2) - 0.5) / Math.sqrt(variance);
  return { p: twoSided(z), longerShare };
}

/** Of the normal distribution; the approximation of Abramowitz and Stegun, 26.2.17, good to 1e-7. */
function twoSided(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.min(1, (2 * Math.exp((-z * z) / 2) * series) / Math.sqrt(2 * Math.PI));
}

/** Which user asks: all alike, or by Zipf's law, where a few ask most. */

import { type Random, shuffledIndexes } from './random.ts';
import type { Popularity } from './shape.ts';

/**
 * Draws user indexes from 0 to users - 1.
 * @param order decides who are the busiest; the same for every stream, so that a busy user is busy everywhere
 */
export function createUserChoice(popularity: Popularity, users: number, order: Random): (random: Random) => number {
  if (popularity === 'uniform') return (random) => random.below(users);
  const byRank = shuffledIndexes(users, order);
  const cumulative = new Float64Array(users);
  let sum = 0;
  for (let rank = 0; rank < users; rank += 1) {
    sum += (rank + 1) ** -popularity.zipf;
    cumulative[rank] = sum;
  }
  return (random) => byRank[firstAbove(cumulative, random.unit() * sum)] as number;
}

/** The first index whose value is above `value`, by halving. */
function firstAbove(rising: Float64Array, value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

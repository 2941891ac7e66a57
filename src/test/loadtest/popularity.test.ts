/** Who asks: evenly, or by Zipf's law. */

import { expect, test } from 'vitest';
import { createUserChoice } from '../../main/loadtest/popularity.ts';
import { createRandom } from '../../main/loadtest/random.ts';
import type { Popularity } from '../../main/loadtest/shape.ts';

const DRAWS = 50_000;
const USERS = 100;

function countsOf(popularity: Popularity): number[] {
  const choose = createUserChoice(popularity, USERS, createRandom(1, 'busiest'));
  const random = createRandom(2, 'users');
  const counts = new Array<number>(USERS).fill(0);
  for (let draw = 0; draw < DRAWS; draw += 1) counts[choose(random)]! += 1;
  return counts;
}

test('all alike', () => {
  const deviation = Math.sqrt(DRAWS / USERS);
  for (const count of countsOf('uniform')) expect(Math.abs(count - DRAWS / USERS)).toBeLessThan(5 * deviation);
});

test.each([0.8, 1, 1.4])('by Zipf with the exponent %f, the r-th busiest has its share', (zipf) => {
  const counts = countsOf({ zipf });
  const weights = counts.map((_, rank) => (rank + 1) ** -zipf);
  const whole = weights.reduce((sum, one) => sum + one, 0);
  const byRank = [...counts].sort((a, b) => b - a);
  for (const rank of [0, 1, 2, 4, 9]) {
    const expected = (DRAWS * weights[rank]!) / whole;
    expect(Math.abs(byRank[rank]! - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
  // Who is busy is drawn too: the first user is not the busiest by his number alone.
  expect(counts.indexOf(byRank[0]!)).not.toBe(0);
});

import { expect, test } from 'vitest';
import { shuffle } from '../../../../bench/drought/causes/shuffle.ts';

const causes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

test('the same seed gives the same order, and every item comes once', () => {
  expect(shuffle(causes, 7)).toEqual(shuffle(causes, 7));
  expect([...shuffle(causes, 7)].sort()).toEqual(causes);
});

test('seeds give different orders, and every item comes first now and then', () => {
  const firsts = new Set(Array.from({ length: 200 }, (_, seed) => shuffle(causes, seed)[0]));
  expect(firsts.size).toBe(causes.length);
});

import { expect, test } from 'vitest';
import { compare } from '../../../bench/support/significance.ts';

/** The same numbers each time. */
function createNoise(): () => number {
  let state = 42;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return () => next() + next() + next() + next() - 2;
}

const draw = (count: number, shift: number, noise: () => number) =>
  Array.from({ length: count }, () => noise() + shift);

test('a difference that is there is seen, and one that is not is not', () => {
  const noise = createNoise();
  const shifted = compare(draw(1_000, 0, noise), draw(1_000, 0.15, noise));
  expect(shifted.welchP).toBeLessThan(0.001);
  expect(shifted.mannWhitneyP).toBeLessThan(0.001);
  let falsely = 0;
  for (let round = 0; round < 100; round += 1) {
    const { welchP, mannWhitneyP } = compare(draw(200, 0, noise), draw(200, 0, noise));
    if (welchP < 0.05 || mannWhitneyP < 0.05) falsely += 1;
  }
  expect(falsely).toBeLessThan(15);
});

test('a known case: U and its p with ties', () => {
  // By hand: ranks 1, 2.5, 4, 5.5 for the first, 2.5, 5.5, 7, 8 for the second; U = 3, sigma² = 16/12 × (9 - 12/56).
  const { mannWhitneyP, medianA, medianB } = compare([1, 2, 3, 4], [2, 4, 5, 6]);
  expect(mannWhitneyP).toBeCloseTo(0.144, 2);
  expect([medianA, medianB]).toEqual([3, 5]);
});

test('equal measurements differ in nothing', () => {
  expect(compare([1, 1, 1], [1, 1, 1])).toMatchObject({ welchP: 1, mannWhitneyP: 1 });
});

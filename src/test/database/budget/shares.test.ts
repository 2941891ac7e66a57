import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, divideBudget, keepSteady, largestEqualMost } from '../../../main/database/budget/shares.ts';

const claim = fc
  .record({
    floor: fc.integer({ min: 1, max: 20 }),
    above: fc.integer({ min: 0, max: 60 }),
    demand: fc.float({ min: 0, max: 200, noNaN: true }),
  })
  .map(({ floor, above, demand }): Claim => ({ floor, want: floor + above, demand }));
const claims = fc.array(claim, { minLength: 1, maxLength: 8 });
const budgets = fc.integer({ min: 0, max: 300 });
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('divideBudget', () => {
  test('gives whole numbers whose sum is the budget, or all that is wanted', () => {
    fc.assert(
      fc.property(budgets, claims, (budget, all) => {
        const shares = divideBudget(budget, all);
        expect(shares.every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
        expect(sum(shares)).toBe(Math.min(budget, sum(all.map(({ want }) => want))));
      }),
    );
  });

  test('keeps every floor where they fit, and gives nobody more than it wants', () => {
    fc.assert(
      fc.property(budgets, claims, (budget, all) => {
        fc.pre(sum(all.map(({ floor }) => floor)) <= budget);
        const shares = divideBudget(budget, all);
        for (const [index, { floor, want }] of all.entries()) {
          expect(shares[index]).toBeGreaterThanOrEqual(floor);
          expect(shares[index]).toBeLessThanOrEqual(want);
        }
      }),
    );
  });

  test('never gives less to whoever demands more', () => {
    fc.assert(
      fc.property(budgets, claims, fc.nat(7), fc.float({ min: 0, max: 100, noNaN: true }), (budget, all, at, more) => {
        const index = at % all.length;
        const before = divideBudget(budget, all)[index] ?? 0;
        const louder = all.map((one, place) => (place === index ? { ...one, demand: one.demand + more } : one));
        expect(divideBudget(budget, louder)[index]).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is floor + rest × demand, with the largest remainders rounded up', () => {
    const of = (demand: number): Claim => ({ floor: 5, want: 100, demand });
    expect(divideBudget(40, [of(30), of(10), of(10)])).toEqual([20, 10, 10]);
    // 25 beyond the floors by 4 : 2 : 1 are 14.29, 7.14 and 3.57: the last is rounded up.
    expect(divideBudget(40, [of(4), of(2), of(1)])).toEqual([19, 12, 9]);
  });

  test('what one does not want goes to the others', () => {
    const shares = divideBudget(40, [
      { floor: 5, want: 8, demand: 50 },
      { floor: 5, want: 100, demand: 10 },
      { floor: 5, want: 100, demand: 10 },
    ]);
    expect(shares).toEqual([8, 16, 16]);
  });

  test('where not even the floors fit, it is divided by them', () => {
    const of = (floor: number): Claim => ({ floor, want: 50, demand: 1 });
    expect(divideBudget(12, [of(12), of(6), of(6)])).toEqual([6, 3, 3]);
    expect(divideBudget(0, [of(12)])).toEqual([0]);
  });
});

describe('keepSteady', () => {
  test('moves nothing for a single connection, and everything for two, or where the old no longer fits', () => {
    expect(keepSteady(30, [16, 14], [15, 15])).toEqual([16, 14]);
    expect(keepSteady(30, [16, 14], [14, 16])).toEqual([14, 16]);
    expect(keepSteady(29, [16, 14], [15, 14])).toEqual([15, 14]);
    expect(keepSteady(31, [16, 14], [16, 15])).toEqual([16, 15]);
  });
});

test('largestEqualMost is the largest number that all can be lowered to', () => {
  expect(largestEqualMost(97, [20, 20, 20, 20, 20, 20, 20])).toBe(13);
  expect(largestEqualMost(60, [10, 40, 40])).toBe(25);
  expect(largestEqualMost(0, [10])).toBe(0);
  fc.assert(
    fc.property(budgets, fc.array(fc.integer({ min: 5, max: 80 }), { minLength: 1, maxLength: 8 }), (budget, wants) => {
      const lowered = (most: number) => sum(wants.map((want) => Math.min(want, most)));
      fc.pre(sum(wants) > budget);
      const most = largestEqualMost(budget, wants);
      expect(lowered(most)).toBeLessThanOrEqual(budget);
      expect(lowered(most + 1)).toBeGreaterThan(budget);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCulprits, findThreshold } from '../../../main/planner/bisect/search.ts';

describe('a search by halving', () => {
  test('finds one change among two hundred in nine questions', async () => {
    let asked = 0;
    const changes = Array.from({ length: 200 }, (_, at) => at);
    const found = await findCulprits(changes, async (some) => {
      asked += 1;
      return some.includes(137);
    });
    expect(found).toEqual([137]);
    expect(asked).toBeLessThanOrEqual(11);
  });

  test('finds all that are needed together, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 }),
        async (needed) => {
          const changes = Array.from({ length: 61 }, (_, at) => at);
          const found = await findCulprits(changes, async (some) => needed.every((one) => some.includes(one)));
          expect([...found].sort((a, b) => a - b)).toEqual([...needed].sort((a, b) => a - b));
        },
      ),
    );
  });

  test('finds the whole number at which it turns, whichever way', async () => {
    expect(await findThreshold({ from: 10, to: 900 }, async (figure) => figure >= 333)).toBe(333);
    expect(await findThreshold({ from: 900, to: 10 }, async (figure) => figure < 500)).toBe(499);
  });

  test('finds a share to a thousandth of the way', async () => {
    expect(await findThreshold({ from: -0.1, to: -0.9 }, async (figure) => figure < -0.5)).toBeCloseTo(-0.5, 2);
  });
});

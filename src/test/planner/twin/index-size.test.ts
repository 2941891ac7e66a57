import { expect, test } from 'vitest';
import { estimateBtree, heightOf, type KeySize, tupleBytes } from '../../../main/planner/twin/index-size.ts';
import { distinctTogether } from '../../../main/planner/twin/key-groups.ts';
import { keySizeOf } from '../../../main/planner/twin/key-sizes.ts';

const bigint = (distinct: number): KeySize => ({ averageWidthBytes: 8, alignBytes: 8, distinct, nullFraction: 0 });

test('a key of eight bytes: 366 rows a page, as a build leaves it', () => {
  const shape = { rows: 1_000_000, keys: [bigint(1_000_000)], isUnique: true, canDeduplicate: true };
  // Measured on Postgres 18: 2,745 blocks, two levels above the leaves.
  expect(estimateBtree(shape).blocks).toBeGreaterThan(2_730);
  expect(estimateBtree(shape).blocks).toBeLessThan(2_760);
  expect(estimateBtree(shape).height).toBe(2);
});

test('equal keys are put together, unless the index is unique or its type forbids it', () => {
  const shape = { rows: 1_000_000, keys: [bigint(10)], isUnique: false, canDeduplicate: true };
  const together = estimateBtree(shape).blocks;
  expect(together).toBeLessThan(900);
  expect(estimateBtree({ ...shape, canDeduplicate: false }).blocks).toBeGreaterThan(2_700);
});

test('no rows take a page', () => {
  expect(estimateBtree({ rows: 0, keys: [bigint(1)], isUnique: false, canDeduplicate: true })).toEqual({
    blocks: 1,
    height: 0,
  });
});

test('a tree that grew has as many levels as its pages need', () => {
  const shape = { rows: 60_000, keys: [bigint(12_000), bigint(60_000)], isUnique: false, canDeduplicate: true };
  expect(heightOf(291, shape)).toBe(1);
  expect(heightOf(1, shape)).toBe(0);
});

const integer = (distinct: number): KeySize => ({ averageWidthBytes: 4, alignBytes: 4, distinct, nullFraction: 0 });

test('an inner key needs no row of the table where equal keys stand in one tuple', () => {
  // Measured on Postgres 18: 240,000 rows of 20,000 values take 261 blocks, one level above the leaves.
  const shape = { rows: 240_000, keys: [integer(20_000)], isUnique: false, canDeduplicate: true };
  expect(heightOf(261, shape)).toBe(1);
});

test('columns that refer to another table together have no more values than it has rows', () => {
  const shape = {
    ...{ rows: 600_681, keys: [integer(20_000), integer(1_000)], isUnique: false, canDeduplicate: true },
    mostTogether: [undefined, 80_000],
  };
  // Measured on Postgres 18: 747 blocks, and 1,676 were any part from any supplier.
  expect(Math.abs(estimateBtree(shape).blocks / 747 - 1)).toBeLessThan(0.02);
});

test('skewed columns make fewer different keys than even ones', () => {
  const even = [integer(12), integer(10_000)];
  const skewed = [{ ...integer(12), commonFrequencies: [0.6, 0.2, 0.1, 0.04, 0.02, 0.01] }, integer(10_000)];
  expect(distinctTogether(skewed, 120_000)).toBeLessThan(0.7 * distinctTogether(even, 120_000));
});

test('a null takes no room but for the map of nulls', () => {
  const text = { averageWidthBytes: 14, alignBytes: 1 as const, distinct: 5, nullFraction: 0.8 };
  // 8 + 4 + 14 rounded up, or 16 + 4.
  expect(tupleBytes([integer(10), text])).toBeCloseTo(0.2 * 32 + 0.8 * 24);
});

test('numbers are measured by their digits, since their mean width is cut to a whole one', () => {
  const histogram = ['123456.78', '250000.00', '0.5', '-10000', '1'].concat(Array(6).fill('901234.56'));
  const { widthsBytes } = keySizeOf(
    'numeric(15,2)',
    { nullFraction: 0, averageWidthBytes: 8, distinct: -1, histogram },
    9,
  );
  expect(widthsBytes?.slice(0, 5)).toEqual([9, 5, 5, 5, 5]);
});

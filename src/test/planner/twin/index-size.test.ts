import { expect, test } from 'vitest';
import { estimateBtree, heightOf, type KeySize } from '../../../main/planner/twin/index-size.ts';

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

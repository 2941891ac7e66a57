import { beforeEach, describe, expect, test } from 'vitest';
import { StorageBudget } from '../../../main/monitor/samples/storage-budget.ts';

const MB = 1_048_576;
const GB = 1_024 * MB;
const ROOMY = { freeBytes: 100 * GB, totalBytes: 200 * GB };

let told: { stopped: string | null; sentence: string }[];
let budget: StorageBudget;

beforeEach(() => {
  told = [];
  budget = new StorageBudget({ maxBytes: 100 * MB, onChange: (stopped, sentence) => told.push({ stopped, sentence }) });
});

test('before anything is measured, and within the bound, it may be written', () => {
  expect(budget.mayWrite()).toBe(true);
  budget.measured(89 * MB, ROOMY);
  expect([budget.mayWrite(), budget.isCrowded, budget.excessBytes]).toEqual([true, false, 0]);
  expect(told).toEqual([]);
});

test('from nine tenths on it is crowded, and says how much is to go', () => {
  budget.measured(95 * MB, ROOMY);
  expect([budget.mayWrite(), budget.isCrowded, budget.excessBytes]).toEqual([true, true, 15 * MB]);
});

test('at the bound it stops, below nine tenths it goes on, and each is said once', () => {
  budget.measured(100 * MB, null);
  budget.measured(95 * MB, null);
  expect(budget.mayWrite()).toBe(false);
  budget.measured(89 * MB, null);
  expect(budget.mayWrite()).toBe(true);
  expect(told.map(({ stopped }) => stopped)).toEqual(['bound', null]);
  expect(told[0]?.sentence).toContain('100 MB of 100 MB');
});

describe('the disk', () => {
  test.each([
    ['a twentieth of a small one', 20 * GB, GB - 1],
    ['five gigabytes of a large one', 2_000 * GB, 5 * GB - 1],
    ['a quarter of a gigabyte of a tiny one', 2 * GB, 256 * MB - 1],
  ])('stops it at %s, and half as much again lets it go on', (_, totalBytes, freeBytes) => {
    budget.measured(MB, { totalBytes, freeBytes: freeBytes + 1 });
    expect(budget.mayWrite()).toBe(true);
    budget.measured(MB, { totalBytes, freeBytes });
    expect(budget.mayWrite()).toBe(false);
    budget.measured(MB, { totalBytes, freeBytes: freeBytes * 1.4 });
    expect(budget.mayWrite()).toBe(false);
    budget.measured(MB, { totalBytes, freeBytes: freeBytes * 1.6 });
    expect(budget.mayWrite()).toBe(true);
    expect(told.map(({ stopped }) => stopped)).toEqual(['disk', null]);
  });

  test('where it cannot be seen the bound alone counts', () => {
    budget.measured(MB, null);
    expect(budget.mayWrite()).toBe(true);
  });
});

import { expect, test } from 'vitest';
import { Bounds } from '../../../main/database/limit/bounds.ts';

test('stay between what is promised and what was configured', () => {
  const bounds = new Bounds(6, 20);
  bounds.setLimit(3);
  expect(bounds.limit).toBe(6);
  bounds.setLimit(99.9);
  expect(bounds.limit).toBe(20);
  bounds.setLimit(12.7);
  expect(bounds.limit).toBe(12);
  bounds.setMaximum(1, 0);
  expect(bounds).toMatchObject({ maximum: 6, limit: 6 });
});

test('a limit that stood at the maximum follows it, a lower one stays', () => {
  const bounds = new Bounds(6, 20);
  bounds.setMaximum(10, 0);
  expect(bounds.limit).toBe(10);
  bounds.setMaximum(20, 0);
  expect(bounds.limit).toBe(20);
  bounds.setLimit(8);
  bounds.setMaximum(15, 0);
  expect(bounds.limit).toBe(8);
});

test('while more is held and promised than the maximum, that much is allowed, less with each that comes back', () => {
  const bounds = new Bounds(6, 20);
  bounds.setMaximum(8, 17);
  expect(bounds.hardMaximum).toBe(17);
  bounds.settle(15);
  expect(bounds.hardMaximum).toBe(15);
  bounds.settle(18);
  expect(bounds.hardMaximum, 'never up again').toBe(15);
  bounds.settle(3);
  expect(bounds.hardMaximum).toBe(8);
});

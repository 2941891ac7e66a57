// One drop for each that waits; who is let in falls into the water.
import { beforeEach, expect, test } from 'vitest';
import { DROPS_SHOWN, type Drop, fall, matchWaiters } from '../../../main/console/well/drops.ts';

let id = 0;
const nextId = () => ++id;
const hanging = (drops: readonly Drop[]) => drops.filter((drop) => !drop.isFalling);

beforeEach(() => {
  id = 0;
});

test('a drop hangs for each waiter, up to what can be told apart', () => {
  expect(matchWaiters([], 3, nextId)).toHaveLength(3);
  expect(matchWaiters([], 100, nextId)).toHaveLength(DROPS_SHOWN);
});

test('the first in line falls and the others move up', () => {
  const drops = matchWaiters(matchWaiters([], 3, nextId), 2, nextId);
  expect(drops.filter((drop) => drop.isFalling).map((drop) => drop.id)).toEqual([1]);
  expect(hanging(drops).map((drop) => [drop.id, drop.place])).toEqual([
    [2, 0],
    [3, 1],
  ]);
});

test('a falling drop is gone when it reaches the water, a hanging one never', () => {
  let drops = matchWaiters(matchWaiters([], 2, nextId), 1, nextId);
  for (let frame = 0; frame < 120; frame += 1) drops = fall(drops, 150, 16);
  expect(drops).toEqual(hanging(drops));
  expect(drops).toHaveLength(1);
});

test('a falling drop does not take the place of a new waiter', () => {
  const drops = matchWaiters(matchWaiters(matchWaiters([], 1, nextId), 0, nextId), 1, nextId);
  expect(drops).toHaveLength(2);
  expect(hanging(drops)).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { Demand } from '../../../main/database/budget/demand.ts';

test('is the most that was seen within a beat, rising by half at once and falling slowly', () => {
  const demand = new Demand(20);
  demand.sample(3);
  demand.sample(16);
  demand.sample(2);
  expect(demand.take()).toBe(8);
  demand.sample(16);
  expect(demand.take()).toBe(12);
  const falling = [demand.take(), demand.take()];
  expect(falling[0]).toBeCloseTo(10.8);
  expect(falling[1]).toBeCloseTo(9.72);
});

test('however many wait, one process does not shout the others down', () => {
  const demand = new Demand(20);
  for (let beats = 0; beats < 30; beats += 1) {
    demand.sample(10_000);
    demand.take();
  }
  expect(demand.take()).toBeLessThanOrEqual(40);
});

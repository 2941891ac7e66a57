// A lane can rise to its ceiling only as far as the others' guarantees leave room.
import { expect, test } from 'vitest';
import { withReach } from '../../../main/console/well/reach.ts';
import { poolWith } from './pool-factory.ts';

const ceilings = (pool: ReturnType<typeof poolWith>) =>
  Object.fromEntries(withReach(pool).lanes.map((lane) => [lane.name, lane.ceiling]));

test('what is kept for others lowers a ceiling, what lies below stays', () => {
  // 20 connections, of which 1 + 4 + 8 + 0 + 1 are kept.
  const atRest = poolWith({ critical: { free: 10 }, interactive: { free: 14 }, bulk: { free: 6 } });
  expect(ceilings(atRest)).toEqual({ control: 2, critical: 10, interactive: 14, bulk: 6, background: 4 });
});

test('a lane that holds more than expected is believed', () => {
  expect(ceilings(poolWith({ bulk: { active: 5, free: 3 } })).bulk).toBe(8);
});

test('a pool smaller than its guarantees leaves each lane its own', () => {
  const tiny = { ...poolWith({ critical: { free: 0 }, interactive: { free: 0 } }), maxConnections: 4 };
  expect(ceilings(tiny)).toMatchObject({ critical: 4, interactive: 8 });
});

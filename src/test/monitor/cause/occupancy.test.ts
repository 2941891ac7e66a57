import { describe, expect, test } from 'vitest';
import { splitOccupancy } from '../../../main/monitor/cause/occupancy.ts';

/** Poisson arrivals, exponential holds: how many are held on average, by counting them over time. */
function simulate(callsPerSecond: number, holdSeconds: number, seed: number) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  const seconds = 20_000 / callsPerSecond;
  let held = 0;
  let calls = 0;
  for (let at = 0; at < seconds; at += -Math.log(random()) / callsPerSecond) {
    held += Math.min(-Math.log(random()) * holdSeconds, seconds - at);
    calls += 1;
  }
  return { connections: held / seconds, callsPerSecond: calls / seconds };
}

const usual = simulate(10, 0.05, 1);

describe('what is held beyond the usual', () => {
  test.each([
    ['more calls', 60, 0.05],
    ['longer ones', 10, 0.4],
    ['both', 30, 0.15],
  ])('of %s is divided without a rest', (_, callsPerSecond, holdSeconds) => {
    const now = simulate(callsPerSecond, holdSeconds, 2);
    const { longer, moreCalls } = splitOccupancy(usual, now, holdSeconds * 1_000);
    expect(moreCalls + longer).toBeCloseTo(now.connections - usual.connections, 6);
  });

  test('goes to the calls where only they grew, to the time where only that did', () => {
    const more = splitOccupancy(usual, simulate(60, 0.05, 3), 50);
    expect(more.moreCalls).toBeCloseTo(2.5, 0);
    expect(more.longer).toBeLessThan(0.25);
    const longer = splitOccupancy(usual, simulate(10, 0.4, 4), 400);
    expect(longer.longer).toBeCloseTo(3.5, 0);
    expect(longer.moreCalls).toBeLessThan(0.25);
  });

  test('goes to both alike where both grew alike', () => {
    const { longer, moreCalls } = splitOccupancy(usual, simulate(30, 0.15, 5), 150);
    expect(moreCalls / longer).toBeGreaterThan(0.8);
    expect(moreCalls / longer).toBeLessThan(1.25);
  });

  test('of what is new goes to the time where one takes long, else to the number', () => {
    const now = { connections: 4, callsPerSecond: 2 };
    expect(splitOccupancy(undefined, now, 2_000)).toEqual({ moreCalls: 0, longer: 4 });
    expect(splitOccupancy(undefined, { connections: 4, callsPerSecond: 400 }, 10)).toEqual({ moreCalls: 4, longer: 0 });
  });

  test('is the time’s alone while none has ended, and nothing where less is held than usual', () => {
    expect(splitOccupancy(usual, { connections: 3, callsPerSecond: 0 }, 900).moreCalls).toBe(0);
    expect(splitOccupancy(usual, { connections: 0.1, callsPerSecond: 50 }, 2)).toEqual({ moreCalls: 0, longer: 0 });
  });

  test('is never negative, however calls and time move', () => {
    for (const callsPerSecond of [0, 1, 5, 10, 20, 500]) {
      for (const connections of [0, 0.2, 0.5, 1, 8]) {
        const { longer, moreCalls } = splitOccupancy(usual, { connections, callsPerSecond }, 100);
        expect(moreCalls).toBeGreaterThanOrEqual(0);
        expect(longer).toBeGreaterThanOrEqual(0);
        expect(moreCalls + longer).toBeCloseTo(Math.max(0, connections - usual.connections), 6);
      }
    }
  });
});

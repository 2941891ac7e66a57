import { describe, expect, test } from 'vitest';
import { createPressure } from '../../../main/accounts/protection/pressure.ts';
import { networkOf } from '../../../main/foundation/network.ts';

function createClock() {
  const moved = { ms: 1_000 };
  return { moved, clock: { nowMs: () => moved.ms, monotonicMs: () => moved.ms } };
}

const MINUTE_MS = 60_000;

function start(failuresPerMinute = 100) {
  const { clock, moved } = createClock();
  const pressure = createPressure(failuresPerMinute, clock);
  let networks = 0;
  const fail = (count: number, network?: string) => {
    for (let one = 0; one < count; one += 1) pressure.noteFailure(network ?? networkOf(`10.0.${networks++ % 9}.1`));
  };
  return { moved, pressure, fail };
}

describe('pressure', () => {
  test('is none below the mark, one at it, and grows with what is over it', () => {
    const { pressure, fail } = start();
    fail(99);
    expect(pressure.severity).toBe(0);
    fail(1);
    expect(pressure.severity).toBe(1);
    fail(50);
    expect(pressure.severity).toBe(1.5);
  });

  test('one network alone never makes an attack', () => {
    const { pressure, fail } = start();
    fail(10_000, '203.0.113.7');
    expect(pressure.severity).toBe(0);
  });

  test('failures that are spread over hours are nobody’s attack', () => {
    const { moved, pressure, fail } = start();
    for (let minute = 0; minute < 120; minute += 1) {
      fail(45);
      moved.ms += MINUTE_MS;
    }
    expect(pressure.severity).toBe(0);
  });

  test('what lies astride the turn of a minute counts together', () => {
    const { moved, pressure, fail } = start();
    moved.ms += 55_000;
    fail(60);
    moved.ms += 6_000;
    fail(60);
    expect(pressure.severity).toBeGreaterThanOrEqual(1);
  });

  test('holds for five minutes after the last that was too much, then ends', () => {
    const { moved, pressure, fail } = start();
    fail(100);
    moved.ms += 5 * MINUTE_MS - 1;
    expect(pressure.severity).toBe(1);
    moved.ms += 1;
    expect(pressure.severity).toBe(0);
    fail(1);
    expect(pressure.severity).toBe(0);
  });

  test('with 0 there is never any', () => {
    const { pressure, fail } = start(0);
    fail(100_000);
    expect(pressure.severity).toBe(0);
  });
});

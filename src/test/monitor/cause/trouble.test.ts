import { expect, test } from 'vitest';
import type { Sign } from '../../../main/monitor/cause/signs.ts';
import { Trouble } from '../../../main/monitor/cause/trouble.ts';

const sign: Sign = { name: 'waiting', sentence: 'somebody waits' };

function createTrouble() {
  const clock = { wallMs: Date.parse('2026-11-23T12:00:00.000Z'), monotonic: 5_000 };
  const trouble = new Trouble({ nowMs: () => clock.wallMs, monotonicMs: () => clock.monotonic });
  const pass = (ms: number) => {
    clock.wallMs += ms;
    clock.monotonic += ms;
  };
  const step = (...signs: Sign[]) => trouble.step(clock.monotonic, signs);
  return { clock, trouble, pass, step };
}

test('it is trouble with the first sign, and calm after two seconds without any', () => {
  const { pass, step, trouble } = createTrouble();
  expect(step()).toBe(false);
  expect(step(sign)).toBe(true);
  expect(trouble.state).toMatchObject({ isTrouble: true, since: '2026-11-23T12:00:00.000Z', signs: [sign] });
  pass(1_900);
  expect(step()).toBe(false);
  expect(step(sign)).toBe(false);
  pass(1_900);
  expect(step()).toBe(false);
  pass(100);
  expect(step()).toBe(true);
  expect(trouble.state).toMatchObject({ isTrouble: false, since: '2026-11-23T12:00:03.900Z', signs: [] });
});

test('a wall clock that jumps, either way, puts nothing out of order and moves no limit', () => {
  const { clock, pass, step, trouble } = createTrouble();
  step(sign);
  const detectedAt = trouble.instantOf(clock.monotonic);
  for (const jumpMs of [-3_600_000, 7_200_000]) {
    clock.wallMs += jumpMs;
    pass(1_000);
    expect(step()).toBe(false);
    step(sign);
    const namedAt = trouble.instantOf(clock.monotonic);
    expect(Date.parse(namedAt) - Date.parse(detectedAt)).toBeLessThan(3_000);
    expect(Date.parse(namedAt)).toBeGreaterThan(Date.parse(detectedAt));
  }
  pass(2_000);
  expect(step()).toBe(true);
  expect(trouble.state.isTrouble).toBe(false);
});

test('what begins after the clock was put right has the right time', () => {
  const { clock, pass, step, trouble } = createTrouble();
  clock.wallMs += 86_400_000;
  pass(1_000);
  step(sign);
  expect(trouble.state.since).toBe('2026-11-24T12:00:01.000Z');
});

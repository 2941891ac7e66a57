/** What follows in a session: drawn from its own seed, with its chances and pauses. */

import { expect, test } from 'vitest';
import { createSchedule } from '../../main/loadtest/schedule.ts';
import { planSession } from '../../main/loadtest/session.ts';
import type { SessionStep } from '../../main/loadtest/shape.ts';

const withSteps = (steps: readonly SessionStep[]) =>
  createSchedule({
    seed: 7,
    users: 10,
    streams: { entry: { steps }, page: {} },
    phases: [{ name: 'only', durationMs: 10_000, rates: { entry: 200 } }],
  });

test('a stream without steps has sessions of one request', () => {
  const schedule = withSteps([]);
  expect(planSession(schedule, 0)).toEqual([]);
});

test('the same session has the same plan, whenever it is asked for', () => {
  const schedule = withSteps([{ stream: 'page', think: { meanMs: 100 } }]);
  const last = planSession(schedule, 5);
  planSession(schedule, 3);
  expect(planSession(schedule, 5)).toEqual(last);
  expect(planSession(schedule, 6)).not.toEqual(last);
});

test('steps are cut off by chance, and all that would follow with them', () => {
  const half: SessionStep = { stream: 'page', think: { fixedMs: 10 }, probability: 0.5 };
  const schedule = withSteps([half, half]);
  const lengths = Array.from({ length: schedule.size }, (_, index) => planSession(schedule, index).length);
  const shareOf = (length: number) => lengths.filter((one) => one === length).length / lengths.length;
  expect(shareOf(0)).toBeCloseTo(0.5, 1);
  expect(shareOf(1)).toBeCloseTo(0.25, 1);
  expect(shareOf(2)).toBeCloseTo(0.25, 1);
});

test('pauses are fixed, exponential, or drawn from those that were measured', () => {
  const schedule = withSteps([
    { stream: 'page', think: { fixedMs: 40 } },
    { stream: 'entry', think: { meanMs: 100 } },
    { stream: 'page', think: { sampledMs: [1, 5, 9] } },
  ]);
  const plans = Array.from({ length: schedule.size }, (_, index) => planSession(schedule, index));
  expect(new Set(plans.map(([first]) => first?.thinkMs))).toEqual(new Set([40]));
  expect(new Set(plans.map(([first]) => first?.stream))).toEqual(new Set([1]));
  const mean = plans.reduce((sum, [, second]) => sum + second!.thinkMs, 0) / plans.length;
  expect(Math.abs(mean - 100)).toBeLessThan((4 * 100) / Math.sqrt(plans.length));
  expect(new Set(plans.map(([, , third]) => third?.thinkMs))).toEqual(new Set([1, 5, 9]));
});

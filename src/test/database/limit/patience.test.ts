import { expect, test } from 'vitest';
import { Patience } from '../../../main/database/limit/patience.ts';

function pass(patience: Patience, ms: number, state: { isSlow?: boolean; isHarmful?: boolean } = {}): void {
  for (let passed = 0; passed < ms; passed += 500) {
    patience.window({ isSlow: false, isHarmful: false, durationMs: 500, ...state });
  }
}

test('in calm it learns; while it is slow not at all; after eleven minutes without harm again', () => {
  const patience = new Patience();
  pass(patience, 60_000);
  expect(patience.trust).toBe(1);
  pass(patience, 600_000, { isSlow: true });
  expect(patience.trust).toBe(0);
  pass(patience, 120_000, { isSlow: true });
  expect(patience.trust).toBeGreaterThan(0.5);
});

test('a storm in which deadlines are reached is not learnt within an hour', () => {
  const patience = new Patience();
  let usual = 0;
  for (let passed = 0; passed < 3_600_000; passed += 500) {
    patience.window({ isSlow: true, isHarmful: passed % 5_000 === 0, durationMs: 500 });
    usual += patience.trust * (500 / 120_000) * (1 - usual);
  }
  expect(usual).toBeLessThan(0.5);
});

test('a quiet window in between does not make it a new storm, a quiet time does', () => {
  const patience = new Patience();
  pass(patience, 30_000, { isSlow: true });
  pass(patience, 500);
  expect(patience.trust).toBe(0);
  pass(patience, 10_000);
  expect(patience.trust).toBeGreaterThan(0);
  expect(patience.hasLongBeenCalm).toBe(false);
  pass(patience, 60_000);
  expect(patience.hasLongBeenCalm).toBe(true);
  patience.troubled();
  expect(patience.hasLongBeenCalm).toBe(false);
});

import { expect, test } from 'vitest';
import { UsualDurations } from '../../../main/monitor/impact/usual-duration.ts';

function taught(durationMs: number, times = 100): UsualDurations {
  const usual = new UsualDurations();
  for (let index = 0; index < times; index += 1) usual.note('GET /a', durationMs);
  return usual;
}

test('a route that is quick is slow from a second on', () => {
  expect(taught(3).note('GET /a', 900)).toBe(false);
  expect(taught(3).note('GET /a', 1_100)).toBe(true);
});

test('a report that always takes four seconds hurts nobody by it', () => {
  expect(taught(4_000).note('GET /a', 5_500)).toBe(false);
  expect(taught(4_000).note('GET /a', 60_000)).toBe(true);
});

test('of what is not known yet only a very long wait is one', () => {
  const usual = new UsualDurations();
  expect(usual.note('GET /new', 5_000)).toBe(false);
  expect(usual.note('GET /other', 9_000)).toBe(true);
});

test('a storm does not become usual within its first minutes', () => {
  const usual = taught(3, 500);
  for (let index = 0; index < 50; index += 1) usual.note('GET /a', 5_000);
  expect(usual.note('GET /a', 2_000)).toBe(true);
});

import { expect, test } from 'vitest';
import { daysOfGrace, demandWords, graceOfDays } from '../../../../main/console/accounts/roles/role-words.ts';

const DAY_MS = 86_400_000;

test.each([
  [false, 7 * DAY_MS, 'not asked for'],
  [true, 0, 'at once'],
  [true, DAY_MS, 'within 1 day'],
  [true, 7 * DAY_MS, 'within 7 days'],
  [true, DAY_MS / 2, 'within 12 hours'],
] as const)('demanded: %s, grace of %i ms: %s', (demandsSecondFactor, graceMs, words) => {
  expect(demandWords({ demandsSecondFactor, graceMs })).toBe(words);
});

test.each(['0', '7', '0.5'])('%s days come back as they were typed', (days) => {
  expect(daysOfGrace(graceOfDays(days))).toBe(days);
});

test.each(['', '-1', 'soon'])('“%s” is no grace', (days) => {
  expect(graceOfDays(days)).toBe(0);
});

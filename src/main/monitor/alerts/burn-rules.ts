/**
 * How fast the error budget burns, in two windows each: the long one says that it matters, the short one that it still goes on
 * (Google's SRE workbook, "Alerting on SLOs", its multi-window multi-burn-rate table).
 */

import type { AlertRuleDefinition } from './rule.ts';
import { count, share } from './words.ts';

/** Of all requests, so many are to succeed. */
export const OBJECTIVE = 0.999;

export interface BurnWindows {
  readonly longMs: number;
  readonly shortMs: number;
  /** Fewer failures than this in the long window are nobody's emergency, whatever their share. */
  readonly failuresMin: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const burnWindows: Readonly<Record<string, BurnWindows>> = {
  'budget-burns-fast': { longMs: HOUR_MS, shortMs: 5 * MINUTE_MS, failuresMin: 30 },
  'budget-burns': { longMs: 6 * HOUR_MS, shortMs: 30 * MINUTE_MS, failuresMin: 60 },
  'budget-drains': { longMs: 72 * HOUR_MS, shortMs: 6 * HOUR_MS, failuresMin: 100 },
};

const rule = (
  given: Pick<AlertRuleDefinition, 'id' | 'name' | 'severity' | 'threshold' | 'forSeconds'> & { over: string },
) => {
  const { over, ...rest } = given;
  const made: AlertRuleDefinition = {
    ...rest,
    about: `Requests fail ${given.threshold} times as often as an objective of ${OBJECTIVE * 100} % allows, over ${over}.`,
    ...{ isBuiltIn: true, isEnabled: true, kind: 'burn', series: 'http.failedPerSecond', direction: 'above' },
    ...{ unit: 'times the budget', isHard: true, gate: { by: 'none' }, family: 'users' },
    tell: ({ value }) =>
      `${share(Math.min(1, value * (1 - OBJECTIVE)))} of all requests failed over ${over}: ${count(value)} times what the objective allows.`,
  };
  return made;
};

export const burnRules: readonly AlertRuleDefinition[] = [
  rule({
    ...{ id: 'budget-burns-fast', name: 'Requests fail too often', severity: 'page', threshold: 14.4 },
    ...{ forSeconds: 300, over: 'the last hour' },
  }),
  rule({
    ...{ id: 'budget-burns', name: 'Requests keep failing', severity: 'page', threshold: 6 },
    ...{ forSeconds: 1_800, over: 'the last six hours' },
  }),
  rule({
    ...{ id: 'budget-drains', name: 'A few requests fail all the time', severity: 'ticket', threshold: 1 },
    ...{ forSeconds: 21_600, over: 'the last three days' },
  }),
];

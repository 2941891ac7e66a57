/** Alerts made up for tests. */

import type { Alert } from '../../main/monitor/alerts/schema.ts';

let count = 0;

/** Each has an id of its own. */
export function createAlert(facts: Partial<Alert> = {}): Alert {
  count += 1;
  return {
    id: `alert-${count}`,
    ruleId: 'pool-near-exhaustion',
    ruleName: 'Pool near exhaustion',
    severity: 'page',
    scope: 'interactive',
    group: 'pool',
    state: 'firing',
    sentence: 'Reports hold all 10 connections, and 40 callers wait.',
    startedAt: '2026-11-23T08:00:00.000Z',
    resolvedAt: null,
    value: 0.98,
    threshold: 0.9,
    unit: '',
    count: 1,
    incidentId: null,
    feedback: null,
    ...facts,
  };
}

export function resolve(alert: Alert, resolvedAt = '2026-11-23T08:04:10.000Z'): Alert {
  return { ...alert, state: 'resolved', resolvedAt };
}

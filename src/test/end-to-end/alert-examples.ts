/** Good requests for the endpoints of alerts and their rules. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { must } from '../support/api-session.ts';
import type { Example, World } from './route-examples.ts';

/** As a server would have stored it. */
async function storedAlert({ databaseUrl }: World): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const id = randomUUID();
  await client.query(
    `insert into aquifer_monitor.alert
       (id, rule_id, rule_name, severity, scope, cause_group, state, sentence, started_at, resolved_at, unit, signs)
     values ($1, 'pool-waits', 'Users wait', 'page', 'critical', 'critical', 'resolved', 'They wait.', now(), now(), 'ms', 1)`,
    [id],
  );
  await client.end();
  return id;
}

const rule = { name: 'many rows', kind: 'limit', series: 'pool.usedShare', direction: 'above', threshold: 0.95 };

async function newAlertRule({ operator, url }: World): Promise<string> {
  const path = '/v1/monitor/alert-rules';
  const made = await must<{ rule: { id: string } }>(url, 'POST', path, { token: operator, body: rule });
  return made.rule.id;
}

export const alertExamples: Record<string, (world: World) => Example | Promise<Example>> = {
  postMonitorAlertsByIdFeedback: async (world) => ({
    token: world.operator,
    params: { id: await storedAlert(world) },
    body: { feedback: 'noise', apply: true },
  }),
  postMonitorAlertsMissed: ({ operator }) => ({
    token: operator,
    body: { at: '2026-01-31T12:00:00Z', ruleId: 'pool-waits', scope: 'critical', note: 'nobody said so', apply: false },
  }),
  postMonitorAlertRules: ({ operator }) => ({
    token: operator,
    body: {
      ...{ ...rule, about: 'Since March.', scope: '', unit: 'of the limit', forSeconds: 30, severity: 'ticket' },
      ...{ onlyWhenUsersAreHurt: false, isEnabled: true },
    },
  }),
  putMonitorAlertRulesById: async (world) => ({
    token: world.operator,
    params: { id: await newAlertRule(world) },
    body: { name: 'another', about: 'Why.', isEnabled: false, severity: 'page', threshold: 0.9, forSeconds: 60 },
  }),
  deleteMonitorAlertRulesById: async (world) => ({ token: world.operator, params: { id: await newAlertRule(world) } }),
};

/** Alerts over a whole server: seen within two seconds, answered with a replay, ruled by operators, all by the client. */

import { beforeAll, describe, expect, test } from 'vitest';
import { createClient, ProblemError } from '../../../main/client/index.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

let running: RunningApp;
let client: ReturnType<typeof createClient>['monitor'];

beforeAll(async () => {
  running = await runApp();
  client = createClient({ baseUrl: running.url, token: running.operator }).monitor;
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  );

const rule = {
  name: 'Much of the pool',
  kind: 'limit',
  series: 'pool.usedShare',
  direction: 'above',
  threshold: 0.9,
} as const;

describe('alerts', () => {
  test('a query that overstays is one, with its feedback and its replay, and over once it ends', async () => {
    const asked = running.app.pool.query("select pg_sleep(6), 'kettle-7-secret' as secret").catch(() => undefined);
    await expect
      .poll(async () => (await client.alerts({ state: 'firing' })).alerts.map(({ ruleId }) => ruleId), {
        timeout: 10_000,
      })
      .toContain('query-overstays');
    const { alerts } = await client.alerts({ state: 'firing' });
    const alert = alerts.find(({ ruleId }) => ruleId === 'query-overstays');
    expect(alert?.sentence).toMatch(/select pg_sleep\(.+\).* has been running/);
    expect(JSON.stringify(alerts)).not.toContain('secret-7');
    expect(JSON.stringify(alerts)).not.toContain('kettle');
    const id = alert?.id ?? '';
    const preview = await client.giveFeedback(id, { feedback: 'noise', apply: false });
    expect(preview.replay?.sentence).toMatch(/hard limit/);
    expect(preview.alert.feedback).toBeNull();
    const given = await client.giveFeedback(id, { feedback: 'useful', apply: true });
    expect(given).toMatchObject({ alert: { feedback: 'useful' }, replay: null, offer: null });
    expect((await client.alerts({ limit: 200 })).alerts.find((one) => one.id === id)?.feedback).toBe('useful');
    await asked;
  });

  test('what is unknown is refused', async () => {
    const nobody = '01890000-0000-7000-8000-000000000000';
    expect(await codeOf(client.giveFeedback(nobody, { feedback: 'noise', apply: false }))).toBe('alert_not_found');
    const missed = { at: new Date().toISOString(), ruleId: 'no-such-rule', note: '' };
    expect(await codeOf(client.reportMissed(missed))).toBe('alert_rule_not_found');
  });

  test('what was missed lowers the threshold of its rule, once it is applied', async () => {
    const report = { at: new Date().toISOString(), ruleId: 'pool-waits', scope: 'critical', note: 'Nobody was told.' };
    const factor = async () => (await client.alertRules()).rules.find(({ id }) => id === 'pool-waits')?.learnt.factor;
    const { replay } = await client.reportMissed({ ...report, apply: false });
    expect(replay.factorAfter).toBeLessThan(replay.factorBefore);
    expect(await factor()).toBe(1);
    await client.reportMissed(report);
    expect(await factor()).toBeCloseTo(Math.exp(-0.5), 3);
  });
});

describe('alert rules', () => {
  test('the built-in ones are there from the first start, and say what they know', async () => {
    const { rules } = await client.alertRules();
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.every(({ builtIn, isEnabled }) => builtIn && isEnabled)).toBe(true);
    expect(rules.find(({ id }) => id === 'requests-slow')?.learnt).toMatchObject({
      state: 'warming_up',
      sentence: expect.stringMatching(/still learning/),
    });
    expect(rules.find(({ id }) => id === 'disk-nearly-full')?.learnt.sentence).toMatch(/hard limit/);
  });

  test('a built-in one can be changed and switched off, and not deleted or renamed', async () => {
    const changed = await client.changeAlertRule('deadlocks', { isEnabled: false, threshold: 1, severity: 'page' });
    expect(changed.rule).toMatchObject({ isEnabled: false, threshold: 1, severity: 'page', builtIn: true });
    expect(await codeOf(client.deleteAlertRule('deadlocks'))).toBe('alert_rule_built_in');
    expect(await codeOf(client.changeAlertRule('deadlocks', { name: 'x' }))).toBe('invalid_alert_rule');
    expect(await codeOf(client.changeAlertRule('lock-tree', { threshold: 5 }))).toBe('invalid_alert_rule');
    await client.changeAlertRule('deadlocks', { isEnabled: true });
  });

  test('one’s own is made, raises alerts, is changed and deleted', async () => {
    const { rule: made } = await client.createAlertRule({ ...rule, threshold: 0, forSeconds: 1, unit: 'of the limit' });
    expect(made).toMatchObject({ name: rule.name, builtIn: false, isEnabled: true, severity: 'ticket', threshold: 0 });
    const busy = running.app.pool.query('select pg_sleep(4)');
    await expect
      .poll(async () => (await client.alerts({ state: 'firing' })).alerts.some(({ ruleId }) => ruleId === made.id), {
        timeout: 15_000,
      })
      .toBe(true);
    await busy;
    const { rule: changed } = await client.changeAlertRule(made.id, {
      name: 'Another',
      threshold: 0.5,
      about: 'Since March.',
    });
    expect(changed).toMatchObject({ name: 'Another', threshold: 0.5, about: 'Since March.' });
    await client.deleteAlertRule(made.id);
    expect((await client.alertRules()).rules.some(({ id }) => id === made.id)).toBe(false);
    expect((await client.alerts({ state: 'firing' })).alerts.some(({ ruleId }) => ruleId === made.id)).toBe(false);
    expect(await codeOf(client.deleteAlertRule(made.id))).toBe('alert_rule_not_found');
  });

  test('one without sense is refused with a sentence', async () => {
    const { threshold: _, ...without } = rule;
    expect(await codeOf(client.createAlertRule(without))).toBe('invalid_alert_rule');
    expect(await codeOf(client.createAlertRule({ ...rule, kind: 'baseline', threshold: 1 }))).toBe(
      'invalid_alert_rule',
    );
  });
});

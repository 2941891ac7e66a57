/** Rules in a running server: what they do by themselves, what only on an operator's word, and ending a session by hand. */

import pg from 'pg';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createClient, ProblemError, type RuleList } from '../../../main/client/index.ts';
import { call, must } from '../../support/api-session.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

const OTHERS_IDLE = 'others-idle-and-blocking';
const SECRET = 'kettle-7-secret';

let running: RunningApp;
let client: ReturnType<typeof createClient>['monitor'];
const others: pg.Client[] = [];

beforeAll(async () => {
  running = await runApp();
  client = createClient({ baseUrl: running.url, token: running.operator }).monitor;
  const body = { name: 'notes', fields: [] };
  await must(running.url, 'POST', '/v1/data/collections', { token: running.operator, body });
});

afterEach(async () => {
  for (const one of others.splice(0)) await one.end().catch(() => undefined);
});

/** Another program on the same database. */
async function openOther(name = 'a forgotten shell') {
  const other = new pg.Client({ connectionString: running.databaseUrl, application_name: name });
  other.on('error', () => undefined);
  await other.connect();
  others.push(other);
  const { rows } = await other.query('select pg_backend_pid() as pid');
  return { other, pid: rows[0].pid as number };
}

/** Locks what users write to, and forgets about it. */
async function lockNotes(other: pg.Client): Promise<void> {
  const { rows } = await other.query(
    `select c.oid::regclass::text as name
     from pg_class c
     where c.relkind = 'r' and c.relnamespace = 'aquifer_data'::regnamespace and c.relname like '%notes%'`,
  );
  await other.query(`begin; lock table ${rows[0].name} in access exclusive mode; select '${SECRET}'`);
}

async function see(pid: number, state?: string) {
  let seen: { backendStart: string; queryStart: string | null } | undefined;
  await expect
    .poll(async () => {
      const { sessions } = await client.sessions();
      seen = sessions.find((one) => one.pid === pid && (state === undefined || one.state === state));
      return seen !== undefined;
    })
    .toBe(true);
  const { backendStart = '', queryStart = null } = seen ?? {};
  return { backendStart, queryStart };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error) => (error instanceof ProblemError ? error.code : String(error)),
  );

const journal = async (kind: string) =>
  (await client.journal({ limit: 200 })).entries.filter((one) => one.kind === kind);
const ruleOf = (list: RuleList, id: string) => list.rules.find((one) => one.id === id);

describe('the rules', () => {
  test('are listed, act, and enforce nothing against others from the start', async () => {
    const list = await client.rules();
    expect(list.paused).toBeNull();
    expect(list.rules.length).toBeGreaterThanOrEqual(5);
    for (const { builtIn, mode, scope } of list.rules) {
      expect(builtIn).toBe(true);
      expect(mode).toBe(scope === 'own' ? 'enforce' : 'warn');
    }
  });

  test('are for operators alone', async () => {
    const { status } = await call(running.url, 'GET', '/v1/monitor/rules', { token: running.user });
    expect(status).toBe(403);
  });

  test('can be tried without being made, made, changed and deleted', async () => {
    const given = { name: 'long reads', conditions: { olderThanMs: 60_000 } };
    const tried = await client.createRule({ ...given, dryRun: true });
    expect(tried.rehearsal).toMatchObject({ ruleId: null, hit: 0 });
    const { rule } = await client.createRule(given);
    expect((await client.rules()).rules.filter(({ builtIn }) => !builtIn)).toEqual([rule]);
    expect(rule).toMatchObject({ mode: 'warn', hits24h: 0, lastHitAt: null, fault: null });

    const dry = await client.changeRule(rule.id, { mode: 'enforce', dryRun: true });
    expect(dry.rehearsal?.sentence).toEqual(expect.any(String));
    expect(ruleOf(await client.rules(), rule.id)?.mode).toBe('warn');
    // Whoever lets a rule loose is told whom it would have hit, asked or not.
    const loose = await client.changeRule(rule.id, { mode: 'enforce' });
    expect(loose).toMatchObject({ rule: { mode: 'enforce' }, rehearsal: { ruleId: rule.id } });
    expect((await client.changeRule(rule.id, { mode: 'off' })).rehearsal).toBeNull();
    await client.deleteRule(rule.id);
    expect(await codeOf(client.rehearseRule(rule.id))).toBe('rule_not_found');
    expect(await codeOf(client.deleteRule(OTHERS_IDLE))).toBe('rule_built_in');
    expect((await journal('rule_changed')).length).toBeGreaterThanOrEqual(3);
    expect(await journal('rule_deleted')).toHaveLength(1);
  });

  test('with a condition that nobody knows are refused at the door', async () => {
    const body = { name: 'bob', conditions: { olderThanMs: 5_000, userName: 'bob' } };
    const { status } = await call(running.url, 'POST', '/v1/monitor/rules', { token: running.operator, body });
    expect(status).toBe(400);
    expect(await codeOf(client.createRule({ name: 'all', conditions: {} }))).toBe('invalid_rule');
  });

  test('can be told to go on', async () => {
    expect((await client.resumeRules()).paused).toBeNull();
  });
});

test('another program’s forgotten session is named while it blocks, is not ended for it, and is at an operator’s word', async () => {
  const { other, pid } = await openOther();
  await lockNotes(other);
  const startedAtMs = performance.now();
  const written = must(running.url, 'POST', '/v1/data/records/notes', { token: running.user, body: {} });
  const warned = async () => (await journal('rule_warned')).map(({ sentence }) => sentence).join();
  await expect.poll(warned, { timeout: 8_000, interval: 100 }).toContain(`Pid ${pid} (a forgotten shell, idle in tran`);
  const rehearsal = await client.rehearseRule(OTHERS_IDLE);
  expect(rehearsal).toMatchObject({ hit: 1, wouldHit: [{ applicationName: 'a forgotten shell', pids: [pid] }] });
  expect(ruleOf(await client.rules(), OTHERS_IDLE)?.hits24h).toBe(1);
  // It is warned of, and still there.
  await see(pid, 'idle in transaction');

  await client.changeRule(OTHERS_IDLE, { mode: 'enforce' });
  await written;
  expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  await expect
    .poll(async () => (await journal('rule_acted')).map(({ sentence }) => sentence).join())
    .toContain('ended');
  await client.changeRule(OTHERS_IDLE, { mode: 'warn' });
  const said = JSON.stringify([await client.journal({ limit: 200 }), rehearsal, await client.rules()]);
  expect(said).not.toContain(SECRET);
}, 20_000);

describe('by hand', () => {
  test('a statement is cancelled and its session goes on; the session is ended where that is meant', async () => {
    const { other, pid } = await openOther();
    const sleeping = other.query('select pg_sleep(60)').catch((error: { code: string }) => error.code);
    expect(await client.endSession(pid, { ...(await see(pid, 'active')), how: 'cancel' })).toEqual({
      outcome: 'ended',
    });
    expect(await sleeping).toBe('57014');
    await other.query('select 1');
    const seen = await see(pid, 'idle');
    expect(await codeOf(client.endSession(pid, { ...seen, how: 'cancel' }))).toBe('nothing_to_cancel');
    expect(await client.endSession(pid, { ...seen, how: 'terminate' })).toEqual({ outcome: 'ended' });
    expect(await codeOf(client.endSession(pid, { ...seen, how: 'terminate' }))).toBe('database_session_not_found');
    expect((await journal('session_ended')).map(({ details }) => details.outcome)).toEqual(['ended', 'ended']);
  });

  test('what has moved on since is not hit', async () => {
    const { other, pid } = await openOther();
    await other.query('select 1');
    const seen = await see(pid);
    await other.query('select 2');
    expect(await codeOf(client.endSession(pid, { ...seen, how: 'terminate' }))).toBe('database_session_changed');
    const wrong = { ...(await see(pid)), backendStart: '2001-01-01 00:00:00+00' };
    expect(await codeOf(client.endSession(pid, { ...wrong, how: 'terminate' }))).toBe('database_session_changed');
    await other.query('select 3');
  });

  test('who is never touched is refused with the reason, and lives', async () => {
    const { other, pid } = await openOther('pg_dump');
    const request = { ...(await see(pid)), how: 'terminate' as const };
    const answer = await call(running.url, 'POST', `/v1/monitor/sessions/${pid}/end`, {
      token: running.operator,
      body: request,
    });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'session_protected', reason: expect.stringMatching(/pg_dump/) });
    await other.query('select 1');
    expect(await codeOf(client.endSession(0, request))).toBe('session_protected');
  });

  test('an ALTER TABLE under way is refused without consent, and where little waits for it with it', async () => {
    const holder = await openOther('holder');
    await lockNotes(holder.other);
    const { other, pid } = await openOther('a migration tool');
    const altering = other.query('alter table aquifer_data.notes set (fillfactor = 90)').catch(() => undefined);
    const seen = await see(pid, 'active');
    for (const mayEndMaintenance of [false, true]) {
      const request = { ...seen, how: 'cancel' as const, mayEndMaintenance };
      expect(await codeOf(client.endSession(pid, request))).toBe('session_protected');
    }
    await holder.other.query('rollback');
    await altering;
  });
});

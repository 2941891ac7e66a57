import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CauseReport, JournalPageView, SessionList } from '../../../main/monitor/cause/schema.ts';
import { call, must } from '../../support/api-session.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

const SECRET = 'hunter2-never-show-me';
let running: RunningApp;

beforeAll(async () => {
  running = await runApp();
  const body = { name: 'notes', fields: [] };
  await must(running.url, 'POST', '/v1/data/collections', { token: running.operator, body });
});

const read = <Body>(path: string) => must<Body>(running.url, 'GET', `/v1/monitor/${path}`, { token: running.operator });

const nameOfDatabase = () => new URL(running.databaseUrl).pathname.slice(1);

/** Holds the collection's table in another program's transaction, which has a secret in its text. */
async function whileLocked(work: (holderPid: number) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: running.databaseUrl, application_name: 'psql' });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name, pg_backend_pid() as pid
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname like 'aquifer_data%' and c.relname like '%notes%'`,
    );
    await client.query('begin');
    await client.query(`lock table ${rows[0].name} in access exclusive mode`);
    await client.query(`select '${SECRET}'`);
    await work(rows[0].pid);
  } finally {
    await client.end();
  }
}

test('a lock is told by the API: the cause, the sessions, and afterwards the journal', async () => {
  let written: Promise<unknown> | undefined;
  await whileLocked(async (pid) => {
    written = must(running.url, 'POST', '/v1/data/records/notes', { token: running.user, body: {} });
    await expect
      .poll(async () => (await read<CauseReport>('cause')).verdict?.kind, { timeout: 4_000 })
      .toBe('lock_held');
    const { state, verdict } = await read<CauseReport>('cause');
    expect(state).toBe('trouble');
    expect(verdict).toMatchObject({
      holder: { pid, applicationName: 'psql', isOurs: false, statement: 'select ?' },
      caller: { routes: [{ route: 'POST /v1/data/records/:collection', share: 1 }], application: 'psql' },
      statement: { name: expect.stringMatching(/^data\./) },
      lockTree: { pid, victims: [{ isOurs: true, route: 'POST /v1/data/records/:collection', victims: [] }] },
    });
    const { sessions } = await read<SessionList>('sessions');
    const ofThisDatabase = sessions.filter(({ databaseName }) => databaseName === nameOfDatabase());
    expect(ofThisDatabase.find((session) => session.pid === pid)).toMatchObject({ isOurs: false, lane: null });
    expect(ofThisDatabase.find(({ blockedBy }) => blockedBy.includes(pid))).toMatchObject({
      ...{ isOurs: true, lane: 'interactive', route: 'POST /v1/data/records/:collection' },
      requestId: expect.any(String),
    });
    expect(JSON.stringify([verdict, ofThisDatabase])).not.toContain(SECRET);
  });
  await written;
  await expect.poll(async () => (await read<CauseReport>('cause')).state, { timeout: 4_000 }).toBe('calm');
  const { recent, verdict } = await read<CauseReport>('cause');
  expect(verdict).toBeNull();
  expect(recent[0]).toMatchObject({ kind: 'lock_held', closedAt: expect.any(String) });
  const { entries } = await read<JournalPageView>('journal');
  const kinds = entries.map(({ kind }) => kind).filter((kind) => /trouble|verdict/.test(kind));
  expect(kinds.slice(0, 3)).toEqual(['trouble_ended', 'verdict', 'trouble_began']);
  expect(JSON.stringify(entries)).not.toContain(SECRET);
}, 15_000);

describe('the journal', () => {
  test('is read page by page', async () => {
    const first = await read<JournalPageView>('journal?limit=1');
    expect(first.entries).toHaveLength(1);
    const second = await read<JournalPageView>(`journal?limit=1&cursor=${first.nextCursor}`);
    expect(Number(second.entries[0]?.id)).toBe(Number(first.entries[0]?.id) - 1);
  });

  test.each(['cursor=tomorrow', 'limit=0', 'limit=201'])('refuses %s', async (query) => {
    const answer = await call(running.url, 'GET', `/v1/monitor/journal?${query}`, { token: running.operator });
    expect(answer.status).toBe(400);
  });
});

test.each(['cause', 'sessions', 'journal'])('%s is for operators', async (path) => {
  const asUser = await call(running.url, 'GET', `/v1/monitor/${path}`, { token: running.user });
  expect(asUser).toMatchObject({ status: 403, body: { code: 'operator_only' } });
  expect(await call(running.url, 'GET', `/v1/monitor/${path}`)).toMatchObject({ status: 401 });
});

test('without the sampler there is no trouble and no verdict, and sessions are looked up when asked for', async () => {
  const quiet = await runApp({ AQUIFER_SAMPLER: 'false' });
  await sleep(200);
  const get = <Body>(path: string) => must<Body>(quiet.url, 'GET', `/v1/monitor/${path}`, { token: quiet.operator });
  expect(await get<CauseReport>('cause')).toMatchObject({ state: 'calm', verdict: null, recent: [] });
  const { at, sessions } = await get<SessionList>('sessions');
  expect(Math.abs(Date.parse(at ?? '') - Date.now())).toBeLessThan(5_000);
  expect(sessions.length).toBeGreaterThan(0);
}, 20_000);

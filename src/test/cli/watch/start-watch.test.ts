/** A watch over a real database that knows nothing of it: what it shows, what it never changes, and who may look. */

import pg from 'pg';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startWatch, type Watch } from '../../../main/cli/watch/start-watch.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { SESSION_COOKIE } from '../../../main/http/index.ts';
import type { CauseReport, SessionList } from '../../../main/monitor/cause/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { atEndOfFile } from '../../support/end-of-file.ts';

let target: TestDatabase;
let watch: Watch;
let cookie: string;
const others: pg.Client[] = [];

beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  atEndOfFile(() => target.drop());
  const store = await createTestDatabase();
  atEndOfFile(() => store.drop());
  const logger = createLogger({ level: 'silent' });
  watch = await startWatch({ target: target.url, store: store.url, port: 0, logger });
  atEndOfFile(() => watch.stop());
  cookie = await openLink(watch.createLink());
});

afterEach(async () => {
  for (const one of others.splice(0)) await one.end().catch(() => undefined);
});

async function openLink(link: string): Promise<string> {
  const answer = await fetch(link, { redirect: 'manual' });
  const [, token = ''] = new RegExp(`${SESSION_COOKIE}=([^;]+)`).exec(answer.headers.get('set-cookie') ?? '') ?? [];
  return token;
}

async function get<Body>(path: string, token = cookie): Promise<{ status: number; body: Body }> {
  const answer = await fetch(`${watch.url}${path}`, { headers: { cookie: `${SESSION_COOKIE}=${token}` } });
  return { status: answer.status, body: (await answer.json()) as Body };
}

async function post(path: string, body?: object): Promise<{ status: number; body: { code?: string } }> {
  const answer = await fetch(`${watch.url}${path}`, {
    method: 'POST',
    headers: { cookie: `${SESSION_COOKIE}=${cookie}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
}

async function openOther(name: string): Promise<pg.Client> {
  const other = new pg.Client({ connectionString: target.url, application_name: name });
  other.on('error', () => undefined);
  await other.connect();
  others.push(other);
  return other;
}

describe('who may look', () => {
  test('whoever opens the link, once; nobody without it', async () => {
    const link = watch.createLink();
    const token = await openLink(link);
    expect((await get('/v1/accounts/me', token)).status).toBe(200);
    expect(await (await fetch(link, { redirect: 'manual' })).json()).toMatchObject({ code: 'watch_link_used' });
    const older = watch.createLink();
    watch.createLink();
    expect(await openLink(older)).toBe('');
    expect((await get('/v1/monitor/sessions', 'x'.repeat(43))).status).toBe(401);
    expect((await get('/v1/accounts/me')).body).toMatchObject({ user: { role: 'operator' } });
  });

  test('only from this machine', () => {
    expect(new URL(watch.url).hostname).toBe('localhost');
  });
});

describe('what it shows', () => {
  test('what it is, and what it cannot see', async () => {
    expect(watch.target).toMatchObject({ isReadOnly: true, isReplica: false, databaseName: target.name });
    expect(watch.target.cannotSee.join('\n')).toContain('Requests and users');
    expect((await get('/v1/monitor/overview')).body).toMatchObject({
      database: { version: watch.target.version, host: expect.stringContaining(target.name) },
    });
  });

  test('who does what now', async () => {
    const other = await openOther('a shop');
    await other.query("begin; select 'a secret of theirs'");
    await expect
      .poll(async () => (await get<SessionList>('/v1/monitor/sessions')).body.sessions, { timeout: 5_000 })
      .toContainEqual(
        expect.objectContaining({ applicationName: 'a shop', state: 'idle in transaction', isOurs: false }),
      );
    expect(JSON.stringify(await get('/v1/monitor/sessions'))).not.toContain('a secret of theirs');
  });

  test('who stands in whose way, with what to run against it, and an incident’s worth of it in the journal', async () => {
    const owner = await openOther('setup');
    await owner.query('create table if not exists orders (id int)');
    const holder = await openOther('a forgotten shell');
    await holder.query('begin; lock table orders in access exclusive mode');
    const shops = await Promise.all(Array.from({ length: 8 }, () => openOther('a shop')));
    const waiting = shops.map((shop) => shop.query('select count(*) from orders'));
    const read = async () => (await get<CauseReport>('/v1/monitor/cause')).body.verdict;
    await expect.poll(read, { timeout: 15_000 }).toMatchObject({ kind: 'lock_held' });
    const verdict = await read();
    expect(verdict?.sentence).toContain('A session of a forgotten shell');
    expect(verdict?.actions[0]?.detail).toMatch(/^select pg_catalog\.pg_terminate_backend\(pid\) .* backend_start = '/);
    expect(verdict?.lockTree?.victims).toHaveLength(8);
    // Nobody's request is seen, and still somebody is told: the alert opens an incident.
    const incidents = async () =>
      (await get<{ incidents: { state: string }[] }>('/v1/monitor/incidents')).body.incidents;
    await expect.poll(incidents, { timeout: 15_000 }).toMatchObject([{ state: 'open' }]);
    // What is told to be run ends that session, and nothing else does.
    await owner.query(verdict?.actions[0]?.detail ?? '');
    await Promise.all(waiting);
    await expect
      .poll(async () => (await get<CauseReport>('/v1/monitor/cause')).body.state, { timeout: 20_000 })
      .toBe('calm');
  }, 40_000);

  test('tables, indexes, statements, figures, alerts and incidents', async () => {
    const from = new Date(Date.now() - 60_000).toISOString();
    const to = new Date().toISOString();
    for (const path of [
      '/v1/monitor/tables',
      '/v1/monitor/indexes',
      '/v1/monitor/queries',
      `/v1/monitor/series?name=server.connections&from=${from}&to=${to}`,
      '/v1/monitor/alerts',
      '/v1/monitor/alert-rules',
      '/v1/monitor/incidents',
      '/v1/monitor/journal',
    ]) {
      expect({ path, status: (await get(path)).status }).toEqual({ path, status: 200 });
    }
    expect(JSON.stringify((await get('/v1/monitor/tables')).body)).toContain('orders');
  });

  test('the incident has a postmortem, which names the one who held the lock and claims nothing of users', async () => {
    const { incidents } = (await get<{ incidents: { id: string }[] }>('/v1/monitor/incidents')).body;
    const id = incidents[0]?.id;
    await post(`/v1/monitor/incidents/${id}/close`);
    const read = async () => JSON.stringify((await get(`/v1/monitor/incidents/${id}/postmortem`)).body);
    await expect.poll(read, { timeout: 20_000 }).toContain('A session of a forgotten shell');
    expect(await read()).toContain('whom it hurt is not known');
    expect(await read()).not.toMatch(/users hurt|nobody more was hurt|<svg/);
  }, 30_000);
});

describe('what it never does', () => {
  test('change the target: no table of ours, and sessions that only read', async () => {
    const { rows } = await (await openOther('look')).query(
      `select (select count(*)::int from pg_namespace where nspname like 'aquifer%') as schemas`,
    );
    expect(rows).toEqual([{ schemas: 0 }]);
    const client = new pg.Client({ connectionString: watch.target.url });
    await client.connect();
    await expect(client.query('create table mine (id int)')).rejects.toMatchObject({ code: '25006' });
    await client.end();
  });

  test('offer what would change it', async () => {
    expect((await post('/v1/monitor/indexes', { sql: 'create index concurrently on orders (id)' })).status).toBe(404);
    expect((await post('/v1/monitor/caps', { statement: 'x', max: 1 })).status).toBe(404);
    expect((await post('/v1/monitor/sessions/1/end', {})).status).toBe(404);
    expect((await get('/v1/monitor/rules')).status).toBe(404);
  });
});

/** An application's own routes and its own SQL, over the server's one pool. */

import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type App, AppError, type ApplicationParts, type Route, route, startApp, Type } from '../main/app.ts';
import { createLogger } from '../main/foundation/logger.ts';
import { becomeOperator, call, must, PASSWORD } from './support/api-session.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { atEndOfFile } from './support/end-of-file.ts';

const Count = Type.Object({ count: Type.Integer() });
const Seconds = Type.Object({ seconds: Type.Number() });
const anything = { summary: 'One', response: { 200: Type.Any() } };

function routesOf({ pool }: ApplicationParts): Route[] {
  const open = { access: 'public', schema: anything } as const;
  return [
    route(
      'GET',
      '/reports/slow',
      {
        access: 'public',
        deadlineMs: 2_000,
        schema: { summary: 'Slow', query: Seconds, response: { 200: Type.Any() } },
      },
      async ({ context, query }) => (await pool.as(context).query('select pg_sleep($1)', [query.seconds])).rowCount,
    ),
    route('GET', '/reports/late', { ...open, deadlineMs: 150 }, async ({ context }) =>
      pool.as(context).query('select pg_sleep(7)'),
    ),
    route(
      'GET',
      '/v1/reports/mine',
      { access: 'user', schema: { summary: 'My orders', response: { 200: Count } } },
      async ({ context }) => {
        const { rows } = await pool.as(context).query('select count(*)::integer as count from shop.orders');
        return rows[0];
      },
    ),
    route('GET', '/reports/all', { access: 'operator', schema: anything }, async () => ({ all: true })),
    route('POST', '/orders/twice', open, async () => pool.query(`insert into shop.orders values (1, 'secret-1')`)),
    route('POST', '/orders/wrong', open, async () => pool.query(`select 'secret-2' from shop.nowhere`)),
    route('POST', '/orders/own', open, async () => {
      throw new AppError('conflict', 'sold_out', 'There is none left.');
    }),
    route('POST', '/orders/file', open, async () => {
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    }),
  ];
}

let target: TestDatabase;
let app: App;
let operator: string;
const lines: string[] = [];
beforeAll(async () => {
  target = await createTestDatabase();
  atEndOfFile(() => target.drop());
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  app = await startApp({
    environment: { DATABASE_URL: target.url, PORT: '0', HASH_THREADS: '1', AQUIFER_POOL_MAX: '10' },
    logger: createLogger({ level: 'info', destination: destination as never }),
    routes: async (parts) => {
      await parts.pool.query('create schema shop');
      await parts.pool.query('create table shop.orders (id integer primary key, note text)');
      await parts.pool.query(`insert into shop.orders values (1, 'first')`);
      return routesOf(parts);
    },
  });
  atEndOfFile(() => app.stop());
  operator = await becomeOperator(app.url, app.setupLink ?? undefined);
});

const get = (path: string, token?: string) => call(app.url, 'GET', path, { token });
const post = (path: string) => call(app.url, 'POST', path, { body: {} });

async function sleepers(seconds: string): Promise<number> {
  const text = `select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and state = 'active' and pid <> pg_backend_pid() and query like $1`;
  return (await app.pool.query(text, [`%pg_sleep(${seconds})%`])).rows[0].count;
}

describe('a route of the application', () => {
  test('is checked, protected and documented like ours', async () => {
    expect(await get('/reports/slow?seconds=soon')).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(await get('/v1/reports/mine')).toMatchObject({ status: 401, body: { code: 'not_logged_in' } });
    expect(await get('/v1/reports/mine', operator)).toMatchObject({ status: 200, body: { count: 1 } });
    const person = { email: 'uma@example.com', password: PASSWORD };
    await must(app.url, 'POST', '/v1/accounts/users', { token: operator, body: { ...person, role: 'user' } });
    const { token } = await must<{ token: string }>(app.url, 'POST', '/v1/accounts/log-in', { body: person });
    expect(await get('/reports/all', token)).toMatchObject({ status: 403, body: { code: 'operator_only' } });
    expect(await get('/reports/all', operator)).toMatchObject({ status: 200, body: { all: true } });
    const { paths } = await must<{ paths: Record<string, Record<string, object>> }>(app.url, 'GET', '/openapi.json');
    expect(paths['/v1/reports/mine']?.get).toMatchObject({ tags: ['reports'], operationId: 'getReportsMine' });
    expect(paths['/reports/slow']?.get).toMatchObject({ tags: ['reports'], operationId: 'getReportsSlow' });
  });

  test('is refused at the start where one of ours stands', async () => {
    const log = createLogger({ level: 'silent' });
    const environment = { DATABASE_URL: target.url, PORT: '0', HASH_THREADS: '1' };
    const routes = () => [route('GET', '/v1/data/mine', { access: 'public', schema: anything }, async () => 1)];
    await expect(startApp({ environment, logger: log, routes })).rejects.toMatchObject({
      code: 'route_refused',
      message: expect.stringContaining('GET /v1/data/mine'),
    });
  });

  test('answers as ours do when the pool refuses, the deadline passes or its own error is thrown', async () => {
    expect(await get('/reports/late')).toMatchObject({ status: 504, body: { code: 'deadline_exceeded' } });
    await expect.poll(() => sleepers('7')).toBe(0);
    expect(await post('/orders/own')).toMatchObject({ status: 409, body: { code: 'sold_out' } });
    const storm = Array.from({ length: 40 }, () => get('/reports/slow?seconds=1.2'));
    await sleep(400);
    expect((await get('/v1/accounts/me', operator)).status).toBe(200);
    const answers = await Promise.all(storm);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(10);
    const full = refused.find(({ body }) => 'lane' in (body as object));
    expect(full?.body).toMatchObject({
      code: expect.stringMatching(/^(lane_|deadline_unmeetable)/),
      detail: expect.stringContaining('by select pg_sleep(?)'),
      lane: { name: 'bulk', holders: expect.stringContaining('by select pg_sleep(?)') },
      retryAfterSeconds: expect.any(Number),
    });
    expect(Number(full?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('lets out neither SQL nor values, and says the SQLSTATE in the log', async () => {
    expect(await post('/orders/twice')).toMatchObject({ status: 409, body: { code: 'already_exists' } });
    const wrong = await post('/orders/wrong');
    expect(wrong).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(JSON.stringify(wrong.body)).not.toMatch(/nowhere|secret/);
    expect(await post('/orders/file')).toMatchObject({ status: 500, body: { code: 'internal' } });
    const logged = lines.join('');
    expect(logged).toContain('"sqlState":"42P01"');
    expect(logged).toContain('"statement":"POST /orders/wrong"');
    expect(logged).not.toMatch(/secret-[12]/);
  });

  test('a client that goes away ends its statement at the server', async () => {
    const caller = new AbortController();
    const asked = fetch(`${app.url}/reports/slow?seconds=1.9`, { signal: caller.signal }).catch(() => undefined);
    const text = `select count(*)::integer as count from pg_stat_activity
      where datname = current_database() and state = 'active' and query = 'select pg_sleep($1)'`;
    const count = async () => (await app.pool.query(text)).rows[0].count;
    await expect.poll(count).toBe(1);
    caller.abort();
    await asked;
    await expect.poll(count, { timeout: 1_000 }).toBe(0);
  });
});

describe('the application’s pool', () => {
  test('is the server’s own: its statements are attributed to their route and caller', async () => {
    const asked = get('/reports/slow?seconds=0.3');
    const holder = () => must<{ lanes: object[] }>(app.url, 'GET', '/v1/monitor/pool', { token: operator });
    await expect.poll(async () => JSON.stringify(await holder())).toContain('GET /reports/slow');
    await asked;
  });

  test('may be ended without harm to the server', async () => {
    await app.pool.end();
    await expect(app.pool.query('select 1')).rejects.toThrow(/after calling end/);
    expect((await get('/v1/reports/mine', operator)).status).toBe(200);
    expect((await call(app.url, 'GET', '/health/ready')).status).toBe(200);
  });
});

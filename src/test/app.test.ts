import { createServer } from 'node:net';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type App, type AppOptions, startApp } from '../main/app.ts';
import { createLogger } from '../main/foundation/logger.ts';
import { call } from './support/api-session.ts';
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './support/database.ts';

async function databaseFor(options?: TestDatabaseOptions): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  onTestFinished(() => database.drop());
  return database;
}

async function start(
  database: TestDatabase,
  more: Record<string, string> = {},
  options: AppOptions = {},
): Promise<App> {
  const environment = { DATABASE_URL: database.url, PORT: '0', HASH_THREADS: '1', ...more };
  const app = await startApp({ environment, logger: createLogger({ level: 'silent' }), ...options });
  onTestFinished(() => app.stop());
  return app;
}

async function sessionsIn(database: TestDatabase): Promise<number> {
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  const { rows } = await client.query(
    `select count(*)::integer as count
     from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await client.end();
  return rows[0].count;
}

describe('an embedded server', () => {
  test('says where it is, what it uses and how to begin', async () => {
    const database = await databaseFor();
    const app = await start(database);
    expect(app.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(app.database).toEqual({ kind: 'external', host: new URL(database.url).host });
    expect(app.setupLink).toMatch(/\/console\/setup#token=[\w-]{43}$/);
    expect(Object.isFrozen(app.config)).toBe(true);
  });

  test('offers a new link at each start, until there is an operator', async () => {
    const database = await databaseFor();
    const links: (string | null)[] = [];
    for (const _start of [1, 2]) {
      const app = await start(database);
      links.push(app.setupLink);
      await app.stop();
    }
    const app = await start(database);
    const create = (link: string | null | undefined) => {
      const body = { token: link?.split('=')[1], email: 'olga@example.com', password: 'seven green kettles sing' };
      return call(app.url, 'POST', '/v1/accounts/first-operator', { body });
    };
    for (const old of links) expect(await create(old)).toMatchObject({ status: 400, body: { code: 'invalid_link' } });
    expect(await create(app.setupLink)).toMatchObject({ status: 201 });
    expect((await start(database)).setupLink).toBeNull();
  });

  test('tells each migration while it starts, on an empty database alone', async () => {
    const database = await databaseFor({ isEmpty: true });
    const lines: string[] = [];
    const onProgress = (line: string) => lines.push(line);
    await start(database, {}, { onProgress });
    expect(lines[0]).toBe('Migrating: 0001-accounts');
    const told = lines.length;
    await start(database, {}, { onProgress });
    expect(lines).toHaveLength(told);
  });

  test('is live and ready at once, and neither asks for a session', async () => {
    const { url } = await start(await databaseFor());
    expect(await call(url, 'GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await call(url, 'GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { server: 'running', database: 'answers', pool: 'has room' } },
    });
  });
});

describe('stopping', () => {
  test('closes the listener and every connection, and may be asked for twice', async () => {
    const database = await databaseFor();
    const app = await start(database);
    await call(app.url, 'GET', '/v1/accounts/first-operator');
    expect(await sessionsIn(database)).toBeGreaterThan(0);
    await Promise.all([app.stop(), app.stop()]);
    await expect(call(app.url, 'GET', '/health/live')).rejects.toThrow();
    await expect.poll(() => sessionsIn(database)).toBe(0);
    await app.stop();
  });

  test('says no to the load balancer first, for as long as that takes to be seen', async () => {
    const app = await start(await databaseFor(), { DRAIN_DELAY_MS: '400' });
    const stopped = app.stop();
    const { status, body } = await call(app.url, 'GET', '/health/ready');
    expect({ status, body }).toMatchObject({ status: 503, body: { checks: { server: 'stopping' } } });
    // Whoever comes all the same is still served.
    expect((await call(app.url, 'GET', '/v1/accounts/settings')).status).toBe(200);
    await stopped;
    await expect(call(app.url, 'GET', '/health/live')).rejects.toThrow();
  });
});

describe('a start that fails', () => {
  test('gives back what it had taken: no connection stays, and the process could end', async () => {
    const database = await databaseFor();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void holder.close());
    const address = holder.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    await expect(start(database, { PORT: port })).rejects.toMatchObject({ code: 'port_taken' });
    await expect.poll(() => sessionsIn(database)).toBe(0);
  });

  test('lists every setting that is wrong', async () => {
    const environment = { PORT: 'eighty', DATABASE_URL: 'mysql://db', SESSION_LIFETIME_MS: '-1' };
    await expect(startApp({ environment })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringMatching(/^3 settings are wrong:/),
    });
  });
});

test('settings come from what is handed in, and not from the process', async () => {
  process.env.APP_NAME = 'of the process';
  onTestFinished(() => {
    delete process.env.APP_NAME;
  });
  const { url } = await start(await databaseFor(), { APP_ACCENT: '#123456' });
  expect((await call(url, 'GET', '/v1/accounts/settings')).body).toMatchObject({
    application: { name: 'Aquifer', accent: '#123456' },
  });
});

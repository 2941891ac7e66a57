/** Ending the very statement or session that was meant, on a real Postgres, and nothing else. */

import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database } from '../../../main/database/index.ts';
import { type EndOptions, endSession, type Outcome, type Target } from '../../../main/monitor/rules/end-session.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const QUICK = { cancelAgainAfterMs: 300, terminateAfterMs: 600, goneWithinMs: 2_000, lookEveryMs: 20 };
/** Hears a cancel, and goes on: only the end of its session ends it. */
const STUBBORN = `do $$ begin
  loop
    begin perform pg_sleep(60); exception when query_canceled then null; end;
  end loop;
end $$`;

let target: TestDatabase;
let database: Database;
let watcher: pg.Client;
const clients: pg.Client[] = [];

beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  database = createDatabase({
    connectionString: target.url,
    maxConnections: 5,
    logger: createLogger({ level: 'silent' }),
  });
  watcher = (await connect(target.superuserUrl)).client;
  clients.length = 0;
});

afterEach(async () => {
  for (const { pid } of await listOurs()) await watcher.query('select pg_terminate_backend($1)', [pid]);
  for (const client of clients.splice(0)) await client.end().catch(() => undefined);
});

afterAll(async () => {
  await database.close();
  await watcher.end();
  await target.drop();
});

async function connect(connectionString = target.url, name = 'a victim') {
  const client = new pg.Client({ connectionString, application_name: name });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  const { rows } = await client.query('select pg_backend_pid() as pid');
  return { client, pid: rows[0].pid as number };
}

async function listOurs(): Promise<Target[]> {
  const { rows } = await watcher.query(
    `select pid, backend_start::text as "backendStart", query_start::text as "queryStart",
       xact_start::text as "transactionStart", state
     from pg_stat_activity
     where datname = current_database() and application_name <> 'aquifer' and pid <> pg_backend_pid()`,
  );
  return rows;
}

/** As the sampler would have seen it. */
async function see(pid: number, state = 'active'): Promise<Target> {
  let seen: Target | undefined;
  await expect
    .poll(async () => {
      seen = (await listOurs()).find((one) => one.pid === pid && one.state === state);
      return seen !== undefined;
    })
    .toBe(true);
  return seen as Target;
}

/** Until it sleeps: a cancel that comes before its handler stands ends even the stubborn. */
async function seeAsleep(pid: number): Promise<Target> {
  await expect
    .poll(async () => {
      const { rows } = await watcher.query('select wait_event from pg_stat_activity where pid = $1', [pid]);
      return rows[0]?.wait_event;
    })
    .toBe('PgSleep');
  return see(pid);
}

/** @returns how the statement ended: its SQLSTATE, `lost` with its connection, or `ok` */
const run = (client: pg.Client, text: string): Promise<string> =>
  client.query(text).then(
    () => 'ok',
    (error: { code?: string }) => (error.code === undefined ? 'lost' : error.code),
  );

const end = (seen: Target, options: Partial<EndOptions> = {}): Promise<Outcome> =>
  endSession(database, seen, { how: 'ladder', takesTurns: false, pace: QUICK, ...options });

const isThere = async (pid: number) => (await listOurs()).some((one) => one.pid === pid);

describe('a statement', () => {
  test.each([true, false])('is cancelled, and its session lives on (taking turns: %s)', async (takesTurns) => {
    const { client, pid } = await connect();
    const running = run(client, 'select pg_sleep(60)');
    expect(await end(await see(pid), { takesTurns })).toBe('ended');
    expect(await running).toBe('57014');
    expect(await run(client, 'select 1')).toBe('ok');
  });

  test('that does not hear a cancel is cancelled again, and then its session is ended', async () => {
    const { client, pid } = await connect();
    const running = run(client, STUBBORN);
    const startedAtMs = performance.now();
    expect(await end(await seeAsleep(pid))).toBe('ended');
    expect(performance.now() - startedAtMs).toBeGreaterThan(QUICK.terminateAfterMs);
    expect(['57P01', 'lost']).toContain(await running);
    expect(await isThere(pid)).toBe(false);
  });

  test('that does not hear a cancel goes on where only the statement was meant', async () => {
    const { client, pid } = await connect();
    void run(client, STUBBORN);
    expect(await end(await seeAsleep(pid), { how: 'cancel' })).toBe('did_not_yield');
    expect(await isThere(pid)).toBe(true);
  });

  test('is ended with its session where that is what was asked', async () => {
    const { client, pid } = await connect();
    const running = run(client, 'select pg_sleep(60)');
    expect(await end(await see(pid), { how: 'terminate' })).toBe('ended');
    expect(['57P01', 'lost']).toContain(await running);
    expect(await isThere(pid)).toBe(false);
  });
});

describe('a session that is idle in a transaction', () => {
  test('is ended at once, for there is nothing to cancel', async () => {
    const { client, pid } = await connect();
    await client.query('begin; select 1');
    expect(await end(await see(pid, 'idle in transaction'))).toBe('ended');
    expect(await isThere(pid)).toBe(false);
  });

  test('is left alone when it has gone on since', async () => {
    const { client, pid } = await connect();
    await client.query('begin; select 1');
    const seen = await see(pid, 'idle in transaction');
    await client.query('select 2');
    expect(await end(seen)).toBe('gone');
    await client.query('rollback; begin');
    expect(await end(seen)).toBe('gone');
    expect(await isThere(pid)).toBe(true);
  });

  test('is left alone when its transaction is another one, though all else were the same', async () => {
    const { client, pid } = await connect();
    await client.query('begin; select 1');
    const seen = await see(pid, 'idle in transaction');
    expect(await end({ ...seen, transactionStart: '2001-01-01 00:00:00+00' })).toBe('gone');
    expect(await isThere(pid)).toBe(true);
  });

  test('cannot be cancelled', async () => {
    const { client, pid } = await connect();
    await client.query('begin; select 1');
    expect(await end(await see(pid, 'idle in transaction'), { how: 'cancel' })).toBe('gone');
    expect(await isThere(pid)).toBe(true);
  });
});

describe('between the look and the act', () => {
  test.each<EndOptions['how']>(['cancel', 'ladder', 'terminate'])('the next statement is not hit (%s)', async (how) => {
    const { client, pid } = await connect();
    const first = run(client, 'select pg_sleep(0.2)');
    const seen = await see(pid);
    expect(await first).toBe('ok');
    const next = run(client, 'select pg_sleep(0.8)');
    await see(pid);
    expect(await end(seen, { how })).toBe('gone');
    expect(await next).toBe('ok');
  });

  test.each<EndOptions['how']>(['cancel', 'ladder', 'terminate'])('a pid in new hands is not hit (%s)', async (how) => {
    const { client, pid } = await connect();
    const running = run(client, 'select pg_sleep(0.8)');
    const seen = await see(pid);
    expect(await end({ ...seen, backendStart: '2001-01-01 00:00:00+00' }, { how })).toBe('gone');
    expect(await running).toBe('ok');
  });

  test('a session that has gone is gone', async () => {
    const { client, pid } = await connect();
    void run(client, 'select pg_sleep(60)');
    const seen = await see(pid);
    await watcher.query('select pg_terminate_backend($1)', [pid]);
    await expect.poll(() => isThere(pid)).toBe(false);
    expect(await end(seen)).toBe('gone');
    expect(await end(seen, { how: 'terminate' })).toBe('gone');
  });
});

describe('whom we may not end', () => {
  test('a superuser: Postgres refuses', async () => {
    const { client, pid } = await connect(target.superuserUrl);
    void run(client, 'select pg_sleep(60)');
    const seen = await see(pid);
    expect(await end(seen)).toBe('not_permitted');
    expect(await end(seen, { takesTurns: true })).toBe('not_permitted');
    expect(await isThere(pid)).toBe(true);
  });

  test('a session that holds the lock of our migrations, under whatever name', async () => {
    const { client, pid } = await connect();
    await client.query(`begin; select pg_advisory_xact_lock(${0x61717566})`);
    expect(await end(await see(pid, 'idle in transaction'))).toBe('protected');
    void run(client, 'select pg_sleep(60)');
    expect(await end(await see(pid))).toBe('protected');
    expect(await isThere(pid)).toBe(true);
  });
});

test('while another process ends somebody, this one does not', async () => {
  const other = await connect();
  await other.client.query(`begin; select pg_advisory_xact_lock(${0x61717566}, ${0x656e64})`);
  const { client, pid } = await connect();
  const running = run(client, 'select pg_sleep(60)');
  const seen = await see(pid);
  expect(await end(seen, { takesTurns: true })).toBe('busy');
  // Our own sessions wait for nobody's turn.
  expect(await end(seen, { takesTurns: false })).toBe('ended');
  expect(await running).toBe('57014');
});

test('whoever does not answer is not taken for one who went', async () => {
  const silent = {
    query: () => Promise.reject(new Error('no answer')),
    transaction: () => Promise.reject(new Error('no')),
  };
  const seen = { pid: 1, backendStart: '', queryStart: '', transactionStart: '', state: 'active' };
  await expect(endSession(silent, seen, { how: 'ladder', takesTurns: false })).rejects.toThrow('no answer');
});

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool as DriverPool } from 'pg';
import Cursor from 'pg-cursor';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Pool, type PoolOptions, PoolRefusal } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let target: TestDatabase;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
afterAll(async () => target.drop());

const opened: Pool[] = [];
function createPool(options: PoolOptions = {}): Pool {
  const pool = new Pool({ connectionString: target.url, ...options });
  opened.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(
    opened
      .splice(0)
      .filter((pool) => !pool.ending)
      .map((pool) => pool.end()),
  );
});

describe('in place of pg.Pool', () => {
  test('is one, and its clients are the driver’s', async () => {
    const pool = createPool();
    const client = await pool.connect();
    expect(pool).toBeInstanceOf(DriverPool);
    expect(client).toBeInstanceOf(Client);
    expect(client.constructor).not.toBe(Client);
    client.release();
  });

  test('query in all its forms', async () => {
    const pool = createPool();
    const asArray = { text: 'select 1 as a, 2 as b', rowMode: 'array' as const };
    expect((await pool.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    expect((await pool.query('select $1::int as a', [7])).rows).toEqual([{ a: 7 }]);
    expect((await pool.query({ text: 'select $1::int as a', values: [8], name: 'named' })).rows).toEqual([{ a: 8 }]);
    expect((await pool.query(asArray)).rows).toEqual([[1, 2]]);
    const callbacks = await new Promise<unknown[]>((resolve) => {
      pool.query('select 1 as a', (error, { rows }) => {
        pool.query('select $1::int as a', [9], (again, result) => resolve([error, rows, again, result.rows]));
      });
    });
    expect(callbacks).toEqual([undefined, [{ a: 1 }], undefined, [{ a: 9 }]]);
  });

  test('errors are Postgres’s own, and cost no connection', async () => {
    const pool = createPool({ max: 1 });
    await expect(pool.query('select 1/0')).rejects.toMatchObject({
      code: '22012',
      severity: 'ERROR',
      routine: 'int4div',
    });
    await expect(pool.query('nonsense')).rejects.toMatchObject({ code: '42601' });
    expect(pool.totalCount).toBe(1);
    const error = await new Promise((resolve) => pool.query('select 1/0', (thrown: Error) => resolve(thrown)));
    expect(error).toMatchObject({ code: '22012' });
  });

  test('connect by promise and by callback; release once', async () => {
    const pool = createPool({ max: 2 });
    const client = await pool.connect();
    expect(pool).toMatchObject({ totalCount: 1, idleCount: 0, waitingCount: 0 });
    expect((await client.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    client.release();
    expect(() => client.release()).toThrow(/already been released/);
    expect(pool).toMatchObject({ totalCount: 1, idleCount: 1 });
    const value = await new Promise((resolve, reject) => {
      pool.connect((error, taken, done) => {
        if (error || !taken) return reject(error);
        taken.query('select 2 as a', (failed, result) => {
          done();
          resolve([failed, result.rows]);
        });
      });
    });
    expect(value).toEqual([null, [{ a: 2 }]]);
  });

  test('release with an error closes the client', async () => {
    const pool = createPool();
    const client = await pool.connect();
    const removed = once(pool, 'remove');
    client.release(new Error('of no use'));
    await removed;
    expect(pool.totalCount).toBe(0);
  });

  test('events, in order', async () => {
    const pool = createPool();
    const events: string[] = [];
    for (const name of ['connect', 'acquire', 'release', 'remove']) pool.on(name as 'connect', () => events.push(name));
    await pool.query('select 1');
    await pool.end();
    expect(events).toEqual(['connect', 'acquire', 'release', 'remove']);
  });

  test('a waiter gets the client that comes back', async () => {
    const pool = createPool({ max: 1 });
    const first = await pool.connect();
    const second = pool.connect();
    await sleep(20);
    expect(pool.waitingCount).toBe(1);
    first.release();
    const client = await second;
    expect(client).toBe(first);
    client.release();
  });

  test('cursors and COPY run on a client', async () => {
    const pool = createPool();
    const client = await pool.connect();
    const cursor = client.query(new Cursor('select n from generate_series(1, 5) as n'));
    expect(await cursor.read(2)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await cursor.read(10)).toHaveLength(3);
    await cursor.close();
    client.release();
    expect((await pool.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
  });

  test('LISTEN works on a held client, and a held client that listens is no leak while its threshold lasts', async () => {
    const pool = createPool();
    const client = await pool.connect();
    await client.query('listen news');
    const heard = once(client, 'notification');
    await pool.query(`notify news, 'hello'`);
    expect(((await heard) as { payload: string }[])[0]?.payload).toBe('hello');
    client.release(true);
  });

  test('end waits for who is out, then refuses', async () => {
    const pool = createPool();
    const client = await pool.connect();
    let hasEnded = false;
    const ending = pool.end().then(() => {
      hasEnded = true;
    });
    await sleep(50);
    expect([hasEnded, pool.ending]).toEqual([false, true]);
    client.release();
    await ending;
    expect([pool.ended, pool.totalCount]).toEqual([true, 0]);
    await expect(pool.query('select 1')).rejects.toThrow('Cannot use a pool after calling end on the pool');
    await expect(pool.end()).rejects.toThrow('Called end on pool more than once');
  });

  test('onConnect, idle time-out, lifetime and number of uses', async () => {
    const pool = createPool({
      max: 2,
      idleTimeoutMillis: 60,
      onConnect: (client) => client.query(`set application_name = 'prepared'`),
    });
    expect((await pool.query('show application_name')).rows[0]).toEqual({ application_name: 'prepared' });
    await sleep(250);
    expect(pool.totalCount).toBe(0);
    const worn = createPool({ maxUses: 2 });
    const pids = [];
    for (let use = 0; use < 4; use += 1) pids.push((await worn.query('select pg_backend_pid() as pid')).rows[0].pid);
    expect(new Set(pids).size).toBe(2);
  });

  test('says why it cannot connect', async () => {
    const pool = createPool({ connectionString: 'postgres://nobody:x@127.0.0.1:1/none' });
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('what pg.Pool does not do', () => {
  test('never waits for ever: the refusal names the holder', async () => {
    const pool = createPool({ max: 1, connectionTimeoutMillis: 200 });
    const client = await pool.connect();
    const running = client.query('select pg_sleep(0.5)');
    const refusal = await pool.query('select 1').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PoolRefusal);
    expect(refusal).toMatchObject({ code: '53300', reason: 'lane_wait_exceeded', lane: { active: 1, total: 1 } });
    expect((refusal as PoolRefusal).message).toMatch(
      /1 held, 1 by select pg_sleep\(\?\) for \d+ ms; no connection came free in 2\d\d ms/,
    );
    await running;
    client.release();
  });

  test('a deadline reaches the server, and the connection comes back clean', async () => {
    const pool = createPool({ max: 1 });
    // Opening a connection takes its time on a busy machine, and is not what the deadline is for here.
    await pool.query('select 1');
    const startedAt = performance.now();
    const scoped = pool.as({ deadlineMs: 200 });
    await expect(scoped.query('select pg_sleep(5)')).rejects.toMatchObject({
      code: '57014',
      reason: 'deadline_exceeded',
    });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    const { rows } = await pool.query(
      `select count(*)::int as n from pg_stat_activity where query like '%sleep(5)%' and state = 'active' and pid <> pg_backend_pid()`,
    );
    expect(rows).toEqual([{ n: 0 }]);
    expect(pool.totalCount).toBe(1);
  });

  test('so does a caller who goes away', async () => {
    const pool = createPool();
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 100);
    await expect(pool.as({ signal: caller.signal }).query('select pg_sleep(5)')).rejects.toMatchObject({
      reason: 'caller_gone',
    });
  });

  test('a slow statement that nobody declared is moved aside, and its like go there at once', async () => {
    const pool = createPool({ max: 5, leashMs: 100 });
    const slow = Array.from({ length: 8 }, () => pool.query('select pg_sleep(1.5)'));
    await expect.poll(() => pool.snapshotLanes().bulk?.active).toBeGreaterThan(0);
    await expect.poll(() => pool.snapshotLanes().interactive?.active).toBe(0);
    const { bulk } = pool.snapshotLanes();
    // Two by the ceiling; those that were moved while running stand above it until they end.
    expect(bulk?.active).toBeGreaterThanOrEqual(2);
    expect(bulk?.active).toBeLessThanOrEqual(4);
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 30 }, () => pool.query('select 1')));
    expect(performance.now() - startedAt).toBeLessThan(700);
    await Promise.all(slow);
    void pool.query('select pg_sleep(1.5)');
    await expect.poll(() => pool.snapshotLanes().bulk?.active, { interval: 5 }).toBe(1);
  });

  test('one tenant’s thousand do not keep another’s one waiting', async () => {
    const pool = createPool({ max: 2 });
    const flood = Array.from({ length: 400 }, () => pool.as({ tenant: 'loud' }).query('select pg_sleep(0.002)'));
    await sleep(30);
    const startedAt = performance.now();
    await pool.as({ tenant: 'quiet' }).query('select 1');
    expect(performance.now() - startedAt).toBeLessThan(100);
    await Promise.all(flood);
  });

  test('a transaction that is left open is rolled back before the next caller comes', async () => {
    const pool = createPool({ max: 1 });
    await pool.query('create table left_open (n int)');
    const client = await pool.connect();
    await client.query('begin');
    await client.query('insert into left_open values (1)');
    client.release();
    expect((await pool.query('select count(*)::int as n from left_open')).rows).toEqual([{ n: 0 }]);
  });

  test('a client that nobody releases is reported with the place that took it, and taken back where asked', async () => {
    const pool = createPool({ max: 1, leakThresholdMs: 150, leakAction: 'enforce' });
    const leaks: Error[] = [];
    pool.on('leak' as 'error', (error: Error) => leaks.push(error));
    const forgotten = await pool.connect();
    expect((await pool.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    expect(leaks[0]?.message).toContain('held for');
    expect(() => forgotten.release()).not.toThrow();
    expect(pool.listLeases()).toEqual([]);
  });

  test('a second leak is reported with the place that took it', async () => {
    const pool = createPool({ max: 2, leakThresholdMs: 100, leakAction: 'enforce' });
    const leaks: Error[] = [];
    pool.on('leak' as 'error', (error: Error) => leaks.push(error));
    async function takeAndForget() {
      await pool.connect();
    }
    await takeAndForget();
    await expect.poll(() => leaks.length).toBe(1);
    await takeAndForget();
    await expect.poll(() => leaks.length).toBe(2);
    expect(leaks[1]?.message).toContain('takeAndForget');
  });

  test('a lost idle connection does not end the process, and the others are looked at too', async () => {
    const pool = createPool({ max: 4 });
    await Promise.all(Array.from({ length: 4 }, () => pool.query('select pg_sleep(0.05)')));
    expect(pool.idleCount).toBeGreaterThan(1);
    const admin = new Client({ connectionString: target.superuserUrl });
    await admin.connect();
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await admin.end();
    await sleep(100);
    expect((await pool.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    expect(pool.totalCount).toBe(1);
  });

  test('lanes of the program’s own', async () => {
    const shape = { queueMax: 10, waitMaxMs: 300, weight: 1 };
    const lanes = {
      web: { name: 'web', guaranteed: 1, ceiling: 2, rank: 0, ...shape },
      reports: { name: 'reports', guaranteed: 0, ceiling: 1, rank: 1, ...shape },
    };
    const pool = createPool({ max: 2, lanes, shortLane: 'web', longLane: 'reports' });
    const report = pool.as({ lane: 'reports' }).query('select pg_sleep(0.5)');
    await expect(pool.as({ lane: 'reports' }).query('select 1')).rejects.toMatchObject({
      reason: 'lane_wait_exceeded',
    });
    expect((await pool.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    await report;
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createDatabase,
  createLogger,
  type Database,
  type DatabaseOptions,
  type LaneName,
  type Lease,
  type Pool,
  PoolRefusal,
  PoolTracker,
  type StatementMove,
  type StatementOutcome,
  statement,
} from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

class Recorder extends PoolTracker {
  readonly moves: StatementMove[] = [];
  readonly ended: StatementOutcome[] = [];
  readonly released: Lease[] = [];

  override statementMoved(move: StatementMove): void {
    this.moves.push(move);
  }
  override statementEnded(outcome: StatementOutcome): void {
    this.ended.push(outcome);
  }
  override leaseReleased(_lane: string, _heldMs: number, lease: Lease): void {
    this.released.push(lease);
  }
}

const readSession = statement<[id: number], { id: number }>({
  name: 'database.readSessionInTest',
  lane: 'critical',
  deadlineMs: 1_000,
  isShared: true,
  text: 'select $1::integer as id',
});
const sleepDeclared = statement<[seconds: number], object>({
  name: 'database.sleepInTest',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: 'select pg_sleep($1)',
});

let target: TestDatabase;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
afterAll(() => target.drop());

const opened: Database[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close(100)));
});

function open(options: Partial<DatabaseOptions> = {}): { database: Database; pool: Pool; tracker: Recorder } {
  const tracker = new Recorder();
  const logger = createLogger({ level: 'silent' });
  const database = createDatabase({ connectionString: target.url, maxConnections: 10, logger, tracker, ...options });
  opened.push(database);
  return { database, pool: database.pool(), tracker };
}

function activeIn(database: Database, lane: LaneName): number {
  return database.snapshot().lanes.find(({ name }) => name === lane)?.active ?? 0;
}

const asked = { requestId: 'r-1', route: 'GET /reports', tenant: 'tim' };

describe('an undeclared statement on the server’s pool', () => {
  test('starts among the short, goes on in bulk, and its like begin there, one after another', async () => {
    const { database, pool, tracker } = open();
    const first = pool.as(asked).query('select pg_sleep(0.7)');
    await expect.poll(() => activeIn(database, 'interactive')).toBe(1);
    await expect.poll(() => activeIn(database, 'bulk'), { timeout: 600 }).toBe(1);
    expect(activeIn(database, 'interactive')).toBe(0);
    const second = pool.as(asked).query('select pg_sleep(0.1)');
    await sleep(30);
    expect([activeIn(database, 'interactive'), activeIn(database, 'bulk')]).toEqual([0, 1]);
    expect(database.snapshot().lanes.find(({ name }) => name === 'bulk')?.waiting).toBe(1);
    await Promise.all([first, second]);
    expect(tracker.moves).toHaveLength(1);
    expect(tracker.moves[0]).toMatchObject({ fromLane: 'interactive', toLane: 'bulk', lease: { origin: asked } });
    expect(tracker.moves[0]?.ranMs).toBeGreaterThanOrEqual(250);
    // Who waits for whom is asked after while anybody waits; that is not the application's.
    const ended = tracker.ended.filter(({ lane }) => lane !== 'control');
    expect(ended.map(({ lane, origin }) => [lane, origin?.route])).toEqual([
      ['bulk', 'GET /reports'],
      ['bulk', 'GET /reports'],
    ]);
  });

  test('more of its like run with each second in which nobody suffers', async () => {
    const { database, pool } = open();
    const asked = Array.from({ length: 3 }, () => pool.query('select pg_sleep(2.6)'));
    await sleep(600);
    expect(activeIn(database, 'bulk')).toBe(1);
    await expect.poll(() => activeIn(database, 'bulk'), { timeout: 1_500, interval: 50 }).toBe(2);
    await Promise.all(asked);
  });

  test('a client that a route keeps, idle or not, counts as long, and the next of that route waits behind it', async () => {
    const { database, pool } = open();
    const first = await pool.as(asked).connect();
    await first.query('begin');
    expect(activeIn(database, 'interactive')).toBe(1);
    await expect.poll(() => activeIn(database, 'bulk'), { timeout: 800 }).toBe(1);
    expect(activeIn(database, 'interactive')).toBe(0);
    const second = pool.as(asked).connect();
    const other = await pool.as({ ...asked, route: 'GET /brief' }).connect();
    expect(activeIn(database, 'interactive')).toBe(1);
    expect(activeIn(database, 'bulk')).toBe(1);
    other.release();
    await first.query('commit');
    first.release();
    (await second).release();
  });

  test('a route whose clients come back at once is not held back', async () => {
    const { database, pool } = open();
    for (let n = 0; n < 6; n += 1) (await pool.as(asked).connect()).release();
    const clients = await Promise.all(Array.from({ length: 4 }, () => pool.as(asked).connect()));
    expect(activeIn(database, 'interactive')).toBe(4);
    for (const client of clients) client.release();
  });

  test('is in the ledger with who asked and what was sent, which is forgotten with its end', async () => {
    const { database, pool, tracker } = open();
    const running = pool.as(asked).query('select pg_sleep($1), $2::text', [0.15, 'a']);
    await expect.poll(() => database.listLeases()[0]?.isRunning).toBe(true);
    const [lease] = database.listLeases();
    expect(lease).toMatchObject({
      origin: asked,
      statement: 'select pg_sleep(?), ?::text',
      sent: { text: 'select pg_sleep($1), $2::text', values: [0.15, 'a'] },
    });
    await running;
    expect(lease).toMatchObject({ isRunning: false, sent: undefined });
    expect(tracker.released[0]?.busyMs).toBeGreaterThan(140);
  });

  test('a storm of them leaves log-ins alone, and a declared statement keeps its lane', async () => {
    const { database, pool, tracker } = open();
    await database.query(readSession, [0]);
    const storm = Promise.allSettled(Array.from({ length: 60 }, () => pool.as(asked).query('select pg_sleep(0.4)')));
    const declared = database.query(sleepDeclared, [0.6]);
    let slowestMs = 0;
    for (let id = 0; id < 40; id += 1) {
      const startedAtMs = performance.now();
      await database.query(readSession, [id]);
      slowestMs = Math.max(slowestMs, performance.now() - startedAtMs);
      await sleep(15);
    }
    expect(slowestMs).toBeLessThan(300);
    await declared;
    expect(tracker.moves.every(({ lease }) => lease.statement === 'select pg_sleep(?)')).toBe(true);
    expect(tracker.ended.find(({ statement: name }) => name === sleepDeclared.name)?.lane).toBe('interactive');
    void storm;
  });

  test('ends at the server with its deadline, and when its caller goes away', async () => {
    const { pool } = open();
    const startedAtMs = performance.now();
    const late = pool.as({ ...asked, deadlineAtMs: startedAtMs + 120 }).query('select pg_sleep(5)');
    await expect(late).rejects.toMatchObject({ reason: 'deadline_exceeded', code: '57014' });
    const caller = new AbortController();
    const left = pool.as({ ...asked, signal: caller.signal }).query('select pg_sleep(5)');
    setTimeout(() => caller.abort(), 60);
    await expect(left).rejects.toBeInstanceOf(PoolRefusal);
    expect(performance.now() - startedAtMs).toBeLessThan(1_500);
    await expect.poll(async () => (await pool.query(countSleepers)).rows[0].count).toBe(0);
  });
});

const countSleepers = `
  select count(*)::integer as count
  from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and query like '%pg_sleep(5)%'`;

describe('a client that was taken from it', () => {
  test('is reported statement by statement, with rows and SQLSTATE, queued or not', async () => {
    const { pool, tracker } = open();
    const client = await pool.as(asked).connect();
    await client.query('select n from generate_series(1, 3) as n');
    const many = [client.query('select 1'), client.query('select 1/0'), client.query('select 1, 2')];
    await Promise.allSettled(many);
    await client.query('nonsense').catch(() => undefined);
    client.release();
    // An error is told before the server says that it is ready.
    await expect.poll(() => tracker.ended.length).toBe(5);
    expect(tracker.ended.map(({ statement: name, rows, errorCode }) => [name, rows, errorCode])).toEqual([
      ['select n from generate_series(?+) as n', 3, undefined],
      ['select ?', 1, undefined],
      ['select ?/?', 0, '22012'],
      ['select ?, ?', 1, undefined],
      ['nonsense', 0, '42601'],
    ]);
    expect(tracker.ended.every(({ origin }) => origin?.requestId === 'r-1')).toBe(true);
  });

  test('says whether it is in a transaction, and since when', async () => {
    const { database, pool } = open();
    const client = await pool.connect();
    const [lease] = database.listLeases();
    expect(lease).toMatchObject({ inTransaction: false, transactionAtMs: 0 });
    const beforeMs = performance.now();
    await client.query('begin');
    const begunAtMs = lease?.transactionAtMs ?? 0;
    expect(begunAtMs).toBeGreaterThanOrEqual(beforeMs);
    await client.query('select 1/0').catch(() => undefined);
    // The error is told before the server says that it is ready.
    await expect.poll(() => lease?.isRunning).toBe(false);
    expect(lease).toMatchObject({ inTransaction: true, transactionAtMs: begunAtMs });
    await client.query('rollback');
    expect(lease).toMatchObject({ inTransaction: false, transactionAtMs: 0 });
    client.release();
  });

  test('leaves no session state to whoever comes next', async () => {
    const { pool } = open({ maxConnections: 5 });
    const client = await pool.connect();
    const pidOf = async () => (await pool.query('select pg_backend_pid() as pid')).rows[0].pid;
    await client.query(`set search_path to nowhere`);
    const { pid } = (await client.query('select pg_backend_pid() as pid')).rows[0];
    client.release();
    expect(await pidOf()).not.toBe(pid);
    await pool.query(`set search_path to nowhere`);
    expect((await pool.query('show search_path')).rows[0].search_path).not.toContain('nowhere');
    const kept = await pidOf();
    const again = await pool.connect();
    await again.query('begin');
    await again.query('set local search_path to nowhere');
    await again.query('commit');
    again.release();
    expect(await pidOf()).toBe(kept);
  });
});

describe('two facades of one database', () => {
  test('count together', async () => {
    const { database, pool } = open();
    const other = database.pool();
    const clients = await Promise.all([pool, other, pool, other, pool].map((one) => one.connect()));
    expect([pool.totalCount, other.totalCount, activeIn(database, 'interactive')]).toEqual([5, 5, 5]);
    await expect(other.as({ deadlineMs: 50 }).query('select 1')).rejects.toMatchObject({
      reason: 'lane_wait_exceeded',
      lane: { name: 'interactive', active: 5, holders: expect.stringContaining('5 by a client') },
    });
    for (const client of clients) client.release();
  });

  test('end one by one, and the database goes on', async () => {
    const { database, pool } = open();
    const other = database.pool();
    const client = await pool.connect();
    let hasEnded = false;
    const ending = pool.end().then(() => {
      hasEnded = true;
    });
    await sleep(50);
    expect(hasEnded).toBe(false);
    client.release();
    await ending;
    await expect(pool.query('select 1')).rejects.toThrow(/after calling end/);
    expect((await other.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    expect(await database.query(readSession, [7])).toEqual([{ id: 7 }]);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClientBound, type ClientBoundOptions } from '../../main/database/client-bound.ts';
import { createDatabase, createLogger, type Database } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let target: TestDatabase;
let database: Database;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  database = createDatabase({
    connectionString: target.url,
    maxConnections: 5,
    logger: createLogger({ level: 'silent' }),
  });
  // Opening takes long on a busy machine, and is not what is measured here.
  await database.pool().query('select 1');
});
afterAll(async () => {
  await database.close();
  await target.drop();
});

test('a statement on a client ends with its request’s deadline; what cleans up is let through', async () => {
  const startedAtMs = performance.now();
  const client = await database
    .pool()
    .as({ deadlineAtMs: startedAtMs + 250 })
    .connect();
  await client.query('begin');
  await expect(client.query('select pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  await client.query('rollback');
  // Whatever else comes after the deadline does not last.
  await expect(client.query('select pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
  expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  client.release();
  expect((await database.pool().query('select 1 as a')).rows).toEqual([{ a: 1 }]);
});

test('so it does when the caller goes away', async () => {
  const caller = new AbortController();
  const client = await database.pool().as({ signal: caller.signal }).connect();
  const startedAtMs = performance.now();
  setTimeout(() => caller.abort(), 50);
  await expect(client.query('select pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
  await expect(client.query('select pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
  expect(performance.now() - startedAtMs).toBeLessThan(1_500);
  client.release();
});

test('a statement that ends in time is left alone', async () => {
  const client = await database.pool().as({ deadlineMs: 150 }).connect();
  await client.query('select pg_sleep(0.05)');
  await new Promise((resolve) => setTimeout(resolve, 150));
  client.release();
  expect((await database.pool().query('select pg_sleep(0.2), 1 as a')).rows[0]).toMatchObject({ a: 1 });
});

test('who cleans up is not hurried, however late', () => {
  const dueAtMs: number[] = [];
  const wheel = { add: (atMs: number) => dueAtMs.push(atMs), remove: () => undefined };
  const bound = new ClientBound({
    runner: { wheel, nowMs: () => 1_000 } as unknown as ClientBoundOptions['runner'],
    held: { lease: {} } as ClientBoundOptions['held'],
    deadlineAtMs: 500,
    statementMs: 30_000,
  });
  bound.began('rollback');
  expect(dueAtMs).toEqual([]);
  bound.began('select ?');
  expect(dueAtMs).toEqual([1_020]);
});

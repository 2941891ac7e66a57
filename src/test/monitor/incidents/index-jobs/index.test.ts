/** Indexes built for real: with rivals for the lock, given up half-way, and left behind by a server that died. */

import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, toProgress } from '../../../../main/database/index.ts';
import { IndexJobs } from '../../../../main/monitor/incidents/index-jobs/index.ts';
import type { NewEntry } from '../../../../main/monitor/incidents/timeline.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';

const OPERATOR = '01a2089e-473c-7793-8938-ed0f4cd8bb04';
const POLL = { timeout: 20_000, interval: 50 };
const SQL = 'create index concurrently orders_customer on public.orders (customer)';
const logger = createLogger({ level: 'silent' });

let target: TestDatabase;
let database: Database;
let client: pg.Client;
let jobs: IndexJobs;
let entries: NewEntry[];

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
  await client.query('create table public.orders (id integer primary key, customer integer)');
  await client.query('insert into public.orders select n, n % 100 from generate_series(1, 20000) n');
});

afterAll(async () => {
  await client.end();
  await database.close();
  await target.drop();
});

const createJobs = (lockTimeoutMs = 5_000) =>
  new IndexJobs({
    ...{ database, logger, clock: { nowMs: () => Date.now() }, pace: { lookEveryMs: 50, lockTimeoutMs, everyMs: 100 } },
    timeline: { note: (entry) => ({ ...entry, id: String(entries.push(entry)), at: '', by: null, details: {} }) },
  });

beforeEach(async () => {
  entries = [];
  jobs = createJobs();
  await jobs.service.start();
});

afterEach(async () => {
  await jobs.service.stop();
  await client.query('rollback');
  await client.query('drop index if exists public.orders_customer');
  await client.query('delete from aquifer_monitor.index_job');
});

const stateOf = async (id: string) => (await jobs.list()).find((job) => job.id === id);

async function isValid(): Promise<boolean | undefined> {
  const { rows } = await client.query(
    `select indisvalid from pg_index where indexrelid = to_regclass('public.orders_customer')`,
  );
  return rows[0]?.indisvalid;
}

/** A transaction that was there before: a concurrent build waits for its end. */
async function whileSomeoneReads(work: (reader: pg.Client) => Promise<void>): Promise<void> {
  const reader = new pg.Client({ connectionString: target.url });
  await reader.connect();
  await reader.query('begin isolation level repeatable read');
  await reader.query('select count(*) from public.orders');
  try {
    await work(reader);
  } finally {
    await reader.end();
  }
}

test('one that is built is valid, told of while it is, and said on the timeline with who began it', async () => {
  await whileSomeoneReads(async (reader) => {
    const { id } = await jobs.create(SQL, OPERATOR);
    await expect
      .poll(() => stateOf(id), POLL)
      .toMatchObject({ state: 'running', phase: expect.stringContaining('waiting') });
    await expect(jobs.create('create index concurrently on public.orders (id)', OPERATOR)).rejects.toMatchObject({
      code: 'index_job_running',
    });
    await reader.query('commit');
    await expect.poll(() => stateOf(id), POLL).toMatchObject({ state: 'done', share: 1, endedAt: expect.any(String) });
  });
  expect(await isValid()).toBe(true);
  expect(entries.map(({ by, kind }) => [kind, by])).toEqual([
    ['operator', OPERATOR],
    ['ddl', undefined],
  ]);
});

test('one that is given up leaves nothing behind', async () => {
  await whileSomeoneReads(async () => {
    const { id } = await jobs.create(SQL, OPERATOR);
    await expect.poll(isValid, POLL).toBe(false);
    expect(await jobs.cancel(id, OPERATOR)).toMatchObject({ state: 'running', sentence: 'It is being given up.' });
    await expect.poll(() => stateOf(id), POLL).toMatchObject({ state: 'cancelled' });
  });
  await expect.poll(isValid, POLL).toBeUndefined();
});

test('one whose lock is not had in time says why, and leaves nothing behind', async () => {
  await jobs.service.stop();
  jobs = createJobs(200);
  await jobs.service.start();
  await whileSomeoneReads(async () => {
    const { id } = await jobs.create(SQL, OPERATOR);
    await expect
      .poll(() => stateOf(id), POLL)
      .toMatchObject({
        state: 'failed',
        sentence: expect.stringContaining('a transaction is open that was there before it'),
      });
  });
  await expect.poll(isValid, POLL).toBeUndefined();
});

test('what Postgres refuses is told in its words', async () => {
  const { id } = await jobs.create('create index concurrently on public.orders (nothing)', OPERATOR);
  await expect
    .poll(() => stateOf(id), POLL)
    .toMatchObject({
      state: 'failed',
      sentence: expect.stringContaining('column "nothing" does not exist'),
    });
});

test('an invalid one of the same name, left by an attempt before, makes way', async () => {
  await client.query('create index orders_customer on public.orders (id)');
  const superuser = new pg.Client({ connectionString: target.superuserUrl });
  await superuser.connect();
  await superuser.query(`update pg_index set indisvalid = false where indexrelid = 'public.orders_customer'::regclass`);
  await superuser.end();
  const { id } = await jobs.create(SQL, OPERATOR);
  await expect.poll(() => stateOf(id), POLL).toMatchObject({ state: 'done' });
  expect(await isValid()).toBe(true);
});

test('a job whose server has died is cleared up by another', async () => {
  await client.query('create index orders_customer on public.orders (id)');
  const superuser = new pg.Client({ connectionString: target.superuserUrl });
  await superuser.connect();
  await superuser.query(`update pg_index set indisvalid = false where indexrelid = 'public.orders_customer'::regclass`);
  await superuser.end();
  const id = '01a2089e-473c-7793-8938-ed0f4cd8bb05';
  await client.query(
    `insert into aquifer_monitor.index_job
       (id, sql, schema_name, index_name, state, phase, sentence, by_user, started_at, beat_at)
     values ($1, $2, 'public', 'orders_customer', 'running', 'x', 'x', $3, now() - interval '1 hour', now() - interval '2 minutes')`,
    [id, SQL, OPERATOR],
  );
  await jobs.service.start();
  await expect
    .poll(() => stateOf(id), POLL)
    .toMatchObject({
      state: 'failed',
      sentence: 'The server that built it has ended. What it had begun was dropped.',
    });
  await expect.poll(isValid, POLL).toBeUndefined();
});

test('the share is of the phase under way', () => {
  const row = {
    ...{ phase: 'building index: scanning table', blocksDone: 5, blocksTotal: 20, tuplesDone: 0, tuplesTotal: 0 },
    ...{ lockersDone: 1, lockersTotal: 2 },
  };
  expect(toProgress(row)).toEqual({ phase: row.phase, share: 0.25 });
  expect(toProgress({ ...row, phase: 'waiting for old snapshots' }).share).toBe(0.5);
  expect(toProgress({ ...row, blocksTotal: 0 }).share).toBeNull();
});

/** Work on real indexes: made, refused, given up, tried again, taken back, left behind by a server that died, and in parts. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database } from '../../../main/database/index.ts';
import { IndexWorks, type WorkNote } from '../../../main/planner/creation/index.ts';
import type { NewWork } from '../../../main/planner/creation/work.ts';
import type { IndexWork } from '../../../main/planner/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const OPERATOR = '01a2089e-473c-7793-8938-ed0f4cd8bb04';
const POLL = { timeout: 20_000, interval: 50 };
const CREATE: NewWork = {
  ...{ kind: 'create', schema: 'public', table: 'orders', index: 'orders_customer', sizeBytes: 500_000 },
  ...{ ddl: 'create index concurrently orders_customer on public.orders (customer)', adviceId: null, undoes: null },
  steps: ['create index concurrently orders_customer on public.orders (customer)'],
  undoDdl: 'drop index concurrently public.orders_customer',
};
const logger = createLogger({ level: 'silent' });

let target: TestDatabase;
let database: Database;
let client: pg.Client;
let works: IndexWorks;
let notes: WorkNote[];
let ended: IndexWork[];
let trouble: string | null;
let freeBytes: number;

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
  await client.query('create table public.orders (id integer primary key, customer integer)');
  await client.query('insert into public.orders select n, n % 100 from generate_series(1, 5000) n');
});

afterAll(async () => {
  await client.end();
  await database.close();
  await target.drop();
});

function createWorks(lockTimeoutMs = 5_000): IndexWorks {
  return new IndexWorks({
    ...{ database, logger, clock: { nowMs: () => Date.now() } },
    pace: { lookEveryMs: 50, lockTimeoutMs, everyMs: 100, betweenMs: 50 },
    note: (entry) => void notes.push(entry),
    onEnded: async (work) => void ended.push(work),
    trouble: () => trouble,
    diskSpace: () => ({ freeBytes, totalBytes: 10 * 2 ** 30 }),
  });
}

beforeEach(async () => {
  [notes, ended, trouble, freeBytes] = [[], [], null, 5 * 2 ** 30];
  works = createWorks();
  await works.service.start();
});

afterEach(async () => {
  await works.service.stop();
  await client.query('rollback');
  await client.query('drop index if exists public.orders_customer');
  await client.query('delete from aquifer_planner.index_work');
});

const find = async ({ id }: { id: string }) => (await works.list()).find((one) => one.id === id);

async function endOf(work: IndexWork): Promise<IndexWork | undefined> {
  await expect.poll(() => ended.some(({ id }) => id === work.id), POLL).toBe(true);
  return find(work);
}

async function isValid(name = 'orders_customer'): Promise<boolean | undefined> {
  const text = 'select indisvalid from pg_index where indexrelid = to_regclass($1)';
  return (await client.query(text, [`public.${name}`])).rows[0]?.indisvalid;
}

test('an index is made, told of, and taken back; what takes it back can be taken back too', async () => {
  const work = await works.start(CREATE, OPERATOR);
  expect(work).toMatchObject({ state: 'running', by: OPERATOR, attempt: 1 });
  expect(await endOf(work)).toMatchObject({ state: 'done', share: 1, canUndo: true });
  expect(await isValid()).toBe(true);
  expect(notes.map(({ kind }) => kind)).toEqual(['operator', 'ddl']);
  await expect(works.start(CREATE, OPERATOR)).rejects.toMatchObject({ code: 'index_work_refused' });

  const undone = await endOf(await works.undo(work.id, OPERATOR));
  expect(undone).toMatchObject({ kind: 'drop', state: 'done', undoes: work.id, undoDdl: CREATE.ddl });
  expect(await isValid()).toBeUndefined();
  // Only the last of an index is taken back.
  await expect(works.undo(work.id, OPERATOR)).rejects.toMatchObject({ code: 'index_work_refused' });
  expect(await endOf(await works.undo(undone?.id ?? '', OPERATOR))).toMatchObject({ kind: 'create', state: 'done' });
});

test('nothing is begun while users are hurt, without room on the disk, or by a text that locks others out', async () => {
  trouble = 'log-ins are being refused.';
  const refusal = { code: 'users_are_hurt', message: 'Not now: log-ins are being refused.' };
  await expect(works.start(CREATE, OPERATOR)).rejects.toMatchObject(refusal);
  trouble = null;
  freeBytes = 1_000_000;
  await expect(works.start(CREATE, OPERATOR)).rejects.toMatchObject({ code: 'disk_has_no_room' });
  freeBytes = 5 * 2 ** 30;
  const texts = ['create index orders_customer on public.orders (customer)', 'drop table public.orders', 'vacuum'];
  for (const ddl of texts) {
    const asked = { ...CREATE, ddl, steps: [ddl] };
    await expect(works.start(asked, OPERATOR)).rejects.toMatchObject({ code: 'index_work_refused' });
  }
  expect(await works.list()).toEqual([]);
});

test('one at a time over all servers, and whoever is given up leaves nothing behind', async () => {
  await client.query('begin; lock table public.orders in share row exclusive mode');
  const work = await works.start(CREATE, OPERATOR);
  const other = createWorks();
  await expect(other.start({ ...CREATE, index: 'another' }, OPERATOR)).rejects.toMatchObject({
    code: 'index_work_running',
  });
  await expect(other.cancel(work.id, OPERATOR)).rejects.toMatchObject({ code: 'index_work_refused' });
  await works.cancel(work.id, OPERATOR);
  expect(await endOf(work)).toMatchObject({ state: 'cancelled', canUndo: false });
  await client.query('rollback');
  await expect.poll(() => isValid(), POLL).toBeUndefined();
  await expect(works.cancel(work.id, OPERATOR)).rejects.toMatchObject({ code: 'index_work_ended' });
  await expect(works.cancel(randomUUID(), OPERATOR)).rejects.toMatchObject({ code: 'index_work_not_found' });
});

test('a lock that was not to be had is tried for again, and then it is told why it failed', async () => {
  await works.service.stop();
  works = createWorks(50);
  await works.service.start();
  await client.query('begin; lock table public.orders in share row exclusive mode');
  const failed = await endOf(await works.start(CREATE, OPERATOR));
  expect(failed).toMatchObject({ state: 'failed', attempt: 3 });
  expect(failed?.sentence).toContain('gave up waiting for its lock');
  const second = await works.start(CREATE, OPERATOR);
  await expect.poll(async () => (await find(second))?.attempt, POLL).toBeGreaterThan(1);
  await client.query('rollback');
  // The third try may just be too late on a busy machine; then it failed as the first did.
  expect((await endOf(second))?.state).toMatch(/done|failed/);
});

test('what a server that died has left is found and ended: the index dropped where it is not valid', async () => {
  const insert = `
    insert into aquifer_planner.index_work (id, kind, schema_name, table_name, index_name, ddl, steps, size_bytes, state,
      phase, sentence, by_user, started_at, beat_at)
    values ($1, 'create', 'public', 'orders', 'orders_customer', $2, array[$2], 1, 'running', 'building index', 'It is.', $3,
      now() - interval '5 minutes', now() - interval '2 minutes')`;
  // One that finds the same twice leaves an index behind that is not valid.
  const failing = client.query('create unique index concurrently orders_customer on public.orders (customer)');
  await expect(failing).rejects.toThrow('could not create unique index');
  expect(await isValid()).toBe(false);
  const id = randomUUID();
  await client.query(insert, [id, CREATE.ddl, OPERATOR]);
  await expect.poll(async () => (await find({ id }))?.state, POLL).toBe('failed');
  expect(await isValid()).toBeUndefined();
  expect(ended).toMatchObject([{ id, state: 'failed' }]);
});

test('a partitioned table’s index is made part by part, and of one that fails nothing is left', async () => {
  await client.query(`
    create table public.visits (at date not null, page integer) partition by range (at);
    create table public.visits_now partition of public.visits for values from ('2026-01-01') to (maxvalue);
    create table public.visits_then partition of public.visits for values from (minvalue) to ('2026-01-01')`);
  const part = (name: string) => [
    `create index concurrently visits_${name}_page on public.visits_${name} (page)`,
    `alter index public.visits_page attach partition public.visits_${name}_page`,
  ];
  const steps = ['create index visits_page on only public.visits (page)', ...part('now'), ...part('then')];
  const asked = { ...CREATE, table: 'visits', index: 'visits_page', ddl: steps.join(';\n'), steps };
  const broken = [...steps.slice(0, 3), 'create index concurrently visits_then_page on public.visits_then (nothing)'];
  expect(await endOf(await works.start({ ...asked, steps: broken }, OPERATOR))).toMatchObject({ state: 'failed' });
  expect([await isValid('visits_page'), await isValid('visits_now_page')]).toEqual([undefined, undefined]);

  const undoDdl = 'drop index public.visits_page';
  const made = await endOf(await works.start({ ...asked, undoDdl }, OPERATOR));
  expect(made).toMatchObject({ state: 'done' });
  expect(await isValid('visits_page')).toBe(true);
  expect(await endOf(await works.undo(made?.id ?? '', OPERATOR))).toMatchObject({ state: 'done', undoDdl: null });
  expect(await isValid('visits_then_page')).toBeUndefined();
});

test('what is left of a partitioned table’s index is found by itself, and is in nobody’s way', async () => {
  await client.query(`
    create table public.pages (at date not null, page integer) partition by range (at);
    create table public.pages_now partition of public.pages for values from ('2026-01-01') to (maxvalue);
    create table public.pages_then partition of public.pages for values from (minvalue) to ('2026-01-01');
    insert into public.pages values ('2026-02-01', 1), ('2026-02-01', 1)`);
  const part = (name: string) => [
    `create index concurrently pages_${name}_page on public.pages_${name} (page)`,
    `alter index public.pages_page attach partition public.pages_${name}_page`,
  ];
  const steps = ['create index pages_page on only public.pages (page)', ...part('now'), ...part('then')];
  const asked = { ...CREATE, table: 'pages', index: 'pages_page', ddl: steps.join(';\n'), steps };
  const leaveInvalid = async () => {
    const failing = client.query('create unique index concurrently pages_now_page on public.pages_now (page)');
    await expect(failing).rejects.toThrow('could not create unique index');
  };
  const insert = `
    insert into aquifer_planner.index_work (id, kind, schema_name, table_name, index_name, ddl, steps, size_bytes, state,
      phase, sentence, by_user, started_at, ended_at, beat_at)
    values ($1, 'create', 'public', 'pages', 'pages_page', $2, $3, 1, $4, 'ended', 'It is.', $5,
      now() - interval '5 minutes', case when $4 = 'failed' then now() end, now() - interval '2 minutes')`;

  // The parent's is gone already, and a part of it is left.
  await leaveInvalid();
  await client.query(insert, [randomUUID(), asked.ddl, steps, 'failed', OPERATOR]);
  await expect.poll(() => isValid('pages_now_page'), POLL).toBeUndefined();

  // A server died between a part and its being attached.
  await client.query('create index pages_page on only public.pages (page)');
  await client.query('create index pages_now_page on public.pages_now (page)');
  const id = randomUUID();
  await client.query(insert, [id, asked.ddl, steps, 'running', OPERATOR]);
  await expect.poll(async () => (await find({ id }))?.state, POLL).toBe('failed');
  expect([await isValid('pages_page'), await isValid('pages_now_page')]).toEqual([undefined, undefined]);

  // Nobody has cleared up yet: it is done with the next attempt, and a part that is whole is taken.
  await works.service.stop();
  await client.query('delete from aquifer_planner.index_work');
  await client.query('create index pages_then_page on public.pages_then (page)');
  await leaveInvalid();
  expect(await endOf(await works.start(asked, OPERATOR))).toMatchObject({ state: 'done' });
  expect([await isValid('pages_page'), await isValid('pages_now_page')]).toEqual([true, true]);
});

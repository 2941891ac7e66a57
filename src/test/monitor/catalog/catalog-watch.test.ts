import pg from 'pg';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLogger, type Database } from '../../../main/database/index.ts';
import { CatalogWatch } from '../../../main/monitor/catalog/catalog-watch.ts';
import { ForgetfulCounters } from '../../../main/monitor/catalog/stored-counters.ts';
import type { IndexView, TableView } from '../../../main/monitor/samples/schema.ts';
import type { TestDatabase } from '../../support/database.ts';
import { atEndOfFile } from '../../support/end-of-file.ts';
import { HOUR_MS, MINUTE_MS, openSampleDatabase } from '../../support/samples.ts';

let database: Database;
let target: TestDatabase;
let client: pg.Client;
let nowMs = Date.UTC(2026, 10, 23, 12);

beforeAll(async () => {
  ({ database, target } = await openSampleDatabase());
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
  atEndOfFile(() => client.end());
  await client.query(`
    create schema shop;
    create table shop.orders (id int primary key, customer int not null, region int, note text);
    insert into shop.orders select i, i % 100, i % 7, repeat('x', 100) from generate_series(1, 20000) as i;
    create index orders_customer on shop.orders (customer);
    create index orders_customer_region on shop.orders (customer, region);
    create index orders_open on shop.orders (customer) where region = 1;
    create index orders_lower on shop.orders (lower(note)) where region = 1;
    create index orders_lower_too on shop.orders  ( lower( note ) )  where  (region = 1);
    create unique index orders_twice on shop.orders (id);
    create table shop.off (id int) with (autovacuum_enabled = false);
    analyze shop.orders;
  `);
});

afterEach(() => client.query('rollback'));

const createWatch = (onLook?: () => void) =>
  new CatalogWatch({
    ...{
      database,
      logger: createLogger({ level: 'silent' }),
      history: new ForgetfulCounters(),
      onLook: onLook ?? (() => undefined),
    },
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
  });

const tableOf = async (watch: CatalogWatch, name: string) =>
  (await watch.tables()).tables.find((table) => table.name === name) as TableView;
const indexOf = async (watch: CatalogWatch, name: string) =>
  (await watch.indexes()).indexes.find((index) => index.name === name) as IndexView;

describe('tables', () => {
  test('the largest first, with sizes that add up and rows as estimated', async () => {
    const watch = createWatch();
    const { at, left, tables } = await watch.tables();
    expect([at, left]).toEqual([new Date(nowMs).toISOString(), 0]);
    const sizes = tables.map(({ totalBytes }) => totalBytes);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(tables.filter(({ schema }) => /^(pg_|information_schema)/.test(schema))).toEqual([]);
    const orders = tables[0] as TableView;
    expect(orders).toMatchObject({ schema: 'shop', name: 'orders', rows: 20_000, seqScansPerHour: null });
    expect(orders.tableBytes + orders.indexBytes).toBe(orders.totalBytes);
    expect(orders.lastAnalyzeAt).not.toBeNull();
    expect(orders.frozenXidAge).toBeGreaterThan(0);
    expect((await tableOf(watch, 'off')).concerns.join()).toContain('Autovacuum is switched off');
  });

  test('what happened since an earlier look is given by the hour', async () => {
    const watch = createWatch();
    await watch.look();
    await client.query('select count(note) from shop.orders');
    await client.query('select pg_stat_force_next_flush()').catch(() => undefined);
    await client.query('update shop.orders set region = 3 where id <= 50');
    await client.query('select pg_stat_force_next_flush()').catch(() => undefined);
    await expect
      .poll(
        async () => {
          nowMs += HOUR_MS;
          return (await tableOf(watch, 'orders')).hotUpdateShare ?? -1;
        },
        { timeout: 15_000, interval: 250 },
      )
      .toBeGreaterThanOrEqual(0);
    const orders = await tableOf(watch, 'orders');
    expect(orders.writesPerHour).toBeGreaterThan(0);
    expect(orders.seqScansPerHour).toBeGreaterThan(0);
    // Scans of the time before the first look may have been counted after it.
    expect(orders.seqRowsPerScan).toBeGreaterThan(5_000);
    expect(orders.seqRowsPerScan).toBeLessThanOrEqual(20_000);
    expect(orders.indexScansPerHour).toBeGreaterThanOrEqual(0);
    expect(orders.growthBytesPerDay).toBeGreaterThanOrEqual(0);
  });

  test('a table that somebody locks against everybody is estimated, and nobody waits for it', async () => {
    nowMs += HOUR_MS;
    const watch = createWatch();
    await watch.look();
    await client.query('begin; lock table shop.orders in access exclusive mode');
    nowMs += HOUR_MS;
    const orders = await tableOf(watch, 'orders');
    // What was measured before is kept; who comes new is told the table's pages.
    expect(orders.indexBytes).toBeGreaterThan(0);
    expect(orders.tableBytes + orders.indexBytes).toBe(orders.totalBytes);
    expect(await tableOf(createWatch(), 'orders')).toMatchObject({ indexBytes: 0 });
    expect((await tableOf(createWatch(), 'orders')).totalBytes).toBeGreaterThan(1_000_000);
    expect(await watch.tables()).toMatchObject({ at: new Date(nowMs).toISOString() });
    const index = await indexOf(watch, 'orders_customer');
    expect(index.bytes).toBeGreaterThan(8_192);
    expect(index.definition).toContain('CREATE INDEX');
    expect((await indexOf(createWatch(), 'orders_customer')).definition).toBe('');
  });
});

describe('indexes', () => {
  test('each with its definition; one that another makes needless says so, and one that is needed never does', async () => {
    const watch = createWatch();
    const needless = await indexOf(watch, 'orders_customer');
    expect(needless.definition).toContain('CREATE INDEX orders_customer ON shop.orders');
    expect(needless.concerns).toEqual([
      'orders_customer_region begins with the same columns and does all that it does.',
    ]);
    expect((await indexOf(watch, 'orders_lower_too')).concerns.join()).toContain('orders_lower begins');
    for (const name of ['orders_customer_region', 'orders_open', 'orders_pkey', 'orders_lower'])
      expect((await indexOf(watch, name)).concerns).toEqual([]);
    expect(await indexOf(watch, 'orders_pkey')).toMatchObject({
      isUnique: true,
      isValid: true,
      schema: 'shop',
      table: 'orders',
    });
  });

  test('what a build left behind is told', async () => {
    const blocker = new pg.Client({ connectionString: target.url });
    await blocker.connect();
    await blocker.query('begin; insert into shop.orders values (-1, 1, 1, null)');
    await client.query(`set statement_timeout = '300ms'`);
    await expect(client.query('create index concurrently orders_note on shop.orders (note)')).rejects.toThrow();
    await client.query('reset statement_timeout');
    await blocker.end();
    nowMs += HOUR_MS;
    const left = await indexOf(createWatch(), 'orders_note');
    expect(left.isValid).toBe(false);
    expect(left.concerns.join()).toContain('a build was broken off');
  });
});

test('one look serves all who ask within a minute, also at once', async () => {
  let looks = 0;
  const watch = createWatch(() => {
    looks += 1;
  });
  await Promise.all([watch.tables(), watch.indexes(), watch.tables()]);
  nowMs += MINUTE_MS - 1;
  await watch.tables();
  expect(looks).toBe(1);
  nowMs += 2;
  await watch.tables();
  expect(looks).toBe(2);
});

test('where Postgres does not answer, the old picture is; where there is none, that is said', async () => {
  let isAway = true;
  const query = (...args: Parameters<Database['query']>) => {
    if (isAway) throw new Error('away');
    return database.query(...args);
  };
  const watch = new CatalogWatch({
    ...{ logger: createLogger({ level: 'silent' }), history: new ForgetfulCounters() },
    ...{ database: { query } as unknown as Database, clock: { nowMs: () => nowMs, monotonicMs: () => nowMs } },
  });
  expect(await watch.tables()).toEqual({ at: null, tables: [], left: 0 });
  isAway = false;
  const { at } = await watch.tables();
  isAway = true;
  nowMs += HOUR_MS;
  expect((await watch.tables()).at).toBe(at);
  expect((await watch.indexes()).indexes.length).toBeGreaterThan(10);
});

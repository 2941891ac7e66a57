import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database } from '../../../main/database/index.ts';
import { CatalogWatch } from '../../../main/monitor/incidents/catalog-watch.ts';
import type { NewEntry } from '../../../main/monitor/incidents/timeline.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const logger = createLogger({ level: 'silent' });

let target: TestDatabase;
let database: Database;
let client: pg.Client;

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
  await client.query('create table public.orders (id integer primary key, customer integer)');
  await client.query('insert into public.orders select n, n from generate_series(1, 2000) n');
});

afterAll(async () => {
  await client.end();
  await database.close();
  await target.drop();
});

function startWatch() {
  const entries: NewEntry[] = [];
  const watch = new CatalogWatch({
    ...{ database, logger, isHurried: () => true, clock: { nowMs: () => Date.now() } },
    timeline: { note: (entry) => ({ ...entry, id: String(entries.push(entry)), at: '', by: null, details: {} }) },
  });
  const look = async () => {
    entries.length = 0;
    await watch.service.runOnce();
    // Autovacuum comes when it likes.
    const ours = entries.filter(({ sentence }) => !sentence.startsWith('Autovacuum'));
    return ours.map(({ kind, sentence }) => `${kind}: ${sentence.replace(/, within the \d+ s before/, '')}`);
  };
  return { watch, look, entries };
}

test('what came, went and was changed is told, and nothing where nothing was', async () => {
  const { look } = startWatch();
  expect(await look()).toEqual([]);
  expect(await look()).toEqual([]);
  await client.query('create index orders_customer on public.orders (customer)');
  expect(await look()).toEqual(['ddl: The index public.orders_customer on orders was created.']);
  await client.query('alter table public.orders add column note text');
  expect(await look()).toEqual(['ddl: The columns of public.orders were changed.']);
  await client.query('alter table public.orders rename to parcels');
  expect(await look()).toEqual(['ddl: The table public.orders is called public.parcels now.']);
  await client.query('drop index public.orders_customer');
  expect(await look()).toEqual(['ddl: The index public.orders_customer on parcels was dropped.']);
  await client.query('alter table public.parcels rename to orders');
});

test('an ANALYZE is told at the instant at which Postgres has it, and says who took it', async () => {
  const { entries, look } = startWatch();
  await look();
  const fromMs = Date.now() - 2;
  await client.query('analyze public.orders');
  await expect
    .poll(look, { timeout: 5_000 })
    .toEqual(['analyze: ANALYZE took new statistics of public.orders: plans may change.']);
  expect(entries[0]?.atMs).toBeGreaterThanOrEqual(fromMs);
  expect(entries[0]?.atMs).toBeLessThanOrEqual(Date.now());
});

test('a change that was seen running has the instant of its statement', async () => {
  const { entries, look, watch } = startWatch();
  await look();
  const atMs = Date.now();
  watch.statementEnded({
    ...{ statement: 'create index late on public.orders (note)', lane: 'interactive', durationMs: 0, rows: 0 },
    origin: undefined,
  });
  await client.query('create index late on public.orders (note)');
  expect(await look()).toEqual(['ddl: The index public.late on orders was created.']);
  expect(Math.abs((entries[0]?.atMs ?? 0) - atMs)).toBeLessThan(2_000);
  expect(entries[0]?.details).toMatchObject({ isExact: true });
});

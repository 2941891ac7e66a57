/** What a real pg_stat_statements counts between two looks. */

import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, fingerprintOf } from '../../../main/database/index.ts';
import { AppError } from '../../../main/foundation/errors.ts';
import { ServerStatistics } from '../../../main/monitor/query-stats/server-statistics.ts';
import { StatementDirectory } from '../../../main/monitor/query-stats/statement-directory.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const AT_MS = Date.parse('2026-11-23T10:00:00Z');
const TEXT = `select count(*) as counted from shop.orders where customer = 4`;

let target: TestDatabase;
let database: Database;
let client: pg.Client;
let nowMs = 0;
const directory = new StatementDirectory();
const createStatistics = (source: Pick<Database, 'query'> = database) =>
  new ServerStatistics({ database: source, directory, nowMs: () => nowMs });

beforeAll(async () => {
  target = await createTestDatabase();
  const logger = createLogger({ level: 'silent' });
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
  await client.query('create schema shop');
  await client.query('create table shop.orders (customer integer)');
  await client.query('insert into shop.orders select n % 10 from generate_series(1, 1000) n');
});
afterAll(async () => {
  await client.end();
  await database.close();
  await target.drop();
});

const idOf = (text: string) => directory.named(fingerprintOf(text).name).id;

test('counts what was called since the last look, by other programs too, with rows and blocks', async () => {
  const statistics = createStatistics();
  await client.query(TEXT);
  expect(statistics.state.areKnown).toBe(false);
  expect(await statistics.read(AT_MS)).toEqual([]);
  expect(statistics.state).toEqual({ areKnown: true, reason: null });
  for (let call = 0; call < 3; call += 1) await client.query(TEXT);
  await client.query('begin; commit');
  const steps = await statistics.read(AT_MS + 60_000);
  const step = steps.find(({ statementId }) => statementId === idOf(TEXT));
  expect(step).toMatchObject({ isServer: true, route: '', atMs: AT_MS + 60_000, totals: { calls: 3, rows: 3 } });
  expect(step?.totals.hitBlocks).toBeGreaterThanOrEqual(3 * 4);
  expect(step?.totals.totalMs).toBeGreaterThan(0);
  const names = steps.map(({ statementId }) => directory.withId(statementId)?.name);
  expect(names).not.toContain('begin');
  const calm = await statistics.read(AT_MS + 120_000);
  expect(calm.find(({ statementId }) => statementId === idOf(TEXT))).toBeUndefined();
});

test('a statement whose counts began anew counts from there, and a long absence counts nothing', async () => {
  const statistics = createStatistics();
  for (let call = 0; call < 5; call += 1) await client.query(TEXT);
  await statistics.read(AT_MS);
  const superuser = new pg.Client({ connectionString: target.superuserUrl });
  await superuser.connect();
  await superuser.query(
    'select pg_stat_statements_reset(0, (select oid from pg_database where datname = current_database()), 0)',
  );
  await superuser.end();
  await client.query(TEXT);
  const steps = await statistics.read(AT_MS + 60_000);
  expect(steps.find(({ statementId }) => statementId === idOf(TEXT))?.totals.calls).toBe(1);
  await client.query(TEXT);
  nowMs += 3_600_000;
  expect(await statistics.read(AT_MS + 3_600_000)).toEqual([]);
});

test('says why it is not there, and finds it again', async () => {
  const superuser = new pg.Client({ connectionString: target.superuserUrl });
  await superuser.connect();
  const statistics = createStatistics();
  await superuser.query('drop extension pg_stat_statements');
  expect(await statistics.read(AT_MS)).toEqual([]);
  expect(statistics.state).toEqual({ areKnown: false, reason: expect.stringMatching(/not in this database/) });
  // In a schema of its own, and one that has to be quoted.
  await superuser.query('create schema "Odd one"; create extension pg_stat_statements schema "Odd one"');
  await superuser.query(`grant usage on schema "Odd one" to public`);
  await superuser.end();
  nowMs += 3_600_000;
  await statistics.read(AT_MS);
  await client.query(TEXT);
  const steps = await statistics.read(AT_MS + 60_000);
  expect(steps.find(({ statementId }) => statementId === idOf(TEXT))?.totals.calls).toBe(1);
  expect(statistics.state.areKnown).toBe(true);
});

test('a library that is not loaded is said, other failures are thrown', async () => {
  let code = '55000';
  const failing: Pick<Database, 'query'> = {
    query: async (asked: { name: string }) => {
      if (asked.name === 'monitor.detectStatStatements') return [{ schema: 'public', hasColumns: true }] as never;
      const cause = Object.assign(new Error('must be loaded'), { code });
      throw new AppError('internal', 'database_error', 'It failed.', { cause });
    },
  };
  const statistics = createStatistics(failing);
  expect(await statistics.read(AT_MS)).toEqual([]);
  expect(statistics.state).toEqual({ areKnown: false, reason: expect.stringMatching(/shared_preload_libraries/) });
  code = '57014';
  await expect(createStatistics(failing).read(AT_MS)).rejects.toMatchObject({ code: 'database_error' });
});

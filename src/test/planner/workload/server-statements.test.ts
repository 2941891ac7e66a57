import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionOf } from '../../../main/planner/snapshot/connection.ts';
import { readServerStatements } from '../../../main/planner/workload/server-statements.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let client: pg.Client;
let superuser: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase({ isEmpty: true });
  client = new pg.Client({ connectionString: database.url });
  superuser = new pg.Client({ connectionString: database.superuserUrl });
  await Promise.all([client.connect(), superuser.connect()]);
});
afterAll(async () => {
  await Promise.all([client.end(), superuser.end()]);
  await database.drop();
});

const read = () => readServerStatements(connectionOf(client));

test('statements have their rate and mean time, and can be read again', async () => {
  await client.query('create table seen (id integer, at timestamptz)');
  for (let turn = 0; turn < 5; turn += 1) {
    await client.query("select id from seen where id in (1, 2, 3) and at > now() - interval '1 day'");
  }
  const { countedSince, gaps, statements } = await read();
  const one = statements.find(({ text }) => text.startsWith('select id from seen'));
  expect(one?.text).toContain('::interval');
  expect(one?.callsPerDay).toBeGreaterThan(0);
  expect(one?.meanMs).toEqual(expect.any(Number));
  expect(Date.parse(countedSince ?? '')).not.toBeNaN();
  expect(statements.every(({ text }) => !text.startsWith('create'))).toBe(true);
  expect(gaps.every(({ sentence }) => sentence.includes('are hidden'))).toBe(true);
});

test('without the extension it is said that there is none', async () => {
  await superuser.query('drop extension pg_stat_statements');
  const { gaps, statements } = await read();
  expect(statements).toEqual([]);
  expect(gaps).toMatchObject([{ sentence: expect.stringContaining('is not created') }]);
});

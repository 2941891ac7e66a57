/** Who a statement is, whoever tells of it: the pool by a name, Postgres by a text of its own making. */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprintOf, statement } from '../../../main/database/index.ts';
import { StatementDirectory } from '../../../main/monitor/query-stats/statement-directory.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const declared = statement<[id: string]>({
  name: 'shop.findOrder',
  lane: 'interactive',
  deadlineMs: 1_000,
  text: `
    select name, setting
    from pg_catalog.pg_settings
    where name = $1 and setting <> 'never' and unit is null`,
});

let target: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  target = await createTestDatabase();
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await target.drop();
});

/** The text as pg_stat_statements has it. */
async function counted(text: string, values: unknown[] = []): Promise<string[]> {
  await client.query(text, values);
  const { rows } = await client.query(
    `select query from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements%'`,
  );
  return rows.map(({ query }) => query);
}

describe('a statement of the pool and the same in pg_stat_statements', () => {
  test('declared', async () => {
    const directory = new StatementDirectory();
    directory.refresh();
    const found = (await counted(declared.text, ['work_mem'])).map((text) => directory.ofText(text));
    expect(found).toContainEqual(expect.objectContaining({ id: directory.named('shop.findOrder').id, isOurs: false }));
    expect(directory.named('shop.findOrder').text).toMatch(/^select name, setting from/);
  });

  test.each([
    ['a constant', `select 1 as one where 'a' = 'b'`],
    ['true, null and a negative number', 'select true as yes, null as nothing, -5 as few where -1 < 0 or false'],
    ['a list', 'select count(*) as listed from pg_class where oid in (1, 2, 3)'],
    ['a list of one', 'select count(*) as single from pg_class where oid in (1)'],
    ['several rows', `select * from (values (1, 'a'), (2, 'b')) as pairs (number, letter)`],
    ['an interval', `select now() - interval '1 day' as yesterday, date '2026-01-01' as newyear`],
    ['is null', 'select count(*) as nameless from pg_class where relname is not null and relacl is null'],
    ['a comment and another layout', '/* route: /a */ select  count(*)\n as   laid from pg_class -- all of them'],
    ['a text longer than a name', `select ${Array.from({ length: 40 }, (_, n) => `${n} as column_${n}`).join(', ')}`],
  ])('with %s', async (_what, text) => {
    const directory = new StatementDirectory();
    const own = directory.named(fingerprintOf(text).name, 'bulk');
    const ids = (await counted(text)).map((one) => directory.ofText(one).id);
    expect(ids).toContain(own.id);
    expect(own).toMatchObject({ lane: 'bulk', isOurs: false, text: fingerprintOf(text).text });
  });

  test('has the same id when Postgres tells of it first', async () => {
    const text = 'select true as first_seen, 4 as four';
    const byServer = new StatementDirectory();
    const ids = (await counted(text)).map((one) => byServer.ofText(one).id);
    expect(ids).toContain(new StatementDirectory().named(fingerprintOf(text).name).id);
  });
});

test('names that are no SQL have no text: transactions, and clients that have run nothing yet', () => {
  const directory = new StatementDirectory();
  expect(directory.named('accounts.signUp', 'critical')).toMatchObject({ text: null, isOurs: true, lane: 'critical' });
  expect(directory.named('a client from pool.connect() for GET /a')).toMatchObject({ text: null, isOurs: false });
  expect(directory.named('Everything else').id).toBe('everything-else');
});

test('names and texts can be stored whatever an application calls its statements', () => {
  const directory = new StatementDirectory();
  const odd = directory.named('orders\0 of \uD83D');
  expect([odd.name, odd.text]).toEqual(['orders of \uFFFD', 'orders of \uFFFD']);
  expect(directory.named('orders\0 of \uD83D')).toBe(odd);
  expect(directory.named(`shop.${'x'.repeat(500)}`).name).toHaveLength(201);
});

test('is found by its id, has the lane of its last call, and is forgotten when there are too many', () => {
  const directory = new StatementDirectory();
  const { id } = directory.named('select ? as n', 'bulk');
  expect(directory.named('select ? as n', 'interactive').id).toBe(id);
  expect(directory.named('select ? as n').lane).toBe('interactive');
  expect(directory.withId(id)?.lane).toBe('interactive');
  for (let other = 0; other < 12_000; other += 1) directory.named(`select ? as column_${other}`);
  expect(directory.withId(id)).toBeUndefined();
});

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../main/accounts/index.ts';
import { listStatements, type Statement } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  // The plan must be good for every value, and a scan of a whole table is chosen only where nothing else is possible.
  await client.query('set plan_cache_mode = force_generic_plan; set enable_seqscan = off');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const ours = listStatements().filter(({ name }) => name.startsWith('accounts.'));
const named = (name: string) => ours.find((one) => one.name === name) as Statement;

async function planOf({ preparedName, text }: Statement): Promise<string> {
  const parameters = new Set(text.match(/\$\d+/g)).size;
  await client.query(`prepare ${preparedName.replaceAll('-', '_')} as ${text}`);
  const values = parameters === 0 ? '' : `(${Array(parameters).fill('null').join(', ')})`;
  const { rows } = await client.query(`explain execute ${preparedName.replaceAll('-', '_')}${values}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe('every statement of accounts', () => {
  test('is declared', () => {
    expect(ours.length).toBeGreaterThan(50);
  });

  test.each(ours.filter((one) => one.unindexedBecause === undefined).map((one) => [one.name, one] as const))(
    '%s finds its rows by an index',
    async (_name, statement) => {
      const plan = await planOf(statement);
      expect(plan).not.toContain('Seq Scan');
      // Some index would always do; it has to be one that knows the value that is looked for, or holds one row at most.
      if (/^ *Filter: .*\$\d/m.test(plan)) expect(plan).toMatch(/Index Cond: .*\$\d|one_time_tokens_first_operator/);
    },
  );

  test('every foreign key has an index that begins with it', async () => {
    const { rows } = await client.query(`
      select c.conrelid::regclass::text as table_name, c.conname
      from pg_constraint c
      where c.contype = 'f'
        and c.connamespace = 'aquifer_accounts'::regnamespace
        and not exists (
          select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
        )`);
    expect(rows).toEqual([]);
  });
});

describe('a list that has an order', () => {
  test.each(['accounts.listUsers', 'accounts.searchUsers', 'accounts.listAllSessions', 'accounts.listMails'])(
    '%s reads its index in that order and sorts nothing',
    async (name) => {
      await client.query('deallocate all; set enable_bitmapscan = off');
      expect(await planOf(named(name))).not.toContain('Sort');
    },
  );
});

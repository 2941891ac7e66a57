import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Statement } from '../../../../main/database/index.ts';
import * as queries from '../../../../main/monitor/alerts/channels/queries.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';

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

async function planOf({ preparedName, text }: Statement): Promise<string> {
  const name = preparedName.replaceAll('-', '_');
  const parameters = new Set(text.match(/\$\d+/g)).size;
  await client.query(`prepare ${name} as ${text}`);
  const values = parameters === 0 ? '' : `(${Array(parameters).fill('null').join(', ')})`;
  const { rows } = await client.query(`explain execute ${name}${values}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

// There are fifty channels and a hundred silences at the most.
test.each([queries.listDeliveries, queries.readRecentDeliveries, queries.deleteOldDeliveries, queries.deleteChannel])(
  '$name finds its rows by an index',
  async (statement) => {
    const plan = await planOf(statement as unknown as Statement);
    expect(plan).not.toContain('Seq Scan');
    expect(plan).toContain('Index Cond');
    if (statement === queries.listDeliveries) expect(plan).not.toContain('Sort');
  },
);

test('a channel that is deleted finds its deliveries by an index', async () => {
  const { rows } = await client.query(`
    select c.conname
    from pg_catalog.pg_constraint c
    where c.contype = 'f' and c.conrelid = 'aquifer_monitor.delivery'::regclass
      and not exists (select from pg_catalog.pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`);
  expect(rows).toEqual([]);
});

import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { creationSteps } from '../../../main/planner/index-advice/index-ddl.ts';
import { readTables } from '../../../main/planner/index-advice/table-facts.ts';
import { captureSnapshot } from '../../../main/planner/snapshot/capture.ts';
import { connectionOf } from '../../../main/planner/snapshot/connection.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let ground: TestDatabase;
let client: Client;
beforeAll(async () => {
  ground = await createTestDatabase({ isEmpty: true });
  client = new Client({ connectionString: ground.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await ground?.drop();
});

test('an index of a table whose partitions have partitions becomes valid without a lock on it', async () => {
  await client.query(`
    create table "Visits" (at date not null, region text not null, "Page" int) partition by range (at);
    create table visits_now partition of "Visits" for values from ('2026-01-01') to (maxvalue) partition by list (region);
    create table visits_now_eu partition of visits_now for values in ('eu');
    create table visits_now_us partition of visits_now for values in ('us');
    create table visits_then partition of "Visits" for values from (minvalue) to ('2026-01-01');
    create table visits_then_at_idx (taken int);`);
  const snapshot = await captureSnapshot(connectionOf(client));
  const table = readTables(snapshot).find('public', 'visits_now_us');
  if (!table) throw new Error('there is no such table');
  expect(table.relation.name).toBe('Visits');
  const definition = { schema: 'public', table: 'Visits', method: 'btree' as const, keys: [{ column: 'Page' }] };
  const steps = creationSteps(definition, { name: 'visits_page_idx', table, snapshot });
  expect(steps.filter((step) => step.startsWith('create index concurrently'))).toHaveLength(3);
  for (const step of steps) await client.query(step);
  const { rows } = await client.query(
    `select indexrelid::regclass::text as name, indisvalid as "isValid" from pg_index where indkey::text = '3' and indrelid in (select relid from pg_partition_tree('"Visits"')) order by 1`,
  );
  expect(rows).toHaveLength(5);
  expect(rows.filter(({ isValid }) => !isValid)).toEqual([]);
  const { rows: parts } = await client.query("select 1 from pg_partition_tree('visits_page_idx')");
  expect(parts).toHaveLength(5);
});

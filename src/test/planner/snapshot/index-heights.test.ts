import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { captureSnapshot } from '../../../main/planner/snapshot/capture.ts';
import { connectionOf } from '../../../main/planner/snapshot/connection.ts';
import { createTestDatabase } from '../../support/database.ts';

/** Of 600 bytes a key, twelve stand on a page: three levels above 250 leaves. */
const TABLE = `
  create table slips (id integer primary key, small integer not null, wide text collate "C" not null);
  alter table slips alter wide set storage plain;
  insert into slips
  select n, n % 7, (select string_agg(md5(n::text || k), '') from generate_series(1, 19) as k)
  from generate_series(1, 3000) as n;
  create index slips_wide on slips (wide desc nulls last);
  create index slips_small on slips (small) where id > 10;
  create index slips_both on slips (small, id desc);
  create table single (id integer primary key);
  insert into single select 1;
  analyze;`;

test('the planner tells how high indexes are', async () => {
  const ground = await createTestDatabase({ isEmpty: true });
  onTestFinished(() => ground.drop());
  const client = new Client({ connectionString: ground.url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(TABLE);
  await client.query('vacuum analyze slips');
  // Whatever production's own costs are.
  await client.query('set cpu_operator_cost = 0.5; set enable_indexscan = off; set random_page_cost = 40');
  const taken = await captureSnapshot(connectionOf(client));
  expect(Object.fromEntries(taken.indexes.map(({ height, name }) => [name, height]))).toEqual({
    slips_pkey: 1,
    slips_wide: 3,
    // Of a part of the rows, and of one page: guessed, or known without asking.
    slips_small: undefined,
    slips_both: 1,
    single_pkey: undefined,
  });
  expect(taken.settings.cpu_operator_cost).toBe('0.5');
  const without = await captureSnapshot(connectionOf(client), { trueEndsMs: 0 });
  expect(without.indexes.every(({ height }) => height === undefined)).toBe(true);
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { runProgram } from '../support/server-process.ts';

let ground: TestDatabase;
let folder: string;
let queries: string;
beforeAll(async () => {
  [ground, folder] = await Promise.all([
    createTestDatabase({ isEmpty: true }),
    mkdtemp(join(tmpdir(), 'aquifer-advise-')),
  ]);
  const superuser = new Client({ connectionString: ground.superuserUrl });
  await superuser.connect();
  // Where a server counts statements, those of this set-up would be a workload.
  await superuser.query('drop extension if exists pg_stat_statements');
  await superuser.end();
  const client = new Client({ connectionString: ground.url });
  await client.connect();
  await client.query(`
    create table orders (id integer primary key, customer_id integer not null, note text not null);
    insert into orders select n, n * 7919 % 10000, repeat('x', 60) || n from generate_series(1, 40000) n;
    analyze orders`);
  await client.end();
  queries = join(folder, 'queries.sql');
  await writeFile(queries, '-- name: orders.ofCustomer\nselect note from public.orders where customer_id = $1;\n');
}, 120_000);
afterAll(async () => {
  await Promise.all([ground?.drop(), rm(folder, { recursive: true, force: true })]);
});

test('says what to create, with the SQL and what it brings, and changes nothing', async () => {
  const { exitCode, stdout } = await runProgram(['advise', ground.url, '--queries', queries, '--check']);
  expect(exitCode).toBe(3);
  expect(stdout).toContain('One index would take');
  expect(stdout).toMatch(/create index concurrently orders_customer_id_idx on public\.orders \(customer_id\);/);
  expect(stdout).toMatch(/Makes orders\.ofCustomer [\d,]+ times cheaper/);
  expect(stdout).toContain('nothing was executed');
  const client = new Client({ connectionString: ground.url });
  await client.connect();
  const { rows } = await client.query("select indexname from pg_indexes where schemaname = 'public'");
  await client.end();
  expect(rows).toEqual([{ indexname: 'orders_pkey' }]);
}, 120_000);

test('advises from a statistics file without a database, as one JSON object', async () => {
  const file = join(folder, 'store.json');
  await runProgram(['snapshot', ground.url, '--out', file]);
  const { exitCode, stdout } = await runProgram(['advise', '--statistics', file, '--queries', folder, '--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    create: [{ index: { keys: [{ column: 'customer_id' }] }, statements: [{ statement: 'orders.ofCustomer' }] }],
    drop: [],
  });
}, 120_000);

test('says in one sentence what it lacks', async () => {
  const nothing = await runProgram(['advise', ground.url, '--json']);
  expect(nothing.exitCode).toBe(2);
  expect(JSON.parse(nothing.stdout).error.code).toBe('no_statements');
  await mkdir(join(folder, 'empty'), { recursive: true });
  const nowhere = await runProgram(['advise', ground.url, '--queries', join(folder, 'empty', '**', '*.sql')]);
  expect(nowhere).toMatchObject({ exitCode: 2 });
  expect(nowhere.stderr).toContain('There is no .sql, .ts or .js file at');
  const size = await runProgram(['advise', ground.url, '--budget', 'much']);
  expect(size.exitCode).toBe(2);
  expect(size.stderr).toContain('It must be a size, such as 500MB or 5GB.');
}, 120_000);

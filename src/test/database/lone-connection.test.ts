import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const logger = createLogger({ level: 'silent' });

let target: TestDatabase;
let database: Database;

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
});

afterAll(async () => {
  await database.close();
  await target.drop();
});

test('it runs one statement outside of any transaction and of any lane, and takes no second one', async () => {
  const alone = await database.openAlone('test alone');
  const { rows } = await database
    .pool()
    .query('select application_name as name from pg_stat_activity where pid = $1', [alone.pid]);
  expect(rows).toEqual([{ name: 'test alone' }]);
  expect(database.listLeases()).toEqual([]);
  await alone.run('create table public.alone (id integer)');
  await alone.run('create index concurrently on public.alone (id)');
  await expect(alone.run('select 1; select 2')).rejects.toMatchObject({ cause: { code: '42601' } });
  await expect(alone.run('select nothing')).rejects.toMatchObject({ code: 'internal', cause: { code: '42703' } });
  await alone.end();
});

test('where nobody answers it says so', async () => {
  const away = createDatabase({ connectionString: 'postgres://nobody@127.0.0.1:9/none', maxConnections: 5, logger });
  await expect(away.openAlone('test alone')).rejects.toMatchObject({ code: 'database_unavailable' });
  await away.close();
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, migrate } from '../../main/database/index.ts';
import { readMigrations } from '../../main/database/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let target: TestDatabase;
let path: string;
let folder: URL;

beforeEach(async () => {
  target = await createTestDatabase({ isEmpty: true });
  path = await mkdtemp(join(tmpdir(), 'aquifer-migrations-'));
  folder = pathToFileURL(`${path}/`);
  await write('0001-first.sql', 'create table public.first (n integer); insert into public.first values (1);');
  await write('0002-second.sql', 'alter table public.first add column m integer; select pg_sleep(0.2);');
});
afterEach(async () => {
  await target.drop();
  await rm(path, { recursive: true });
});

const write = (name: string, text: string) => writeFile(join(path, name), text);
const run = () => migrate({ connectionString: target.url, folder });

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  return (await client.query(sql).finally(() => client.end())).rows;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown) => thrown,
  );
  return error instanceof AppError ? error.code : String(error);
}

const applied = () => ask('select version, name from aquifer_database.migrations order by version');

describe('migrate', () => {
  it('applies what is new, in order, and says so', async () => {
    const lines: string[] = [];
    const result = await migrate({ connectionString: target.url, folder, onProgress: (line) => lines.push(line) });
    expect(result).toEqual({ applied: ['0001-first', '0002-second'] });
    expect(lines).toEqual(['Migrating: 0001-first', 'Migrating: 0002-second']);
    expect(await ask('select n, m from public.first')).toEqual([{ n: 1, m: null }]);
  });

  it('applies nothing twice', async () => {
    await run();
    expect(await run()).toEqual({ applied: [] });
    await write('0003-third.sql', 'create table public.third ();');
    expect(await run()).toEqual({ applied: ['0003-third'] });
  });

  it('by several servers that start at once is done once, and none of them fails', async () => {
    const results = await Promise.all([run(), run(), run(), run()]);
    expect(results.flatMap((result) => result.applied).sort()).toEqual(['0001-first', '0002-second']);
    expect(await ask('select count(*)::integer as count from public.first')).toEqual([{ count: 1 }]);
  });

  it('that fails leaves nothing of itself, keeps what came before, and can be run again', async () => {
    await write('0002-second.sql', 'create table public.second (n integer); insert into public.nowhere values (1);');
    await expect(run()).rejects.toThrow();
    expect(await applied()).toEqual([{ version: 1, name: '0001-first' }]);
    expect(await ask(`select to_regclass('public.second') as "table"`)).toEqual([{ table: null }]);
    await write('0002-second.sql', 'create table public.second (n integer);');
    expect(await run()).toEqual({ applied: ['0002-second'] });
  });

  it('refuses a database that a newer build has migrated, and changes nothing', async () => {
    await write('0003-third.sql', 'create table public.third ();');
    await run();
    await rm(join(path, '0003-third.sql'));
    await write('0004-fourth.sql', 'create table public.fourth ();');
    expect(await codeOf(run())).toBe('schema_newer');
    expect(await ask(`select to_regclass('public.fourth') as "table"`)).toEqual([{ table: null }]);
  });

  it('refuses a file that is not the one that was applied; other line ends are the same file', async () => {
    await write('0002-second.sql', 'alter table public.first\nadd column m integer;');
    await run();
    await write('0002-second.sql', 'alter table public.first\r\nadd column m integer;');
    expect(await run()).toEqual({ applied: [] });
    await write('0002-second.sql', 'alter table public.first\nadd column x integer;');
    expect(await codeOf(run())).toBe('migration_changed');
  });

  it('gives up on a table that somebody holds, rather than make everyone wait behind it', async () => {
    await write('0002-second.sql', 'select 1;');
    await run();
    const holder = new pg.Client({ connectionString: target.url });
    await holder.connect();
    await holder.query('begin; select n from public.first');
    await write('0003-third.sql', 'alter table public.first add column late integer;');
    const startedAtMs = performance.now();
    await expect(run()).rejects.toThrow(/lock timeout/);
    expect(performance.now() - startedAtMs).toBeLessThan(9_000);
    await holder.query('commit');
    await holder.end();
    expect(await run()).toEqual({ applied: ['0003-third'] });
  });

  it('passes by what is no migration', async () => {
    await write('notes.txt', 'nothing');
    await write('3-short.sql', 'select 1/0');
    await write('0003-Upper.sql', 'select 1/0');
    expect((await run()).applied).toHaveLength(2);
  });
});

describe('the build’s own migrations', () => {
  const own = new URL('../../main/database/migrations/', import.meta.url);

  it('are numbered without a gap, each number once', () => {
    const versions = readMigrations(own).map(({ version }) => version);
    expect(versions.length).toBeGreaterThan(0);
    expect(versions).toEqual(Array.from({ length: versions.length }, (_none, index) => index + 1));
  });

  it('apply to an empty database, and a second time not at all', async () => {
    const first = await migrate({ connectionString: target.url });
    expect(first.applied).toEqual(readMigrations(own).map(({ name }) => name));
    expect(await migrate({ connectionString: target.url })).toEqual({ applied: [] });
  });
});

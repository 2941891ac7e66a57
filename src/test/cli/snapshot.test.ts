import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSnapshotFile } from '../../main/planner/snapshot/snapshot-file.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { runProgram } from '../support/server-process.ts';

let ground: TestDatabase;
let folder: string;
beforeAll(async () => {
  [ground, folder] = await Promise.all([
    createTestDatabase({ isEmpty: true }),
    mkdtemp(join(tmpdir(), 'aquifer-snapshot-')),
  ]);
  const client = new Client({ connectionString: ground.url });
  await client.connect();
  await client.query(`
    create table people (id integer primary key, email text not null, nickname text, city text);
    insert into people select i, 'user' || i || '@example.com', 'nick' || i, 'city' || i from generate_series(1, 200) i;
    analyze people`);
  await client.end();
});
afterAll(async () => {
  await Promise.all([ground?.drop(), rm(folder, { recursive: true, force: true })]);
});

test('writes a file without a value that is personal, and says what it has', async () => {
  const file = join(folder, 'shop.json.gz');
  const words = ['snapshot', ground.url, '--out', file, '--hash', 'nickname', '--omit', 'people.city'];
  const { exitCode, stderr, stdout } = await runProgram(words);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(`${file}: ${ground.name}, Postgres `);
  expect(stdout).toContain('1 tables, 1 indexes');
  expect(stdout).toContain('Values of 2 columns are hashed, of 1 left out.');
  const snapshot = await readSnapshotFile(file);
  expect(JSON.stringify(snapshot)).not.toMatch(/@example\.com|nick1|city1/);
  expect(snapshot.relations[0]?.columns[0]?.statistics?.histogram?.at(-1)).toBe('200');
});

test('writes to standard output, with values where they are asked for', async () => {
  const { stdout } = await runProgram(['snapshot', '--out', '-', '--show-values'], {
    environment: { DATABASE_URL: ground.url },
  });
  expect(stdout).toContain('@example.com');
  expect(JSON.parse(stdout)).toMatchObject({ format: 1, database: ground.name });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readQueryFiles } from '../../main/cli/query-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-queries-'));
  await mkdir(join(folder, 'deep/er'), { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  const sql = (name: string) => `-- name: ${name}\nselect 1;\n`;
  await writeFile(join(folder, 'top.sql'), sql('top'));
  await writeFile(join(folder, 'deep/one.sql'), sql('one'));
  await writeFile(join(folder, 'deep/er/two.sql'), sql('two'));
  await writeFile(join(folder, 'deep/er/three.ts'), "export const three = db.query('select 3 from numbers');\n");
  await writeFile(join(folder, 'deep/notes.md'), 'select 4;');
  await writeFile(join(folder, 'node_modules/never.sql'), sql('never'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const namesAt = async (...patterns: string[]) =>
  (await readQueryFiles(patterns.map((one) => join(folder, one)))).map(({ name }) => name.replace(/.*\//, '')).sort();

test('reads a file, a folder with all below it, and what a pattern names', async () => {
  expect(await namesAt('top.sql')).toEqual(['top']);
  expect(await namesAt('')).toEqual(['one', 'three.ts:1', 'top', 'two']);
  expect(await namesAt('**/*.sql')).toEqual(['one', 'top', 'two']);
  expect(await namesAt('deep/*.sql')).toEqual(['one']);
  expect(await namesAt('deep/**/t??.sql', 'top.sql')).toEqual(['top', 'two']);
});

test('refuses a pattern that names nothing', async () => {
  await expect(namesAt('*.psql')).rejects.toMatchObject({ code: 'no_query_files' });
});

import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from '../../../main/database/embedded/index.ts';
import { ask, preparedFolder, startFor, temporaryFolder } from '../../support/embedded-folder.ts';

const isRoot = process.getuid?.() === 0;

test('a cluster of another major version is named with both versions, and left alone', async () => {
  const folder = await preparedFolder();
  const path = join(folder, 'cluster', 'PG_VERSION');
  await writeFile(path, '17\n');
  await expect(startEmbeddedPostgres({ dataDir: folder })).rejects.toMatchObject({
    code: 'embedded_version_mismatch',
    message: expect.stringMatching(/made by Postgres 17, and this Aquifer brings Postgres 18/),
  });
  expect(await readFile(path, 'utf8')).toBe('17\n');

  await writeFile(path, '18\n');
  expect((await startFor(folder)).version).toMatch(/^18/);
});

test('a file in the place of the data folder is one sentence', async () => {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, '');
  for (const dataDir of [path, join(path, 'below')]) {
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: 'embedded_data_folder_unwritable',
      message: expect.stringContaining('a file stands in its place'),
    });
  }
});

test.skipIf(isRoot)('a folder without permission is one sentence', async () => {
  const folder = await temporaryFolder();
  await chmod(folder, 0o500);
  for (const dataDir of [folder, join(folder, 'below')]) {
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: 'embedded_data_folder_unwritable',
      message: expect.stringContaining('permission denied'),
    });
  }
});

test('a port that another program holds is named', async () => {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void listener.close());
  const { port } = listener.address() as { port: number };
  await expect(startEmbeddedPostgres({ dataDir: await preparedFolder(), port })).rejects.toMatchObject({
    code: 'embedded_start_failed',
    message: expect.stringContaining(`port ${port} on 127.0.0.1 is taken`),
  });
});

test('what Postgres says against a setting is passed on, and the folder is free again', async () => {
  const dataDir = await preparedFolder();
  await expect(startEmbeddedPostgres({ dataDir, settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
    code: 'embedded_start_failed',
    message: expect.stringContaining('invalid value for parameter "shared_buffers"'),
  });
  const server = await startFor(dataDir);
  expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a cluster folder that holds something else is neither used nor deleted', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'cluster'));
  await writeFile(join(folder, 'cluster', 'letter.txt'), 'dear');
  await expect(startEmbeddedPostgres({ dataDir: folder })).rejects.toMatchObject({ code: 'embedded_start_failed' });
  expect(await readFile(join(folder, 'cluster', 'letter.txt'), 'utf8')).toBe('dear');
  await rm(join(folder, 'cluster', 'letter.txt'));
  expect((await startFor(folder)).version).toMatch(/^18/);
});

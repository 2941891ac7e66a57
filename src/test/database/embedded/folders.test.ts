import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allows, canReach, makeOpenFolder } from '../../../main/database/embedded/folders.ts';
import { temporaryFolder } from '../../support/embedded-folder.ts';

const stranger = { name: 'stranger', uid: 64_001, gid: 64_001 };
const EXECUTE = 1;

test('the owner is judged by the bits of the owner, though others may do more', () => {
  expect(allows({ uid: 64_001, gid: 0, mode: 0o611 }, stranger, EXECUTE)).toBe(false);
  expect(allows({ uid: 0, gid: 64_001, mode: 0o701 }, stranger, EXECUTE)).toBe(false);
  expect(allows({ uid: 0, gid: 0, mode: 0o701 }, stranger, EXECUTE)).toBe(true);
});

test('one closed folder on the way is enough', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'closed', 'open'), { recursive: true });
  expect(await canReach(join(folder, 'closed', 'open', 'not yet'), stranger)).toBe(true);
  await chmod(join(folder, 'closed'), 0o700);
  expect(await canReach(join(folder, 'closed', 'open'), stranger)).toBe(false);
  expect(await canReach(join(folder, 'closed', 'open'), undefined)).toBe(true);
});

test('an open folder is open whatever the mask, and one that was there keeps its mode', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'kept'), { mode: 0o750 });
  const before = process.umask(0o077);
  try {
    await makeOpenFolder(join(folder, 'kept', 'new', 'newer'));
  } finally {
    process.umask(before);
  }
  const modes = await Promise.all(['kept', 'kept/new', 'kept/new/newer'].map((path) => stat(join(folder, path))));
  expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['750', '755', '755']);
});

import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireOwnership } from '../../../main/database/embedded/ownership-lock.ts';
import { ownProcessSpace, startTimeOf } from '../../../main/database/embedded/process-identity.ts';
import { temporaryFolder } from '../../support/embedded-folder.ts';

const whileWatched = { timeout: 15_000 };

async function folderLockedBy(owner: object): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'owner.lock'), JSON.stringify(owner));
  return folder;
}

async function acquireAndRelease(folder: string): Promise<void> {
  const lock = await acquireOwnership(folder);
  const { pid } = JSON.parse(await readFile(join(folder, 'owner.lock'), 'utf8')) as { pid: number };
  expect(pid).toBe(process.pid);
  await lock.release();
}

test('a living owner keeps the folder and is named with its address', async () => {
  const folder = await temporaryFolder();
  const lock = await acquireOwnership(folder);
  await lock.announce('http://localhost:8080');
  await expect(acquireOwnership(folder)).rejects.toMatchObject({
    code: 'embedded_already_running',
    message: expect.stringContaining(`process ${process.pid} on http://localhost:8080`),
  });
  await lock.release();
  await acquireAndRelease(folder);
});

test('an owner whose number another process has now is gone', async () => {
  const space = await ownProcessSpace();
  await acquireAndRelease(await folderLockedBy({ pid: process.pid, startTime: '1', space }));
});

test('an owner from before the machine was started again is gone', async () => {
  const startTime = await startTimeOf(process.pid);
  const space = { ...(await ownProcessSpace()), boot: 'another' };
  await acquireAndRelease(await folderLockedBy({ pid: process.pid, startTime, space }));
});

test('a lock that cannot be read has no owner', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'owner.lock'), '{"pid":');
  await acquireAndRelease(folder);
});

test('an owner in another container keeps the folder for as long as it touches its lock', whileWatched, async () => {
  const space = { host: 'other', boot: 'other', namespace: 'other' };
  const folder = await folderLockedBy({ pid: 1, startTime: '1', space });
  const touching = setInterval(() => void utimes(join(folder, 'owner.lock'), new Date(), new Date()), 500);
  onTestFinished(() => clearInterval(touching));
  await expect(acquireOwnership(folder)).rejects.toMatchObject({ code: 'embedded_already_running' });
});

test('an owner in another container that no longer touches its lock is gone', whileWatched, async () => {
  const space = { host: 'other', boot: 'other', namespace: 'other' };
  await acquireAndRelease(await folderLockedBy({ pid: 1, startTime: '1', space }));
});

/** Folders, and who may enter them: what Postgres's user has to pass on its way to its programs and its data. */

import { chmod, lchown, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { cannotActAs, isRefusalToActAs } from './errors.ts';
import type { OperatingUser } from './operating-user.ts';

const EXECUTE = 1;

/** Whether every folder from the root down to this one lets the user pass; those that do not exist yet will. */
export async function canReach(folder: string, user: OperatingUser | undefined): Promise<boolean> {
  if (!user) return true;
  const root = parse(resolve(folder)).root;
  for (let step = resolve(folder); ; step = dirname(step)) {
    const found = await stat(step).catch(() => undefined);
    if (found && !allows(found, user, EXECUTE)) return false;
    if (step === root) return true;
  }
}

/** Judges the permission bits the way the kernel does for a user without further groups. */
export function allows(file: { uid: number; gid: number; mode: number }, user: OperatingUser, bit: number): boolean {
  if (file.uid === user.uid) return (file.mode & (bit << 6)) !== 0;
  if (file.gid === user.gid) return (file.mode & (bit << 3)) !== 0;
  return (file.mode & bit) !== 0;
}

/**
 * Makes a folder and those above it that are missing, one after the other: Node's own recursive way reports a
 * read-only disk as a missing file.
 * @returns those that it made, the topmost first
 */
async function makeMissing(folder: string): Promise<string[]> {
  const made: string[] = [];
  for (let step = resolve(folder); !(await isFolder(step)); step = dirname(step)) made.unshift(step);
  for (const step of made) {
    await mkdir(step).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  return made;
}

/** @throws ENOTDIR where a file stands in the place */
async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found && !found.isDirectory()) throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' });
  return found !== undefined;
}

/** A folder that everybody may enter, as are those above it which had to be made. */
export async function makeOpenFolder(folder: string): Promise<void> {
  for (const made of await makeMissing(folder)) await chmod(made, 0o755);
}

/** A folder that its maker alone may enter; one that was there keeps its mode. */
export async function makeOwnFolder(folder: string): Promise<void> {
  if ((await makeMissing(folder)).length > 0) await chmod(folder, 0o700);
}

/** A folder that belongs to the user alone, also when it was there. */
export async function makePrivateFolder(folder: string, user: OperatingUser | undefined): Promise<void> {
  await makeMissing(folder);
  await chmod(folder, 0o700);
  if (user) await giveOne(folder, user);
}

/** Gives a folder and all in it to the user; links are given, never followed. */
export async function giveTo(path: string, user: OperatingUser | undefined): Promise<void> {
  if (!user) return;
  await giveOne(path, user);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await giveTo(join(path, name), user);
}

async function giveOne(path: string, user: OperatingUser): Promise<void> {
  try {
    await lchown(path, user.uid, user.gid);
  } catch (error) {
    throw isRefusalToActAs(error) ? cannotActAs(user.name, error) : error;
  }
}

/**
 * Who runs Postgres. It refuses to run as root, so in a container, where everything is root, it is started as a lesser
 * user; then every folder on the way to its binaries and its data has to let that user pass.
 */

import { readFileSync } from 'node:fs';
import { chmod, chown, lchown, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';

export interface OperatingUser {
  name: string;
  uid: number;
  gid: number;
}

const EXECUTE = 1;
const PREFERRED_USERS = ['postgres', 'nobody'];

/** Undefined when we are no root: then Postgres runs as whoever we are. */
export function chooseOperatingUser(): OperatingUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  for (const name of PREFERRED_USERS) {
    const user = users.find((candidate) => candidate.name === name);
    if (user) return user;
  }
  return { name: 'nobody', uid: 65534, gid: 65534 };
}

/** The user who already owns a cluster goes on owning it, so that one start as root does not lock its owner out. */
export async function operatingUserOf(
  cluster: string,
  chosen: OperatingUser | undefined,
): Promise<OperatingUser | undefined> {
  if (!chosen) return undefined;
  const found = await stat(cluster).catch(() => undefined);
  if (!found || found.uid === 0) return chosen;
  const name = readUsers().find(({ uid }) => uid === found.uid)?.name ?? `user ${found.uid}`;
  return { name, uid: found.uid, gid: found.gid };
}

function readUsers(): OperatingUser[] {
  let lines: string[] = [];
  try {
    lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    // A container without the file is served by the numeric nobody.
  }
  return lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
}

/** Whether every folder from the root down to this one (or to the nearest that exists) lets the user pass. */
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

/** Makes a folder, and those above it that are missing, which everybody may enter, whatever the process's mask. */
export async function makeOpenFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let step = resolve(folder); step.length >= first.length; step = dirname(step)) await chmod(step, 0o755);
}

/** Makes a folder that belongs to the user alone. */
export async function makePrivateFolder(folder: string, user: OperatingUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  if (user) await chown(folder, user.uid, user.gid);
}

/** Gives a folder and all in it to the user; links are given, never followed. */
export async function giveTo(path: string, user: OperatingUser | undefined): Promise<void> {
  if (!user) return;
  await lchown(path, user.uid, user.gid);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await giveTo(join(path, name), user);
}

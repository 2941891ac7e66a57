/**
 * One Aquifer process owns a data folder. Its lock file says who, and a lock whose owner is gone is taken over: the
 * owner is known by process number and start time; an owner in another container, whose number means nothing here, by
 * whether it still touches the file.
 */

import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alreadyRunning } from './errors.ts';
import { isAlive, ownProcessSpace, type ProcessSpace, startTimeOf } from './process-identity.ts';

export interface OwnershipLock {
  /** Says where this process can be found, for the refusal that a second one prints. */
  announce(address: string): Promise<void>;
  release(): Promise<void>;
}

interface Owner {
  pid: number;
  startTime: string;
  space: ProcessSpace;
  address?: string;
}

const HEARTBEAT_MS = 2_000;
/** Longer than two heartbeats, so that a living owner in another container is always seen to move. */
const WATCH_MS = 5_000;
/** A file this old has no living owner, however slow its disk. */
const SURELY_STALE_MS = 60_000;
const MAX_ATTEMPTS = 5;

/** @throws AppError embedded_already_running when another living process owns the folder */
export async function acquireOwnership(folder: string): Promise<OwnershipLock> {
  const path = join(folder, 'owner.lock');
  const owner: Owner = {
    pid: process.pid,
    startTime: (await startTimeOf(process.pid)) ?? 'unknown',
    space: await ownProcessSpace(),
  };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (await createLock(path, owner)) return holdLock(path, owner);
    const found = await readFile(path, 'utf8').catch(() => undefined);
    if (found === undefined) continue;
    const holder = parseOwner(found);
    if (holder && (await isLiving(holder, path, owner.space))) throw alreadyRunning(folder, holder.pid, holder.address);
    await removeStaleLock(path, found);
  }
  throw alreadyRunning(folder, 0, undefined);
}

/** Linking makes the file appear at once with its content, or not at all when there is one already. */
async function createLock(path: string, owner: Owner): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isInteger(owner.pid) && owner.space ? owner : undefined;
  } catch {
    return undefined;
  }
}

async function isLiving(holder: Owner, path: string, here: ProcessSpace): Promise<boolean> {
  const sameHost = holder.space.host === here.host;
  if (sameHost && holder.space.boot !== here.boot) return false;
  if (sameHost && holder.space.namespace === here.namespace) {
    return isAlive(holder.pid) && (await startTimeOf(holder.pid)) === holder.startTime;
  }
  const before = await stat(path).catch(() => undefined);
  if (!before || Date.now() - before.mtimeMs > SURELY_STALE_MS) return false;
  await sleep(WATCH_MS);
  const after = await stat(path).catch(() => undefined);
  return after !== undefined && after.mtimeMs !== before.mtimeMs;
}

/** Moves the lock aside before deleting it, so that a lock which another process took meanwhile is put back. */
async function removeStaleLock(path: string, judged: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8').catch(() => judged)) !== judged) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function holdLock(path: string, owner: Owner): OwnershipLock {
  let released = false;
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A failure here shows itself elsewhere: without the folder Postgres stops too.
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    async announce(address) {
      if (released) return;
      const draft = `${path}.${process.pid}`;
      await writeFile(draft, JSON.stringify({ ...owner, address }), { mode: 0o600 });
      await rename(draft, path);
    },
    async release() {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      await rm(path, { force: true });
    },
  };
}

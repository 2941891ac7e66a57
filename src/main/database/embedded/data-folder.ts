/**
 * Where the files lie. Normally all of them are in the folder that was asked for:
 *
 *   cluster/               Postgres's own files
 *   log/                   its log, a week of it
 *   superuser.password     of the role aquifer_owner
 *   application.password   of the role aquifer
 *   owner.lock             which process is at work here
 *
 * Started as root in a folder that Postgres's user cannot reach (a checkout under /root), the folder holds only a
 * `location` file, which names the place below /var/lib/aquifer where all this is instead.
 */

import { createHash } from 'node:crypto';
import { chmod, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { dataFolderUnwritable, isRefusalToWrite, isSystemFault, reasonOf, startFailed } from './errors.ts';
import { canReach, makeOpenFolder, makeOwnFolder } from './folders.ts';
import { chooseOperatingUser, type OperatingUser, operatingUserOf } from './operating-user.ts';

export interface DataFolder {
  /** Where everything of ours lies, without symbolic links in it. */
  home: string;
  cluster: string;
  logFolder: string;
  /** Where copies of programs go. */
  programFolder: string;
  /** Who runs Postgres; undefined when that is ourselves. */
  user: OperatingUser | undefined;
}

const REACHABLE_PLACE = '/var/lib/aquifer';

/** @throws AppError embedded_data_folder_unwritable, embedded_start_failed */
export async function openDataFolder(dataDir: string, onProgress: (line: string) => void): Promise<DataFolder> {
  const asked = resolve(dataDir);
  try {
    const chosen = chooseOperatingUser();
    await (chosen ? makeOpenFolder(asked) : makeOwnFolder(asked));
    const home = await realpath((await readLocation(asked)) ?? (await chooseHome(asked, chosen, onProgress)));
    const cluster = join(home, 'cluster');
    const user = await operatingUserOf(cluster, chosen);
    await checkOwner(cluster);
    const programFolder = join(user ? REACHABLE_PLACE : home, 'programs');
    return { home, cluster, logFolder: join(home, 'log'), programFolder, user };
  } catch (error) {
    if (isRefusalToWrite(error) || isSystemFault(error)) throw dataFolderUnwritable(asked, reasonOf(error), error);
    throw error;
  }
}

/** The place that an earlier start chose, unless this folder is a copy of the one for which it was chosen. */
async function readLocation(asked: string): Promise<string | undefined> {
  const text = await readFile(join(asked, 'location'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const place = text.trim();
  const origin = await readFile(join(place, 'origin'), 'utf8').catch(() => undefined);
  if (origin === undefined) {
    throw startFailed(
      `${join(asked, 'location')} says that the database is in ${place}, where there is none: ` +
        'bring it back, or delete that file to begin with an empty database.',
    );
  }
  if (origin.trim() === asked) return place;
  const original = await readFile(join(origin.trim(), 'location'), 'utf8').catch(() => '');
  if (original.trim() === place) return undefined;
  await writeFile(join(place, 'origin'), `${asked}\n`);
  return place;
}

async function chooseHome(asked: string, chosen: OperatingUser | undefined, onProgress: (line: string) => void) {
  const user = await operatingUserOf(join(asked, 'cluster'), chosen);
  if (!user || (await canReach(asked, user))) return asked;
  if (await stat(join(asked, 'cluster')).catch(() => undefined)) {
    throw dataFolderUnwritable(asked, `the user ${user.name}, who runs Postgres, may not enter a folder above it`);
  }
  const place = await makePlace(asked, onProgress);
  await writeFile(join(place, 'origin'), `${asked}\n`);
  await writeFile(join(asked, 'location'), `${place}\n`);
  onProgress(
    `Postgres may not run as root, and its user ${user.name} cannot enter ${asked}: the database is in ${place}.`,
  );
  return place;
}

/** A new place, always: who deleted the folder with its `location` wants to begin anew, and may still regret it. */
async function makePlace(asked: string, onProgress: (line: string) => void): Promise<string> {
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  for (let number = 1; ; number++) {
    const place = join(REACHABLE_PLACE, number === 1 ? name : `${name}-${number}`);
    if (await stat(place).catch(() => undefined)) {
      onProgress(`A database of an earlier ${asked} is still in ${place}. Delete it when nobody needs it.`);
      continue;
    }
    await makeOpenFolder(place);
    return place;
  }
}

/** Postgres runs only on files of its own user; a start as root takes that user's place, any other cannot. */
async function checkOwner(cluster: string): Promise<void> {
  const ownId = process.getuid?.();
  const found = await stat(cluster).catch(() => undefined);
  if (!found || ownId === undefined || ownId === 0 || found.uid === ownId) return;
  throw dataFolderUnwritable(cluster, `it belongs to another user than ${userInfo().username}, number ${found.uid}`);
}

/** Postgres refuses a folder that others may enter, which copying or mounting it can bring about. */
export async function closeToOthers(cluster: string): Promise<void> {
  if (((await stat(cluster)).mode & 0o777) !== 0o700) await chmod(cluster, 0o700);
}

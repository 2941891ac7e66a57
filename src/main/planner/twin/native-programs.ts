/** Postgres's own programs of one major version, where this machine has them: those of npm, or those of the system. */

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries, findBinaries, type OperatingUser } from '../../database/embedded/index.ts';

const run = promisify(execFile);
/** Where a Postgres of a major version lies on Debian, on Red Hat, and by Homebrew on either kind of Mac. */
const PLACES = [
  '/usr/lib/postgresql/%/bin',
  '/usr/pgsql-%/bin',
  '/opt/homebrew/opt/postgresql@%/bin',
  '/usr/local/opt/postgresql@%/bin',
];
const EMBEDDED_COPIES = '/var/lib/aquifer/programs';

export async function findNativePrograms(
  major: number,
  user: OperatingUser | undefined,
): Promise<Binaries | undefined> {
  const wanted = String(major);
  const folders = [...PLACES.map((place) => place.replace('%', wanted)), ...(process.env.PATH ?? '').split(':')];
  for (const folder of folders) {
    const found = folder === '' ? undefined : await look(folder);
    if (found?.majorVersion === wanted) return found;
  }
  const embedded = await findBinaries({
    user,
    copyFolder: EMBEDDED_COPIES,
    onProgress: () => undefined,
  }).catch(() => undefined);
  return embedded?.majorVersion === wanted ? embedded : undefined;
}

async function look(folder: string): Promise<Binaries | undefined> {
  const postgres = join(folder, 'postgres');
  const initdb = join(dirname(postgres), 'initdb');
  try {
    await Promise.all([access(postgres, constants.X_OK), access(initdb, constants.X_OK)]);
    const { stdout } = await run(postgres, ['--version']);
    const version = /(\d+)(\.\d+)?/.exec(stdout)?.[0];
    return version ? { initdb, postgres, version, majorVersion: version.split('.')[0] ?? version } : undefined;
  } catch {
    return undefined;
  }
}

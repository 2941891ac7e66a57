/** Finds the embedded Postgres that a running Aquifer has started, so that a command beside it can use the same one. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataFolder } from './data-folder.ts';
import { APPLICATION_ROLE, readPassword } from './passwords.ts';
import { isPostgresOf } from './process-identity.ts';
import { DATABASE } from './roles.ts';

const PID_LINE = 0;
const PORT_LINE = 3;

/** The application role's connection string; null when no server runs in the folder. */
export async function findRunningPostgres(dataDir: string): Promise<string | null> {
  const folder = await openDataFolder(dataDir, () => undefined);
  const text = await readFile(join(folder.cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[PID_LINE] ?? '', 10);
  const port = Number.parseInt(lines[PORT_LINE] ?? '', 10);
  const password = await readPassword(folder.home, 'application.password');
  if (!(pid > 0 && port > 0) || !password || !(await isPostgresOf(pid, folder.cluster))) return null;
  return `postgres://${APPLICATION_ROLE}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/** The two roles' passwords: random, made once, kept in files that only their owner may read. */

import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const SUPERUSER = 'aquifer_owner';
export const APPLICATION_ROLE = 'aquifer';

export type PasswordFile = 'superuser.password' | 'application.password';

/** Letters, digits, `-` and `_` only, so that it stands in a URL and in SQL as it is. */
export function createPassword(): string {
  return randomBytes(32).toString('base64url');
}

export async function readPassword(home: string, file: PasswordFile): Promise<string | undefined> {
  try {
    return (await readFile(join(home, file), 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** On the disk when this resolves: the password must not be younger than what it opens. */
export async function writePassword(home: string, file: PasswordFile, password: string): Promise<void> {
  const path = join(home, file);
  const draft = `${path}.draft`;
  await rm(draft, { force: true });
  await writeFile(draft, `${password}\n`, { flag: 'wx', mode: 0o600, flush: true });
  await rename(draft, path);
}

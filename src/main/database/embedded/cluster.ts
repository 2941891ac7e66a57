/** Postgres's own files: made once by initdb beside their place and moved there whole, checked at every later start. */

import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries, runAs } from './binaries.ts';
import { closeToOthers, type DataFolder } from './data-folder.ts';
import { cannotActAs, isRefusalToActAs, startFailed, versionMismatch } from './errors.ts';
import { giveTo, makePrivateFolder } from './folders.ts';
import { createPassword, readPassword, SUPERUSER, writePassword } from './passwords.ts';

const run = promisify(execFile);
const DRAFT_PREFIX = 'cluster.new-';

export interface ClusterOptions {
  folder: DataFolder;
  binaries: Binaries;
  onProgress: (line: string) => void;
}

/**
 * Resolves with the superuser's password when there is a cluster of the right version that Postgres will accept.
 * @throws AppError embedded_version_mismatch, embedded_start_failed
 */
export async function ensureCluster({ folder, binaries, onProgress }: ClusterOptions): Promise<string> {
  const { home, cluster, user } = folder;
  const found = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  const known = await readPassword(home, 'superuser.password');
  if (found === undefined) {
    const password = known ?? createPassword();
    if (!known) await writePassword(home, 'superuser.password', password);
    onProgress(`Creating the database in ${home}. This happens once.`);
    await createCluster(folder, binaries, password);
    return password;
  }
  if (found.trim() !== binaries.majorVersion) throw versionMismatch(home, found.trim(), binaries.majorVersion);
  await closeToOthers(cluster);
  if (user && (await stat(cluster)).uid !== user.uid) await giveTo(cluster, user);
  if (known) return known;
  onProgress(`The superuser's password file is missing in ${home}; a new one is set.`);
  return resetPassword(folder, binaries);
}

async function createCluster({ home, cluster, user }: DataFolder, binaries: Binaries, password: string): Promise<void> {
  await removeDrafts(home);
  const draft = join(home, DRAFT_PREFIX + process.pid);
  await makePrivateFolder(draft, user);
  const target = join(draft, 'cluster');
  const passwordFile = join(draft, 'password');
  await writeFile(passwordFile, password, { flag: 'wx', mode: 0o600 });
  await giveTo(passwordFile, user);
  try {
    await run(binaries.initdb, initArguments(target, passwordFile), {
      cwd: draft,
      ...runAs(user),
    });
    await rename(target, cluster);
  } catch (error) {
    if (user && isRefusalToActAs(error)) throw cannotActAs(user.name, error);
    throw startFailed(`${basename(binaries.initdb)} failed (${describeFailure(error)}).`, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function initArguments(target: string, passwordFile: string): string[] {
  return [
    `--pgdata=${target}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Postgres's own rules for letters: the same order on every machine and after every upgrade of the system.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ];
}

/** What a start that was interrupted left behind; the ownership lock says that nobody is at work on it. */
async function removeDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith(DRAFT_PREFIX)) await rm(join(home, name), { recursive: true, force: true });
  }
}

/** Sets a new superuser password with the server in single-user mode, which asks for none. */
async function resetPassword({ home, cluster, user }: DataFolder, binaries: Binaries): Promise<string> {
  const password = createPassword();
  const child = spawn(binaries.postgres, ['--single', '-D', cluster, 'postgres'], {
    cwd: home,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...runAs(user),
  });
  child.stdin.end(`alter role ${SUPERUSER} password '${password}'\n`);
  const exitCode = await new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  if (exitCode !== 0) throw startFailed(`the superuser's password could not be set in ${cluster}.`);
  await writePassword(home, 'superuser.password', password);
  return password;
}

/** initdb's own words where it had any: the first complaint, since the others follow from it. */
function describeFailure(thrown: unknown): string {
  const { stderr = '', code, message } = thrown as { stderr?: string; code?: unknown; message?: string };
  const complaint = stderr
    .split('\n')
    .find((line) => /(FATAL|PANIC|ERROR|initdb: error|error while loading):? /.test(line));
  if (complaint) return complaint.replace(/^.*?(FATAL|PANIC|ERROR|initdb: error): +/, '').trim();
  if (code === 'ENOENT')
    return 'it needs the GNU C library, which Alpine Linux does not have; set DATABASE_URL instead';
  return message ?? String(code);
}

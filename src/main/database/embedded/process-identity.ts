/**
 * Which process a number means. The system uses process numbers again, so a number from a file is believed only
 * together with the moment at which that process began, or with the folder in which it works.
 */

import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Field 22 of /proc/<pid>/stat, counted from the first field after the command's closing bracket. */
const START_TIME_FIELD = 19;

/** Whether a process with this number exists, be it ours or another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** An opaque text that differs between two processes which had the same number; undefined when there is none. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'win32') return 'unknown';
  try {
    if (process.platform !== 'linux') return (await run('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim();
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie is dead for our purposes: it holds no file and no lock.
    return fields[0] === 'Z' ? undefined : fields[START_TIME_FIELD];
  } catch {
    return undefined;
  }
}

/**
 * Whether this process is the Postgres of the given folder. A postmaster works in its data folder and was started with
 * its path; the first cannot be read across users in a container that lacks the right to trace, so either will do.
 */
export async function isPostgresOf(pid: number, cluster: string): Promise<boolean> {
  if ((await startTimeOf(pid)) === undefined) return false;
  if (process.platform === 'linux') {
    const [command, folder, line] = await Promise.all([
      readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => undefined),
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    ]);
    return command.trim() === 'postgres' && (folder ?? line.split('\0')[2]) === cluster;
  }
  if (process.platform === 'win32') {
    const { stdout } = await run('tasklist', ['/fi', `PID eq ${pid}`, '/fo', 'csv', '/nh']).catch(() => ({
      stdout: '',
    }));
    return stdout.includes('postgres.exe');
  }
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  const [program = ''] = stdout.trim().split(' ');
  return basename(program) === 'postgres' && stdout.includes(cluster);
}

/** Where process numbers have their meaning: this machine, this boot, this container. */
export interface ProcessSpace {
  host: string;
  boot: string;
  namespace: string;
}

export async function ownProcessSpace(): Promise<ProcessSpace> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return { host: hostname(), boot: boot.trim(), namespace };
}

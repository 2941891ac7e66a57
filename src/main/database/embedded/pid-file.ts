/**
 * What Postgres says of itself in postmaster.pid, and what to do with the file when we find it before the start: a
 * server that outlived its Aquifer is stopped, a file whose server is gone is deleted.
 */

import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFailed } from './errors.ts';
import { isPostgresOf } from './process-identity.ts';

const PID_LINE = 0;
const STATUS_LINE = 7;
const POLL_MS = 20;
const FAST_STOP_LIMIT_MS = 60_000;
const IMMEDIATE_STOP_LIMIT_MS = 10_000;

export async function readPidFile(cluster: string): Promise<{ pid: number; isReady: boolean } | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[PID_LINE] ?? '', 10);
  return pid > 0 ? { pid, isReady: lines[STATUS_LINE]?.trim() === 'ready' } : { pid: 0, isReady: false };
}

/**
 * Leaves the cluster without a server and without its traces.
 * @throws AppError embedded_start_failed when a server that was left over does not stop
 */
export async function clearLeftOvers(cluster: string, onProgress: (line: string) => void): Promise<void> {
  const found = await readPidFile(cluster);
  if (found && (await isPostgresOf(found.pid, cluster))) {
    onProgress('An earlier run ended without stopping its Postgres; stopping it now. Nothing is lost.');
    await stopLeftOver(found.pid, cluster);
  }
  await rm(join(cluster, 'postmaster.pid'), { force: true });
  for (const name of await readdir(cluster).catch(() => [])) {
    if (name.startsWith('.s.PGSQL.')) await rm(join(cluster, name), { force: true });
  }
}

async function stopLeftOver(pid: number, cluster: string): Promise<void> {
  for (const [signal, limitMs] of [
    ['SIGINT', FAST_STOP_LIMIT_MS],
    ['SIGQUIT', IMMEDIATE_STOP_LIMIT_MS],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw startFailed(`process ${pid}, a Postgres of an earlier run, cannot be stopped by this user.`, error);
    }
    for (const end = Date.now() + limitMs; Date.now() < end; await sleep(POLL_MS)) {
      if (!(await isPostgresOf(pid, cluster))) return;
    }
  }
  throw startFailed(`process ${pid}, a Postgres of an earlier run, does not stop.`);
}

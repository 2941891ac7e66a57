/** How long a start takes, first and second, and what the server holds in memory when nobody asks for anything. */

import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChildServer } from './support/child-server.ts';
import { median } from './support/paired-rounds.ts';

const STARTS = 5;
const IDLE_MS = 10_000;
const KB_PER_MB = 1024;

const folder = await mkdtemp(join(tmpdir(), 'aquifer-bench-'));
// As root, Postgres runs as another user, who has to get in; otherwise its data would be put elsewhere.
await chmod(folder, 0o755);
const start = async () => {
  const startedAt = performance.now();
  const environment = { AQUIFER_DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'error' };
  const server = await startChildServer(
    new URL('../main/cli/main.js', import.meta.url),
    ['start', '--json'],
    environment,
  );
  return { server, tookMs: performance.now() - startedAt };
};

try {
  const first = await start();
  await first.server.stop();
  console.log(`First start, with a new database: ${(first.tookMs / 1000).toFixed(2)} s`);
  const tookMs: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    const again = await start();
    tookMs.push(again.tookMs);
    if (round === STARTS - 1) {
      await sleep(IDLE_MS);
      const { node, postgres } = await readMemory(again.server.pid);
      console.log(
        `Idle memory: Node ${node.toFixed(0)} MB, Postgres ${postgres.toFixed(0)} MB (its own, and what its processes share once)`,
      );
    }
    await again.server.stop();
  }
  console.log(`Later starts: median ${(median(tookMs) / 1000).toFixed(2)} s of ${STARTS}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** What each process has to itself, and what Postgres's processes share, once. */
async function readMemory(serverPid: number): Promise<{ node: number; postgres: number }> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  let ownKb = 0;
  let sharedKb = 0;
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const isOurs = command.includes(folder) || (/^postgres:/.test(command) && (await isBelow(pid, folder)));
    if (!isOurs || Number(pid) === serverPid) continue;
    const { anonymousKb, mappedKb } = await readStatus(pid);
    ownKb += anonymousKb;
    sharedKb = Math.max(sharedKb, mappedKb);
  }
  const server = await readStatus(String(serverPid));
  return { node: (server.anonymousKb + server.mappedKb) / KB_PER_MB, postgres: (ownKb + sharedKb) / KB_PER_MB };
}

async function isBelow(pid: string, place: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const parent = /PPid:\s+(\d+)/.exec(status)?.[1] ?? '';
  return (await readFile(`/proc/${parent}/cmdline`, 'utf8').catch(() => '')).includes(place);
}

async function readStatus(pid: string): Promise<{ anonymousKb: number; mappedKb: number }> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { anonymousKb: kilobytes('RssAnon'), mappedKb: kilobytes('RssFile') + kilobytes('RssShmem') };
}

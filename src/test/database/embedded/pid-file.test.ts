import { type ChildProcess, spawn } from 'node:child_process';
import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from '../../../main/database/embedded/index.ts';
import { startTimeOf } from '../../../main/database/embedded/process-identity.ts';
import { type CompiledProgram, compileProgram } from '../../support/compile.ts';
import { ask, preparedFolder, startFor } from '../../support/embedded-folder.ts';

let program: CompiledProgram;

beforeAll(async () => {
  program = await compileProgram(new URL('./owner-process.ts', import.meta.url));
});

afterAll(() => program.remove());

async function startOwner(dataDir: string): Promise<{ child: ChildProcess; url: string; port: number }> {
  const child = spawn(process.execPath, [program.path, dataDir], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk)));
    child.once('exit', (code) => reject(new Error(`the owner ended with ${code}`)));
  });
  return { child, ...(JSON.parse(line) as { url: string; port: number }) };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function postmasterOf(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8'), 10);
}

/** Writes row after row, each acknowledged, until the connection breaks. */
async function writeUntilCut(url: string): Promise<() => number> {
  await ask(url, 'create table public.written (number integer primary key)');
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  let acknowledged = 0;
  const run = async () => {
    for (;;) {
      await client.query('insert into public.written (number) values ($1)', [acknowledged + 1]);
      acknowledged += 1;
    }
  };
  void run().catch(() => undefined);
  while (acknowledged < 200) await new Promise((resolve) => setTimeout(resolve, 5));
  return () => acknowledged;
}

test('killing the owner leaves a Postgres that the next start replaces, and no acknowledged row is lost', async () => {
  const folder = await preparedFolder();
  const { child, url } = await startOwner(folder);
  const acknowledged = await writeUntilCut(url);
  await kill(child);
  const orphan = await postmasterOf(folder);
  expect(await startTimeOf(orphan)).toBeDefined();

  const lines: string[] = [];
  const next = await startFor(folder, (line) => lines.push(line));
  expect(await startTimeOf(orphan)).toBeUndefined();
  expect(lines).toEqual([expect.stringContaining('An earlier run ended without stopping its Postgres')]);
  const [found] = await ask<{ count: number }>(next.url, 'select count(*)::integer as count from public.written');
  expect(found?.count).toBeGreaterThanOrEqual(acknowledged());
});

test('killing both, as a power failure does, loses no acknowledged row either', async () => {
  const folder = await preparedFolder();
  const { child, url } = await startOwner(folder);
  const acknowledged = await writeUntilCut(url);
  process.kill(await postmasterOf(folder), 'SIGKILL');
  await kill(child);

  const next = await startFor(folder);
  const [found] = await ask<{ count: number }>(next.url, 'select count(*)::integer as count from public.written');
  expect(found?.count).toBeGreaterThanOrEqual(acknowledged());
});

test('an owner that lives is not disturbed: the second start is refused and says who it is', async () => {
  const folder = await preparedFolder();
  const { child, url } = await startOwner(folder);
  await expect(startEmbeddedPostgres({ dataDir: folder })).rejects.toMatchObject({
    code: 'embedded_already_running',
    message: expect.stringContaining(`process ${child.pid}`),
  });
  expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await kill(child);
  await (await startEmbeddedPostgres({ dataDir: folder })).stop();
});

test('of two starts at once one wins and the other is refused', async () => {
  const folder = await preparedFolder();
  const outcomes = await Promise.allSettled([startOwner(folder), startFor(folder)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a stale postmaster.pid whose number now belongs to another program does not stop the start', async () => {
  const folder = await preparedFolder();
  const path = join(folder, 'cluster', 'postmaster.pid');
  const { uid, gid } = await stat(join(folder, 'cluster'));
  // Of the same user as Postgres, which is the case that Postgres itself cannot tell from a living server.
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore', ...(process.getuid?.() === 0 ? { uid, gid } : {}) });
  onTestFinished(() => void bystander.kill('SIGKILL'));
  await writeFile(path, `${bystander.pid}\n${folder}/cluster\n1700000000\n5432\n\n127.0.0.1\n  1234  5\nready   \n`);
  await chown(path, uid, gid);

  const server = await startFor(folder);
  expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await startTimeOf(bystander.pid ?? 0)).toBeDefined();
});

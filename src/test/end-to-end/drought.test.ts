/** `npm run drought` as a person runs it, as short as it can be: both servers, one kind, a small table. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { DroughtResult } from '../../bench/drought/result.ts';
import { serverFolder } from '../support/server-process.ts';

/** What scripts/drought.js runs once it has built; npm test has. */
const PROGRAM = fileURLToPath(new URL('../../../dist/bench/drought/main.js', import.meta.url));
const SHORT = ['--kind', 'lock', '--phases', '1,3,1', '--orders-max', '20000'];
/** Half a minute on a machine with nothing else to do. */
const LIMIT_MS = 180_000;

interface Running {
  child: ChildProcess;
  printed(): string;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
}

function runDrought(folder: string, given: readonly string[]): Running {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run npm test, or npm run drought -- --help first.`);
  const child = spawn(process.execPath, [PROGRAM, ...given], {
    // Nothing of the tests' own environment: Vitest sets BASE_URL.
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk));
  return { child, printed: () => printed, ended: once(child, 'close').then(([code]) => code as number | null) };
}

test('both servers go through it, and the figures of each are written', { timeout: LIMIT_MS }, async () => {
  const folder = await serverFolder();
  const { ended, printed } = runDrought(folder, SHORT);
  // 2 where a goal was missed: a busy machine must not make this test fail.
  const exitCode = await ended;
  expect([0, 2], printed()).toContain(exitCode);
  expect(printed()).toMatch(/LOCK +The ordinary way +Aquifer/);
  expect((await readdir(folder)).sort()).toEqual(['drought-report.html', 'drought-report.json']);
  const result = JSON.parse(await readFile(join(folder, 'drought-report.json'), 'utf8')) as DroughtResult;
  expect(result.runs.map(({ server, kind }) => [server, kind])).toEqual([
    ['ordinary', 'lock'],
    ['aquifer', 'lock'],
  ]);
  for (const { figures, connections } of result.runs) {
    expect(figures.read.calm).toMatchObject({ failed: 0 });
    expect(figures.read.calm.count).toBeGreaterThan(50);
    expect(figures.reports.asked).toBeGreaterThan(3);
    expect(figures.connections.heldMost).toBeGreaterThan(1);
    expect(connections.length).toBeGreaterThan(5);
  }
  const [ordinary, aquifer] = result.runs;
  expect(ordinary?.naming).toBeNull();
  expect(aquifer?.naming).not.toBeNull();
  expect(await readFile(join(folder, 'drought-report.html'), 'utf8')).toMatch(/^<!doctype html>/);
});

test('Ctrl-C ends it in words, and leaves no file and no process', { timeout: LIMIT_MS }, async () => {
  const folder = await serverFolder();
  const { child, ended, printed } = runDrought(folder, SHORT);
  await expect.poll(printed, { timeout: LIMIT_MS / 2 }).toMatch(/The ordinary way: drought, 3 s/);
  child.kill('SIGINT');
  const exitCode = await ended;
  expect(exitCode, printed()).toBe(130);
  expect(printed()).toMatch(/Stopped\. No server, no Postgres and no temporary folder is left/);
  expect(await readdir(folder)).toEqual([]);
});

test('what cannot be meant is said, with exit code 1', { timeout: LIMIT_MS }, async () => {
  const { ended, printed } = runDrought(await serverFolder(), ['--kind', 'flood']);
  expect(await ended).toBe(1);
  expect(printed()).toMatch(/--kind must be sleep, cpu, lock, and it is flood\./);
});

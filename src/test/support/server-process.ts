/** The built product as a user runs it: `aquifer` in a process of its own, which a test can stop, kill and read. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { clearLeftOvers, readPidFile } from '../../main/database/embedded/pid-file.ts';
import { isPostgresOf } from '../../main/database/embedded/process-identity.ts';
import { findFreePort } from './free-port.ts';

export const PROGRAM = fileURLToPath(new URL('../../../dist/main/cli/main.js', import.meta.url));
export const CONSOLE_PAGE = fileURLToPath(new URL('../../../dist/console/index.html', import.meta.url));

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;

export interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ProcessOptions {
  environment?: Record<string, string> | undefined;
  /** The working folder; one without a .env file when left out. */
  folder?: string;
  uid?: number;
  /** Another program than the build of this repository. */
  program?: string;
  input?: string;
}

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** The link that makes the first operator, if it printed one. */
  readonly setupLink: string | undefined;
  readonly startUpMs: number;
  /** All that it has printed so far, both streams. */
  printed(): string;
  /** Signals, and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Fails in words when nothing has been built; a stale build is the business of whoever runs Vitest by hand. */
export function requireBuild(): void {
  for (const path of [PROGRAM, CONSOLE_PAGE]) {
    if (!existsSync(path)) throw new Error(`${path} is missing: run npm test, or npm run build first.`);
  }
}

/** A folder below the system's temporary one which any user may enter; what is left in it at the end is stopped. */
export async function serverFolder(onEnd: AtEnd = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-server-'));
  await chmod(folder, 0o755);
  onEnd(async () => {
    await clearLeftOvers(join(folder, 'data', 'cluster'), () => undefined);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Whether a Postgres runs on the data folder of a server folder. */
export async function hasPostgres(folder: string): Promise<boolean> {
  const cluster = join(folder, 'data', 'cluster');
  const found = await readPidFile(cluster);
  return found !== undefined && (await isPostgresOf(found.pid, cluster));
}

/** When something is put away: `onTestFinished`, or `atEndOfFile`. */
type AtEnd = (work: () => Promise<void>) => void;

interface Running {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  ended: Promise<Ended>;
}

function launch(words: readonly string[], options: ProcessOptions): Running {
  const { environment = {}, folder = tmpdir(), uid, program = PROGRAM, input } = options;
  if (program === PROGRAM) requireBuild();
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    // Nothing of the tests' own environment reaches it: no setting, no NODE_OPTIONS.
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  // A run of tests that is broken off takes its servers along; they stop their own Postgres.
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  // A command that reads no input may have closed it before this arrives.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      process.off('exit', stop);
      resolve({ exitCode, signal, ...output });
    });
  });
  return { child, output, ended };
}

/** Runs a command to its end; one that has none is asked to stop when its output matches `endWhen`. */
export function runProgram(
  words: readonly string[],
  { endWhen, ...options }: ProcessOptions & { endWhen?: RegExp } = {},
): Promise<Ended> {
  const { child, output, ended } = launch(words, options);
  if (endWhen) child.stdout?.on('data', () => endWhen.test(output.stdout) && child.kill('SIGTERM'));
  return ended;
}

/** The settings of a server of its own in a folder: embedded Postgres, a free port. */
export async function settingsFor(folder: string): Promise<Record<string, string>> {
  return { PORT: String(await findFreePort()), AQUIFER_DATA_DIR: join(folder, 'data'), HASH_THREADS: '1' };
}

/** Starts a server and waits until it says where it is. What still runs when the test has ended is killed. */
export async function startServer(options: ProcessOptions, onEnd: AtEnd = onTestFinished): Promise<ServerProcess> {
  const startedAtMs = performance.now();
  const { child, output, ended } = launch(['start'], options);
  onEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const isOver = ended.then(() => true);
  const printed = () => output.stdout + output.stderr;
  for (const deadline = Date.now() + START_LIMIT_MS; !/Ctrl-C stops it/.test(output.stdout); ) {
    const hasEnded = await Promise.race([isOver, sleep(10).then(() => false)]);
    if (hasEnded || Date.now() > deadline) throw new Error(`the server did not start:\n${printed()}`);
  }
  return {
    url: /Open +(\S+)/.exec(output.stdout)?.[1] ?? '',
    pid: child.pid ?? 0,
    setupLink: /^ +(http\S+\/setup#token=\S+)$/m.exec(output.stdout)?.[1],
    startUpMs: performance.now() - startedAtMs,
    printed,
    async end(signal) {
      child.kill(signal);
      const limit = new AbortController();
      const late = sleep(STOP_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
      const result = await Promise.race([ended, late]);
      limit.abort();
      if (!result) throw new Error(`the server did not end within ${STOP_LIMIT_MS} ms:\n${printed()}`);
      return result;
    },
  };
}

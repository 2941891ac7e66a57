/**
 * The running server. It gets a session of its own, so that a Ctrl-C at the terminal reaches only us and we stop it
 * when our last statement has ended; and it writes to files, never to us, so that it outlives us undamaged.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, runAs } from './binaries.ts';
import type { DataFolder } from './data-folder.ts';
import { cannotActAs, isRefusalToActAs, reasonOf, startFailed, unsupportedPlatform } from './errors.ts';
import { giveTo } from './folders.ts';
import { readPidFile } from './pid-file.ts';
import { failureText, markLog, newLogText, shortFailure } from './server-log.ts';

export interface UnexpectedExit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** The end of Postgres's log, for a person. */
  logTail: string;
}

export interface Postmaster {
  pid: number;
  port: number;
  stop(): Promise<void>;
  onUnexpectedExit(listener: (exit: UnexpectedExit) => void): void;
}

export interface PostmasterOptions {
  folder: DataFolder;
  binaries: Binaries;
  /** Undefined: any that is free. */
  port: number | undefined;
  /** Further settings, which override those of the files. */
  settings: Record<string, string>;
  onProgress: (line: string) => void;
}

const POLL_MS = 15;
/** Recovery after a crash replays at most about a gigabyte of log, which takes minutes on the slowest disks. */
const START_LIMIT_MS = 15 * 60_000;
const PROGRESS_EVERY_MS = 10_000;
/** The last children of a server that was killed notice its death within a second or two. */
const REMNANT_LIMIT_MS = 15_000;
const MAX_PORT_ATTEMPTS = 5;
/** A fast shutdown rolls everything back and writes a checkpoint, up to shared_buffers' worth of pages. */
const FAST_STOP_LIMIT_MS = 30_000;
const IMMEDIATE_STOP_LIMIT_MS = 10_000;

/** @throws AppError embedded_start_failed, with what Postgres itself said */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const startedAt = Date.now();
  for (let portAttempts = 1; ; ) {
    const port = options.port ?? (await findFreePort());
    const outcome = await launch(options, port);
    if (typeof outcome !== 'string') return outcome;
    if (/shared memory block .*still in use/.test(outcome) && Date.now() - startedAt < REMNANT_LIMIT_MS) {
      await sleep(250);
    } else if (/Address already in use/.test(outcome)) {
      if (options.port !== undefined) throw startFailed(`port ${port} on 127.0.0.1 is taken by another program.`);
      if (++portAttempts > MAX_PORT_ATTEMPTS) throw startFailed('no free port was found on 127.0.0.1.');
    } else {
      throw startFailed(`${shortFailure(outcome)} Its log is in ${options.folder.logFolder}.`);
    }
  }
}

/** Resolves with the server when it takes connections, or with what it said when it ended instead. */
async function launch(options: PostmasterOptions, port: number): Promise<Postmaster | string> {
  const { folder, onProgress } = options;
  const logMark = await markLog(folder.logFolder);
  const child = await spawnServer(options, port);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = Date.now() + START_LIMIT_MS;
  let nextProgress = Date.now() + PROGRESS_EVERY_MS;
  while (!hasEnded(child)) {
    const written = await readPidFile(folder.cluster);
    if (written?.pid === child.pid && written?.isReady) return supervise(child, ended, options, port);
    if (Date.now() > deadline) {
      child.kill('SIGQUIT');
      await ended;
      throw startFailed(`it was not ready after ${START_LIMIT_MS / 60_000} minutes.`);
    }
    if (Date.now() > nextProgress) {
      onProgress('Postgres is still starting; after a crash it first replays what was acknowledged.');
      nextProgress += PROGRESS_EVERY_MS;
    }
    await Promise.race([sleep(POLL_MS), ended]);
  }
  return failureText(folder.logFolder, logMark);
}

async function spawnServer({ folder, binaries, settings }: PostmasterOptions, port: number): Promise<ChildProcess> {
  const output = await open(join(folder.logFolder, 'startup.log'), 'w', 0o600);
  await giveTo(join(folder.logFolder, 'startup.log'), folder.user);
  const further = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    const child = spawn(binaries.postgres, ['-D', folder.cluster, '-p', String(port), ...further], {
      cwd: folder.home,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', output.fd, output.fd],
      ...runAs(folder.user),
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw unsupportedPlatform('its C library is not the GNU one');
    if (folder.user && isRefusalToActAs(error)) throw cannotActAs(folder.user.name, error);
    throw startFailed(`its program could not be run (${reasonOf(error)}).`, error);
  } finally {
    await output.close();
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function supervise(
  child: ChildProcess,
  ended: Promise<void>,
  { folder }: PostmasterOptions,
  port: number,
): Promise<Postmaster> {
  const logMark = await markLog(folder.logFolder);
  const listeners: ((exit: UnexpectedExit) => void)[] = [];
  let unexpected: UnexpectedExit | undefined;
  let stopping: Promise<void> | undefined;
  const stopOnExit = () => child.kill('SIGINT');
  process.once('exit', stopOnExit);

  void ended.then(async () => {
    process.off('exit', stopOnExit);
    if (stopping) return;
    const logTail = shortFailure(await newLogText(folder.logFolder, logMark));
    unexpected = { exitCode: child.exitCode, signal: child.signalCode, logTail };
    for (const listener of listeners) listener(unexpected);
  });

  return {
    pid: child.pid ?? 0,
    port,
    stop() {
      stopping ??= hasEnded(child) ? Promise.resolve() : endInSteps(child, ended);
      return stopping;
    },
    onUnexpectedExit(listener) {
      if (unexpected) listener(unexpected);
      else listeners.push(listener);
    },
  };
}

/** Fast first, then without ceremony: even then nothing that was acknowledged is lost, only the next start is slower. */
async function endInSteps(child: ChildProcess, ended: Promise<void>): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', FAST_STOP_LIMIT_MS],
    ['SIGQUIT', IMMEDIATE_STOP_LIMIT_MS],
    ['SIGKILL', IMMEDIATE_STOP_LIMIT_MS],
  ];
  for (const [signal, limitMs] of steps) {
    child.kill(signal);
    const timer = new AbortController();
    await Promise.race([ended, sleep(limitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    if (hasEnded(child)) return;
  }
}

/** A port that nobody listens on now. Another program may be faster, which the caller answers with a further attempt. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

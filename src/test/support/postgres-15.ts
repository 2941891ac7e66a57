/**
 * Runs once before the tests of the project `postgres-15`: a Postgres of the system's own package, named by
 * OLDER_POSTGRES_BIN, standing for the databases that users bring.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { runAs } from '../../main/database/embedded/binaries.ts';
import { chooseOperatingUser } from '../../main/database/embedded/operating-user.ts';
import { createPassword } from '../../main/database/embedded/passwords.ts';
import { readPidFile } from '../../main/database/embedded/pid-file.ts';
import { CARELESS_SETTINGS, createTemplates, makeTestFolder } from './test-cluster.ts';

const run = promisify(execFile);
const SUPERUSER = 'postgres';
const START_LIMIT_MS = 30_000;

const settings: Record<string, string> = {
  ...CARELESS_SETTINGS,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_preload_libraries: 'pg_stat_statements',
};

let server: ChildProcess | undefined;
let folder = '';

export async function setup(project: TestProject): Promise<void> {
  const binFolder = process.env.OLDER_POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';
  folder = await makeTestFolder();
  const superuserPassword = createPassword();
  await createCluster(binFolder, superuserPassword);
  const port = await findFreePort();
  await start(binFolder, port);
  project.provide('cluster', await createTemplates({ port, superuser: SUPERUSER, superuserPassword }));
}

export async function teardown(): Promise<void> {
  if (server && server.exitCode === null) {
    server.kill('SIGINT');
    await new Promise((resolve) => server?.once('exit', resolve));
  }
  await rm(folder, { recursive: true, force: true });
}

async function createCluster(binFolder: string, password: string): Promise<void> {
  const user = chooseOperatingUser();
  const work = join(folder, 'work');
  const passwordFile = join(work, 'password');
  await mkdir(work);
  await writeFile(passwordFile, password);
  for (const path of user ? [folder, work, passwordFile] : []) await chown(path, user?.uid ?? 0, user?.gid ?? 0);
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'en_US.UTF-8';
  const options = [`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
  const cluster = join(folder, 'cluster');
  await run(join(binFolder, 'initdb'), [`--pgdata=${cluster}`, ...options, `--locale=${locale}`, '--no-sync'], {
    cwd: work,
    ...runAs(user),
  });
}

async function start(binFolder: string, port: number): Promise<void> {
  const cluster = join(folder, 'cluster');
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  server = spawn(join(binFolder, 'postgres'), ['-D', cluster, '-p', String(port), ...given], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...runAs(chooseOperatingUser()),
  });
  let said = '';
  server.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  for (const deadline = Date.now() + START_LIMIT_MS; !(await readPidFile(cluster))?.isReady; await sleep(20)) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`the older Postgres did not start: ${said}`);
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer().once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      listener.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

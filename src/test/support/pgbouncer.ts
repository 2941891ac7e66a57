/** Debian's PgBouncer in transaction mode, in front of one test database. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAs } from '../../main/database/embedded/binaries.ts';
import { chooseOperatingUser } from '../../main/database/embedded/operating-user.ts';
import { findFreePort } from './free-port.ts';

const program = process.env.PGBOUNCER_PATH ?? '/usr/sbin/pgbouncer';
/** Where there is none, its tests are left out; `npm test` installs it where it can. */
export const hasPgBouncer = existsSync(program);

const START_LIMIT_MS = 10_000;

export interface PgBouncer {
  /** The same database, by way of the pooler. */
  url: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param poolSize how many backends it shares out */
export async function startPgBouncer(databaseUrl: string, poolSize: number): Promise<PgBouncer> {
  const target = new URL(databaseUrl);
  const name = target.pathname.slice(1);
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-pgbouncer-'));
  const port = await findFreePort();
  const settings = {
    ...{ listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '', pool_mode: 'transaction' },
    ...{ auth_type: 'scram-sha-256', auth_file: join(folder, 'users.txt'), max_client_conn: 200 },
    ...{ default_pool_size: poolSize, server_login_retry: 1 },
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  const ini = `[databases]\n${name} = host=${target.hostname} port=${target.port}\n[pgbouncer]\n${lines.join('\n')}\n`;
  await writeFile(join(folder, 'pgbouncer.ini'), ini);
  await writeFile(join(folder, 'users.txt'), `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
  // Like Postgres, it does not run as root.
  const user = chooseOperatingUser();
  for (const path of [folder, join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')]) {
    if (user) await chown(path, user.uid, user.gid);
  }
  let child: ChildProcess | undefined;
  const kill = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    await gone;
  };
  const start = async () => {
    const started: ChildProcess = spawn(program, [join(folder, 'pgbouncer.ini')], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...runAs(user),
    });
    child = started;
    let said = '';
    started.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-2_000);
    });
    for (const untilMs = performance.now() + START_LIMIT_MS; !(await listens(port)); await sleep(20)) {
      if (started.exitCode !== null || performance.now() > untilMs) throw new Error(`PgBouncer did not start: ${said}`);
    }
  };
  await start();
  target.port = String(port);
  return {
    ...{ url: target.href, start, kill: () => kill('SIGKILL') },
    stop: async () => {
      await kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

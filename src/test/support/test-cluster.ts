/** One Postgres for a whole run of tests: its folder, its template databases, and how a test finds it. */

import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createPassword } from '../../main/database/embedded/passwords.ts';
import { clearLeftOvers } from '../../main/database/embedded/pid-file.ts';
import { isAlive } from '../../main/database/embedded/process-identity.ts';
import { migrate } from '../../main/database/migrate.ts';

export interface TestCluster {
  port: number;
  superuser: string;
  superuserPassword: string;
  /** Owns every test database and is no superuser, as in production. */
  owner: string;
  ownerPassword: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: TestCluster;
  }
}

export const EMPTY_TEMPLATE = 'aquifer_empty';
export const MIGRATED_TEMPLATE = 'aquifer_migrated';

const FOLDER_PREFIX = 'aquifer-tests-';
/** Nothing of a test cluster has to survive a power failure. */
export const CARELESS_SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '200',
  // What a test has counted, planned or locked is not vacuumed or analysed under it at a moment that nobody chose. The launcher stays.
  autovacuum_naptime: '1d',
};

/** A new folder below the system's temporary one, which the user who runs Postgres may enter. */
export async function makeTestFolder(): Promise<string> {
  await removeAbandonedFolders();
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  await chmod(folder, 0o755);
  return folder;
}

/** What a run that was killed left behind: the number of its process is in the folder's name. */
async function removeAbandonedFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX) || isAlive(Number.parseInt(name.slice(FOLDER_PREFIX.length), 10))) continue;
    const folder = join(tmpdir(), name);
    await clearLeftOvers(join(folder, 'cluster'), () => undefined).catch(() => undefined);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

export function urlOf(cluster: TestCluster, database: string, as: 'owner' | 'superuser'): string {
  const [role, password] =
    as === 'owner' ? [cluster.owner, cluster.ownerPassword] : [cluster.superuser, cluster.superuserPassword];
  return `postgres://${role}:${password}@127.0.0.1:${cluster.port}/${database}`;
}

export async function asSuperuser<Result>(
  cluster: TestCluster,
  database: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: urlOf(cluster, database, 'superuser') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the owner's role and the two databases that tests are cloned from: one migrated, one without a table. */
export async function createTemplates(server: Omit<TestCluster, 'owner' | 'ownerPassword'>): Promise<TestCluster> {
  const cluster: TestCluster = { ...server, owner: 'aquifer_test', ownerPassword: createPassword() };
  await asSuperuser(cluster, 'postgres', async (client) => {
    await client.query(`create role ${cluster.owner} login password '${cluster.ownerPassword}'`);
    await client.query(`grant pg_monitor, pg_signal_backend to ${cluster.owner}`);
    await client.query(`create database ${EMPTY_TEMPLATE} owner ${cluster.owner}`);
  });
  await asSuperuser(cluster, EMPTY_TEMPLATE, (client) => client.query('create extension pg_stat_statements'));
  await asSuperuser(cluster, 'postgres', (client) =>
    client.query(`create database ${MIGRATED_TEMPLATE} template ${EMPTY_TEMPLATE} owner ${cluster.owner}`),
  );
  await migrate({ connectionString: urlOf(cluster, MIGRATED_TEMPLATE, 'owner') });
  return cluster;
}

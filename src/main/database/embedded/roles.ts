/**
 * The database and the roles inside the cluster. Every statement here may run again: a start that was interrupted is
 * finished by the next one, and a newer Aquifer's further grants reach an older cluster.
 */

import pg from 'pg';
import { reasonOf, startFailed } from './errors.ts';
import { APPLICATION_ROLE, createPassword, readPassword, SUPERUSER, writePassword } from './passwords.ts';

export const DATABASE = 'aquifer';

const CONNECT_LIMIT_MS = 30_000;
/** Kept out of the server's statistics and log, since a statement here may hold a password. */
const BE_QUIET = `
  set pg_stat_statements.track = 'none';
  set log_min_error_statement = 'panic';
  set auto_explain.log_min_duration = -1`;
/**
 * pg_monitor: see what every session does. pg_signal_backend: end the one that starves the others.
 * pg_use_reserved_connections: get in when other programs hold all the rest.
 */
const MEMBERSHIPS = 'pg_monitor, pg_signal_backend, pg_use_reserved_connections';
/** What the guard turns on for a while when it looks into a slow statement. */
const GRANTED_PARAMETERS = ['auto_explain.log_analyze', 'auto_explain.log_min_duration', 'auto_explain.sample_rate'];

export interface PreparedDatabase {
  applicationPassword: string;
  /** As the server states it, such as "18.4". */
  version: string;
}

export interface PrepareOptions {
  home: string;
  port: number;
  superuserPassword: string;
}

/** @throws AppError embedded_start_failed */
export async function prepareDatabase(options: PrepareOptions): Promise<PreparedDatabase> {
  try {
    const known = await readPassword(options.home, 'application.password');
    const applicationPassword = known ?? createPassword();
    await withSuperuser(options, 'postgres', async (client) => {
      await ensureRole(client, applicationPassword, known === undefined);
      if (!(await exists(client, 'select from pg_catalog.pg_database where datname = $1', DATABASE))) {
        await client.query(`create database ${DATABASE} owner ${APPLICATION_ROLE}`);
      }
    });
    if (known === undefined) await writePassword(options.home, 'application.password', applicationPassword);
    const version = await withSuperuser(options, DATABASE, addExtensions);
    return { applicationPassword, version };
  } catch (error) {
    throw startFailed(`its roles could not be prepared (${reasonOf(error)}).`, error);
  }
}

async function ensureRole(client: pg.Client, password: string, isNewPassword: boolean): Promise<void> {
  if (!(await exists(client, 'select from pg_catalog.pg_roles where rolname = $1', APPLICATION_ROLE))) {
    await client.query(`create role ${APPLICATION_ROLE} login password '${password}'`);
  } else if (isNewPassword) {
    await client.query(`alter role ${APPLICATION_ROLE} login password '${password}'`);
  }
  await client.query(`grant ${MEMBERSHIPS} to ${APPLICATION_ROLE}`);
  await client.query(`grant set on parameter ${GRANTED_PARAMETERS.join(', ')} to ${APPLICATION_ROLE}`);
}

async function addExtensions(client: pg.Client): Promise<string> {
  await client.query('create extension if not exists pg_stat_statements');
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
  return rows[0]?.version ?? '';
}

async function exists(client: pg.Client, text: string, name: string): Promise<boolean> {
  return (await client.query(text, [name])).rowCount === 1;
}

async function withSuperuser<Result>(
  { port, superuserPassword }: PrepareOptions,
  database: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password: superuserPassword,
    database,
    ssl: false,
    application_name: 'aquifer start',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
  });
  await client.connect();
  try {
    await client.query(BE_QUIET);
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Brings a database to this build's schema. Migrations are numbered SQL files, forward only. Each runs in a transaction of
 * its own that takes one advisory lock and inserts its version row first, so servers that start together take turns; the
 * lock lives in the transaction, which also holds behind a transaction pooler.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { AppError, messageOf } from '../foundation/errors.ts';

export interface MigrateOptions {
  connectionString: string;
  /** Told of each migration as it begins. */
  onProgress?: (line: string) => void;
  /** Where the files are; the build's own when left out. */
  folder?: URL;
  /** How long connecting may take, in milliseconds. */
  connectTimeoutMs?: number;
}

export interface Migration {
  version: number;
  name: string;
  text: string;
  checksum: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
const FOLDER = new URL('./migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;
/** An arbitrary number of ours, the same in every build: `aquifer` in ASCII, as far as it fits. */
const LOCK_KEY = 0x61717566;
const BEGIN = `
  begin;
  set local lock_timeout = '60s';
  select pg_advisory_xact_lock(${LOCK_KEY});
  set local lock_timeout = '5s';
  set local statement_timeout = '10min';
`;
const CREATE_LEDGER = `
  create schema if not exists aquifer_database;
  create table if not exists aquifer_database.migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  );
`;

/**
 * @returns the names of the migrations that this call applied
 * @throws AppError schema_newer where a newer build was here; migration_changed where a file differs from what was
 *   applied; database_unreachable where nobody answers, or we are not let in
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = readMigrations(options.folder ?? FOLDER);
  const client = await connect(options);
  try {
    await ensureLedger(client);
    const done = await readApplied(client);
    refuseWhatDoesNotFit(migrations, done);
    const applied: string[] = [];
    for (const migration of migrations.filter(({ version }) => !done.has(version))) {
      options.onProgress?.(`Migrating: ${migration.name}`);
      if (await apply(client, migration)) applied.push(migration.name);
    }
    return { applied };
  } finally {
    await client.end();
  }
}

async function connect({ connectionString, connectTimeoutMs = CONNECT_TIMEOUT_MS }: MigrateOptions): Promise<Client> {
  const client = new Client({
    connectionString,
    application_name: 'aquifer migrate',
    connectionTimeoutMillis: connectTimeoutMs,
  });
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined);
    const message = `The database at ${client.host}:${client.port} cannot be used (${messageOf(error)}): check DATABASE_URL.`;
    throw new AppError('overloaded', 'database_unreachable', message, { cause: error });
  }
  // What is lost later shows itself in the statement under way.
  client.on('error', () => undefined);
  return client;
}

/** The build's migrations in order. */
export function readMigrations(folder: URL): Migration[] {
  return readdirSync(folder)
    .filter((file) => FILE_NAME.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      const checksum = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
      return { version: Number(file.slice(0, 4)), name: file.replace(/\.sql$/, ''), text, checksum };
    });
}

async function ensureLedger(client: Client): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('aquifer_database.migrations') is not null as exists`,
  );
  if (rows[0]?.exists) return;
  await inTransaction(client, async () => {
    await client.query(CREATE_LEDGER);
  });
}

async function readApplied(client: Client): Promise<Map<number, { name: string; checksum: string }>> {
  const { rows } = await client.query<{ version: number; name: string; checksum: string }>(
    'select version, name, checksum from aquifer_database.migrations',
  );
  return new Map(rows.map((row) => [row.version, row]));
}

function refuseWhatDoesNotFit(migrations: Migration[], done: Map<number, { name: string; checksum: string }>): void {
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  for (const [version, row] of done) {
    const ours = known.get(version);
    if (!ours) {
      throw new AppError(
        'conflict',
        'schema_newer',
        `The database was migrated by a newer Aquifer (it has ${row.name}, which this build does not know). Start the newer build.`,
      );
    }
    if (ours.checksum !== row.checksum) {
      throw new AppError(
        'conflict',
        'migration_changed',
        `The migration ${row.name} is not the one that was applied to this database. Restore the file as it was released.`,
      );
    }
  }
}

/** False where another server applied it while this one waited for the lock. */
async function apply(client: Client, migration: Migration): Promise<boolean> {
  return inTransaction(client, async () => {
    const { rowCount } = await client.query(
      `insert into aquifer_database.migrations (version, name, checksum)
       values ($1, $2, $3)
       on conflict (version) do nothing`,
      [migration.version, migration.name, migration.checksum],
    );
    if (rowCount === 0) return false;
    await client.query(migration.text);
    return true;
  });
}

async function inTransaction<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query(BEGIN);
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** A Postgres of production's own major version, started for one twin alone: on this machine's own address, with a password. */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  type Binaries,
  giveTo,
  type OperatingUser,
  type Postmaster,
  runAs,
  startPostmaster,
} from '../../database/embedded/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { SqlRefusal } from './errors.ts';
import type { TwinDatabase } from './twin-database.ts';

const run = promisify(execFile);
const SUPERUSER = 'twin';
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  shared_buffers: '16MB',
  max_wal_size: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '5',
  allow_system_table_mods: 'on',
  jit: 'off',
};

export interface NativeOptions {
  /** An empty one, which is ours. */
  folder: string;
  binaries: Binaries;
  user: OperatingUser | undefined;
  locale: Snapshot['locale'];
}

export interface NativeDatabase extends TwinDatabase {
  /** Production's collation is not on this machine; texts are compared by bytes. */
  readonly isOtherCollation: boolean;
}

export async function openNative({ folder, binaries, user, locale }: NativeOptions): Promise<NativeDatabase> {
  const password = randomBytes(18).toString('base64url');
  const cluster = join(folder, 'cluster');
  const logFolder = join(folder, 'log');
  mkdirSync(logFolder);
  await giveTo(folder, user);
  const isOtherCollation = await initialise({ folder, cluster, binaries, user, locale, password });
  const postmaster = await startPostmaster({
    folder: { home: folder, cluster, logFolder, programFolder: folder, user },
    binaries,
    port: undefined,
    settings: SETTINGS,
    onProgress: () => undefined,
  });
  try {
    return { ...(await connect(postmaster, password, cluster)), ...(user ? { owner: user } : {}), isOtherCollation };
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
}

interface Initialisation extends NativeOptions {
  cluster: string;
  password: string;
}

async function initialise({ folder, cluster, binaries, user, locale, password }: Initialisation): Promise<boolean> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  await giveTo(passwordFile, user);
  const major = Number(binaries.majorVersion);
  const initdb = async (further: readonly string[]) => {
    rmSync(cluster, { recursive: true, force: true });
    await run(
      binaries.initdb,
      [
        `--pgdata=${cluster}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-sync',
        ...(major >= 18 ? ['--no-data-checksums'] : []),
        ...further,
      ],
      { cwd: folder, ...runAs(user) },
    );
  };
  try {
    await initdb(localeArguments(locale, major));
    return false;
  } catch (error) {
    if (!locale) throw error;
    await initdb(['--locale=C']);
    return true;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function localeArguments(locale: Snapshot['locale'], major: number): string[] {
  if (!locale) return ['--locale=C'];
  if (locale.provider === 'b' && major >= 17) {
    return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  }
  if (locale.provider === 'i' && major >= 15) return ['--locale-provider=icu', '--icu-locale=und', '--locale=C'];
  return [`--lc-collate=${locale.collate}`, `--lc-ctype=${locale.ctype}`, '--locale=C'];
}

async function connect(postmaster: Postmaster, password: string, cluster: string): Promise<TwinDatabase> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: postmaster.port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    application_name: 'aquifer planner twin',
  });
  // The server's end is told by the statement that it ends.
  client.on('error', () => undefined);
  await client.connect();
  const rows = async (text: string, values: readonly (string | null)[] | undefined): Promise<(string | null)[][]> => {
    try {
      const config = {
        text,
        rowMode: 'array' as const,
        types: { getTypeParser: () => (value: string) => value },
        ...(values ? { values: [...values], queryMode: 'extended' } : {}),
      };
      return (await client.query<(string | null)[]>(config)).rows;
    } catch (error) {
      throw refusalOf(error);
    }
  };
  const [[versionNumber, version] = []] = await rows(
    "select pg_catalog.current_setting('server_version_num'), pg_catalog.current_setting('server_version')",
    [],
  );
  return {
    engine: { kind: 'native', versionNumber: Number(versionNumber), version: version ?? '' },
    folder: cluster,
    run: async (text) => void (await rows(text, undefined)),
    query: (text, params = []) => rows(text, params),
    queryUnbound: (text) => rows(text, undefined),
    objects: async (text, values) => (await client.query(text, [...values])).rows,
    async close() {
      await client.end();
      await postmaster.stop();
    },
  };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) return new SqlRefusal(error.message, error.code ?? 'XX000');
  return error;
}

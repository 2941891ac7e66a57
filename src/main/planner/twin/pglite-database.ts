/**
 * Postgres 18 as WebAssembly in this process, on a folder of its own. It sees that folder and nothing else of the machine. What
 * is asked of it runs at once and blocks this thread for as long; between two questions the thread gets a turn now and then.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Extension, PGlite } from '@electric-sql/pglite';
import { SqlRefusal } from './errors.ts';
import type { TwinDatabase } from './twin-database.ts';
import { extendedQuery, readAnswer, simpleQuery } from './wire.ts';

/**
 * PGlite's own parameters but for those that forbid parallel plans: nothing is executed here, so there need be no workers, and
 * production has them. System catalogs are open (-O), nothing waits for the disk (-F).
 */
const START = [
  '--single',
  '-F',
  '-O',
  '-j',
  ...Object.entries({
    search_path: 'public',
    exit_on_error: 'false',
    io_method: 'sync',
    autovacuum: 'off',
    log_checkpoints: 'false',
    shared_buffers: '16MB',
    max_wal_size: '8MB',
    min_wal_size: '2MB',
    checkpoint_timeout: '1d',
    wal_level: 'minimal',
    max_wal_senders: '0',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];
/** Without checksums, so that pages can be written from outside; with a log that takes little room. */
const INITDB = ['--no-data-checksums', '--wal-segsize=1'];

/** Those of Postgres's extensions that come with PGlite and change how statements are planned, by name. */
const EXTENSIONS: Record<string, () => Promise<Extension>> = {
  bloom: async () => (await import('@electric-sql/pglite/contrib/bloom')).bloom,
  btree_gin: async () => (await import('@electric-sql/pglite/contrib/btree_gin')).btree_gin,
  btree_gist: async () => (await import('@electric-sql/pglite/contrib/btree_gist')).btree_gist,
  citext: async () => (await import('@electric-sql/pglite/contrib/citext')).citext,
  cube: async () => (await import('@electric-sql/pglite/contrib/cube')).cube,
  dict_int: async () => (await import('@electric-sql/pglite/contrib/dict_int')).dict_int,
  dict_xsyn: async () => (await import('@electric-sql/pglite/contrib/dict_xsyn')).dict_xsyn,
  earthdistance: async () => (await import('@electric-sql/pglite/contrib/earthdistance')).earthdistance,
  fuzzystrmatch: async () => (await import('@electric-sql/pglite/contrib/fuzzystrmatch')).fuzzystrmatch,
  hstore: async () => (await import('@electric-sql/pglite/contrib/hstore')).hstore,
  intarray: async () => (await import('@electric-sql/pglite/contrib/intarray')).intarray,
  isn: async () => (await import('@electric-sql/pglite/contrib/isn')).isn,
  lo: async () => (await import('@electric-sql/pglite/contrib/lo')).lo,
  ltree: async () => (await import('@electric-sql/pglite/contrib/ltree')).ltree,
  pg_stat_statements: async () => (await import('@electric-sql/pglite/contrib/pg_stat_statements')).pg_stat_statements,
  pg_trgm: async () => (await import('@electric-sql/pglite/contrib/pg_trgm')).pg_trgm,
  pgcrypto: async () => (await import('@electric-sql/pglite/contrib/pgcrypto')).pgcrypto,
  seg: async () => (await import('@electric-sql/pglite/contrib/seg')).seg,
  tablefunc: async () => (await import('@electric-sql/pglite/contrib/tablefunc')).tablefunc,
  tcn: async () => (await import('@electric-sql/pglite/contrib/tcn')).tcn,
  unaccent: async () => (await import('@electric-sql/pglite/contrib/unaccent')).unaccent,
  'uuid-ossp': async () => (await import('@electric-sql/pglite/contrib/uuid_ossp')).uuid_ossp,
};

/** Ctrl-C, timers and messages wait no longer than this while thousands of plans are asked for one after another. */
const TURN_MS = 50;

export const PGLITE_MAJOR = 18;

let ownVersion: string | undefined;

/** Of the package: another may not read its files. */
export function pgliteVersion(): string {
  if (ownVersion === undefined) {
    const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
    const text = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8');
    ownVersion = (JSON.parse(text) as { version: string }).version;
  }
  return ownVersion;
}

export interface PGliteDatabase extends TwinDatabase {
  /** Of those asked for, the ones that can be created. */
  readonly extensions: readonly string[];
}

/**
 * Opens a folder, or makes a new cluster in one that is empty.
 * @param names extensions to have at hand; those that PGlite has not are left out
 */
export async function openPGlite(folder: string, names: readonly string[] = []): Promise<PGliteDatabase> {
  const known = names.filter((name) => Object.hasOwn(EXTENSIONS, name));
  const loaded = await Promise.all(known.map(async (name) => [name, await EXTENSIONS[name]?.()] as const));
  const extensions = Object.fromEntries(loaded.flatMap(([name, one]) => (one ? [[name, one]] : [])));
  const lite = await PGlite.create({ dataDir: folder, extensions, startParams: START, initDbStartParams: INITDB });
  const ask = (message: Uint8Array): (string | null)[][] => {
    const { rows, error } = readAnswer(lite.execProtocolRawSync(message));
    if (error) throw new SqlRefusal(error.message, error.code);
    return rows;
  };
  // Answers come at once, so that nothing but promises is waited for: without this the event loop would stand still.
  let turnAt = performance.now();
  const isDue = () => performance.now() - turnAt > TURN_MS;
  const giveTurn = async () => {
    await nextTurn();
    turnAt = performance.now();
  };
  const [[versionNumber, version] = []] = ask(
    simpleQuery(
      "select pg_catalog.current_setting('server_version_num'), pg_catalog.current_setting('server_version')",
    ),
  );
  return {
    engine: { kind: 'pglite', versionNumber: Number(versionNumber), version: version ?? '' },
    folder,
    extensions: known,
    run: async (text) => void ask(simpleQuery(text)),
    query: async (text, params = []) => {
      if (isDue()) await giveTurn();
      return ask(extendedQuery(text, params));
    },
    queryUnbound: async (text) => ask(simpleQuery(text)),
    pretendLength: createPretence(lite),
    objects: async (text, values) => (await lite.query<object>(text, [...values])).rows,
    close: () => lite.close(),
  };
}

interface FileStream {
  path: string;
  position: number;
}

interface FileSystem {
  open(path: string, flags: string): FileStream & { stream_ops: StreamOperations };
  close(stream: FileStream): void;
}

interface StreamOperations {
  llseek(stream: FileStream, offset: number, whence: number): number;
}

const END_OF_FILE = 2;
const DATA_FOLDER = '/pglite/data/';

/** Postgres asks for a file's length by going to its end: that is answered here, for files whose length is pretended. */
function createPretence(lite: PGlite): (file: string, bytes: number) => void {
  const lengths = new Map<string, number>();
  return (file, bytes) => {
    if (lengths.size === 0) {
      const { FS } = (lite as unknown as { Module: { FS: FileSystem } }).Module;
      const stream = FS.open(`${DATA_FOLDER}PG_VERSION`, 'r');
      const operations = stream.stream_ops;
      FS.close(stream);
      const seek = operations.llseek;
      operations.llseek = (one, offset, whence) => {
        const length = whence === END_OF_FILE ? lengths.get(one.path) : undefined;
        return length === undefined ? seek(one, offset, whence) : length + offset;
      };
    }
    lengths.set(DATA_FOLDER + file, bytes);
  };
}

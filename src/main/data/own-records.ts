/**
 * All records of one owner, in every collection: read for him to take away, and deleted for good. Records refer to each
 * other, so deleting goes in steps, those first that nothing refers to; what refers to each other in a circle goes in one
 * statement, at whose end alone Postgres looks at references.
 */

import { type Database, generatedStatement, type Origin } from '../database/index.ts';
import { AppError } from '../foundation/errors.ts';
import type { CollectionCache, KnownCollection } from './collection-cache.ts';
import { type CollectionDefinition, tableOf } from './definition.ts';
import { listDefinitions } from './queries.ts';
import { toRecord } from './record.ts';
import type { DataRecord } from './schema.ts';

export interface RecordsOfCollection {
  readonly collection: string;
  readonly records: readonly DataRecord[];
}

export interface OwnRecords {
  /** Page by page, a collection after the other; a collection without records of his is left out. */
  read(ownerId: string, origin: Origin): AsyncIterable<RecordsOfCollection>;
  /** How many there were. Asked again, it goes on where it was broken off. */
  erase(ownerId: string, origin?: Origin): Promise<number>;
}

interface Parts {
  database: Database;
  cache: CollectionCache;
}

const PAGE = 500;
const BATCH = 1_000;
const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const FOREIGN_KEY_VIOLATION = '23503';
const NO_SUCH_TABLE = '42P01';

export function createOwnRecords(parts: Parts): OwnRecords {
  return {
    read: (ownerId, origin) => readAll(parts, ownerId, origin),
    erase: (ownerId, origin) => eraseAll(parts.database, ownerId, origin),
  };
}

async function* readAll({ database, cache }: Parts, ownerId: string, origin: Origin) {
  for (const { name } of await database.query(listDefinitions, [], origin)) {
    const known = await cache.find(name, origin);
    if (known) yield* readCollection(database, known, ownerId, origin);
  }
}

async function* readCollection(
  database: Database,
  { definition, statements }: KnownCollection,
  ownerId: string,
  origin: Origin,
): AsyncGenerator<RecordsOfCollection> {
  let before = AFTER_ALL;
  for (;;) {
    const rows = await database.query(statements.list({ by: 'one_owner' }), [ownerId, before, PAGE], origin);
    const last = rows.at(-1);
    if (!last) return;
    yield { collection: definition.name, records: rows.map((row) => toRecord(definition, row)) };
    before = last.id;
    // A page is cut where its records are large; then there are more, though it has fewer than were asked for.
    if (Number(last._page_rows ?? rows.length) < PAGE && Number(last._page_rows ?? rows.length) === rows.length) return;
  }
}

async function eraseAll(database: Database, ownerId: string, origin?: Origin): Promise<number> {
  let left = (await database.query(listDefinitions, [], origin)).map(({ name }) => name);
  let erased = 0;
  for (;;) {
    const stuck: string[] = [];
    let erasedNow = 0;
    for (const collection of left) {
      const { count, isEmpty } = await eraseCollection(database, collection, ownerId, origin);
      erasedNow += count;
      if (!isEmpty) stuck.push(collection);
    }
    erased += erasedNow;
    if (stuck.length === 0) return erased;
    if (erasedNow === 0) return erased + (await eraseTogether(database, stuck, ownerId, origin));
    left = stuck;
  }
}

/** In batches, until it is empty or others refer to what is left. */
async function eraseCollection(
  database: Database,
  collection: CollectionDefinition['name'],
  ownerId: string,
  origin?: Origin,
): Promise<{ count: number; isEmpty: boolean }> {
  const table = tableOf(collection);
  const batch = generatedStatement<[ownerId: string, limit: number]>({
    name: `data.eraseRecords(${collection})`,
    lane: 'bulk',
    deadlineMs: 10_000,
    text: `
  delete from ${table}
  where owner_id = $1::uuid
    and id = any (array(select id from ${table} where owner_id = $1::uuid order by id limit $2::integer))`,
  });
  let count = 0;
  for (;;) {
    try {
      const deleted = await database.execute(batch, [ownerId, BATCH], origin);
      count += deleted;
      if (deleted < BATCH) return { count, isEmpty: true };
    } catch (error) {
      const state = sqlStateOf(error);
      // The collection was deleted meanwhile, and its records with it.
      if (state === NO_SUCH_TABLE) return { count, isEmpty: true };
      if (state === FOREIGN_KEY_VIOLATION) return { count, isEmpty: false };
      throw error;
    }
  }
}

async function eraseTogether(
  database: Database,
  collections: readonly string[],
  ownerId: string,
  origin?: Origin,
): Promise<number> {
  const parts = collections.map((name, index) => ({ name, part: `part_${index}` }));
  const deletes = parts.map(
    ({ name, part }) => `${part} as (delete from ${tableOf(name)} where owner_id = $1::uuid returning id)`,
  );
  const counts = parts.map(({ part }) => `(select count(id) from ${part})`);
  const together = generatedStatement<[ownerId: string], { count: number }>({
    name: 'data.eraseRecordsInCircles',
    lane: 'bulk',
    deadlineMs: 60_000,
    text: `
  with ${deletes.join(',\n    ')}
  select (${counts.join(' + ')})::integer as count`,
  });
  const [row] = await database.query(together, [ownerId], origin);
  return row?.count ?? 0;
}

function sqlStateOf(thrown: unknown): string {
  const cause = thrown instanceof AppError ? thrown.cause : thrown;
  const code = cause instanceof Error ? (cause as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

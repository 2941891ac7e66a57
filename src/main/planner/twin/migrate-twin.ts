/**
 * Changes the twin's schema as a migration changes production's. Its tables are empty for as long, so that an index over a
 * terabyte is made at once; then all that is left has its length again, and new indexes have the size that they would have.
 */

import type { Snapshot, SnapshotIndex, SnapshotRelation } from '../snapshot/snapshot.ts';
import { readCatalog, relationKey, type TwinCatalog } from './catalog.ts';
import { migrationRefused, SqlRefusal } from './errors.ts';
import { estimateIndex } from './estimate-index.ts';
import { endsOf, endTuples } from './index-ends.ts';
import { type MigrationStatement, migrationStatements } from './migration-statements.ts';
import { readSchema } from './read-schema.ts';
import { indexSize, type SizeWriter } from './sizes.ts';
import type { IndexDefinition } from './twin.ts';
import type { TwinDatabase } from './twin-database.ts';

export interface MigrationOptions {
  database: TwinDatabase;
  catalog: TwinCatalog;
  sizes: SizeWriter;
  snapshot: Snapshot;
  /** Names of trial indexes, which are no part of the schema. */
  isTrial: (name: string) => boolean;
}

/**
 * @returns the schema as it is now
 * @throws AppError migration_refused
 */
export async function migrateTwin(options: MigrationOptions, sql: string): Promise<Snapshot> {
  const { database, catalog, sizes, snapshot } = options;
  const statements = await migrationStatements(sql);
  const known = new Set([...catalog.values()].map(({ oid }) => oid));
  try {
    await sizes.whileEmpty([...catalog.values()], async () => {
      try {
        await runAll(database, statements);
      } finally {
        // Now, since a table that was written anew has another file of its own.
        adopt(catalog, await readCatalog(database));
      }
    });
  } catch (error) {
    throw error instanceof SqlRefusal ? migrationRefused(error.message, error) : error;
  } finally {
    const left = new Set([...catalog.values()].map(({ oid }) => oid));
    sizes.forget([...known].filter((oid) => !left.has(oid)));
  }
  const found = await readSchema(database, snapshot);
  const indexes = found.indexes.filter(({ name }) => !options.isTrial(name));
  return { ...found, indexes: await sizeNewIndexes(options, known, { ...found, indexes }) };
}

/** All or nothing, unless one of them cannot be part of a transaction. */
async function runAll(database: TwinDatabase, statements: readonly MigrationStatement[]): Promise<void> {
  const isWhole = !statements.some(({ text }) => /\bconcurrently\b/i.test(text));
  if (isWhole) await database.run('begin');
  try {
    for (const { text } of statements) await database.run(text);
    if (isWhole) await database.run('commit');
  } catch (error) {
    if (isWhole) await database.run('rollback');
    throw error;
  }
}

function adopt(catalog: TwinCatalog, now: TwinCatalog): void {
  catalog.clear();
  for (const [key, relation] of now) catalog.set(key, relation);
}

async function sizeNewIndexes(
  { database, catalog, sizes }: MigrationOptions,
  known: ReadonlySet<number>,
  found: Snapshot,
): Promise<SnapshotIndex[]> {
  const tables = new Map(found.relations.map((one) => [relationKey(one), one]));
  const stated = [];
  const indexes: SnapshotIndex[] = [];
  for (const index of found.indexes) {
    const there = catalog.get(relationKey(index));
    const table = tables.get(relationKey(index.table));
    if (!there || !table || there.kind !== 'i' || known.has(there.oid)) {
      indexes.push(index);
      continue;
    }
    const { blocks, height, rows, gin } = await estimateIndex(database, {
      oid: there.oid,
      definition: definitionOf(index, table),
      relation: table,
      relations: found.relations,
    });
    const [ends] = await endTuples(database, [endsOf(index, table)]);
    const sizing = { ends, blocks, height, pages: blocks, tuples: rows, heapBlocks: table.size.blocks, gin };
    stated.push(indexSize(there.oid, index.method, index.definition, sizing));
    indexes.push({ ...index, size: { blocks, pages: blocks, tuples: rows }, height });
  }
  await sizes.write(stated);
  return indexes;
}

function definitionOf(index: SnapshotIndex, table: SnapshotRelation): IndexDefinition {
  const { keys, include, isUnique, method, predicate } = index;
  return {
    schema: table.schema,
    table: table.name,
    method: method as IndexDefinition['method'],
    keys: keys.map(({ column, expression }) => (column === undefined ? { expression: expression ?? '' } : { column })),
    include,
    isUnique,
    ...(predicate === undefined ? {} : { predicate }),
  };
}

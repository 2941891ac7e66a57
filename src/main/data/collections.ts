/** Collections: list, get, create, delete. */

import type { Database, Origin } from '../database/index.ts';
import { AppError } from '../foundation/errors.ts';
import type { Logger } from '../foundation/logger.ts';
import { createId } from '../foundation/tokens.ts';
import { type CollectionDefinition, isName } from './definition.ts';
import { changeDefinition, createTableText, type DefinitionDependencies, dropTableText } from './definition-change.ts';
import { collectionExists, collectionNotFound, collectionReferenced, invalidInput } from './errors.ts';
import { checkFields, checkTargets, toField, toFieldDefinition } from './fields.ts';
import {
  countRecords,
  deleteDefinition,
  estimateRows,
  findForChange,
  insertCollection,
  insertField,
  listDefinitions,
  listReferringNames,
  toDefinition,
} from './queries.ts';
import type { Collection, NewCollection } from './schema.ts';

export interface CollectionDependencies extends DefinitionDependencies {
  logger: Logger;
}

/** From here on a collection's size is the planner's estimate. */
const COUNT_LIMIT = 10_000;
const UNDEFINED_TABLE = '42P01';

export async function listCollections(deps: CollectionDependencies, origin: Origin): Promise<Collection[]> {
  const rows = await deps.database.query(listDefinitions, [], origin);
  return describeAll(deps.database, rows.map(toDefinition), origin);
}

/** @throws AppError collection_not_found */
export async function getCollection(deps: CollectionDependencies, name: string, origin: Origin): Promise<Collection> {
  const known = await deps.cache.find(name, origin);
  if (!known) throw collectionNotFound();
  return describe(deps, known.definition, origin);
}

/** A definition as operators see it. */
export async function describe(
  { database }: CollectionDependencies,
  definition: CollectionDefinition,
  origin: Origin,
): Promise<Collection> {
  const [collection] = await describeAll(database, [definition], origin);
  if (!collection) throw collectionNotFound();
  return collection;
}

/** @throws AppError collection_exists, invalid_input */
export async function createCollection(
  deps: CollectionDependencies,
  { name, fields: given }: NewCollection,
  origin: Origin,
): Promise<Collection> {
  const path = (index: number) => `fields.${index}.`;
  const faults = checkFields(given, path);
  if (faults.length > 0) throw invalidInput(faults);
  const fields = given.map(toFieldDefinition);
  const id = createId();
  const createdAt = await changeDefinition(
    deps,
    { name: 'data.createCollection', collection: name, origin },
    async (tx) => {
      const insertedAt = await insertCollection(tx, id, name);
      if (!insertedAt) throw collectionExists(name);
      const missing = await checkTargets(tx, fields, path);
      if (missing.length > 0) throw invalidInput(missing);
      for (const field of fields) await insertField(tx, id, field);
      await tx.define(`data.createTable(${name})`, createTableText(name, fields));
      return insertedAt;
    },
  );
  deps.logger.info({ collection: name }, 'a collection was created');
  return toCollection({ id, name, version: 1, createdAt, fields }, 0);
}

/** Deletes the collection and all its records, of all owners. @throws AppError collection_not_found, collection_referenced */
export async function deleteCollection(deps: CollectionDependencies, name: string, origin: Origin): Promise<void> {
  if (!isName(name)) throw collectionNotFound();
  await changeDefinition(deps, { name: 'data.deleteCollection', collection: name, origin }, async (tx) => {
    const definition = await findForChange(tx, name);
    if (!definition) throw collectionNotFound();
    const referring = await listReferringNames(tx, definition.id);
    if (referring.length > 0) throw collectionReferenced(name, referring);
    await deleteDefinition(tx, definition.id);
    await tx.define(`data.dropTable(${name})`, dropTableText(name));
  });
  deps.logger.info({ collection: name }, 'a collection was deleted');
}

function toCollection({ name, fields, createdAt }: CollectionDefinition, approximateCount: number): Collection {
  return { name, fields: fields.map(toField), createdAt: createdAt.toISOString(), approximateCount };
}

async function describeAll(
  database: Database,
  definitions: readonly CollectionDefinition[],
  origin: Origin,
): Promise<Collection[]> {
  const names = definitions.map(({ name }) => name);
  const estimates = await database.query(estimateRows, [names], origin);
  const estimateOf = new Map(estimates.map(({ name, rows }) => [name, Math.round(rows)]));
  const described: Collection[] = [];
  for (const definition of definitions) {
    const estimate = estimateOf.get(definition.name) ?? 0;
    const count = estimate >= COUNT_LIMIT ? estimate : await countSome(database, definition.name, origin);
    described.push(toCollection(definition, count));
  }
  return described;
}

async function countSome(database: Database, name: string, origin: Origin): Promise<number> {
  try {
    const [row] = await database.query(countRecords(name), [COUNT_LIMIT], origin);
    return row?.count ?? 0;
  } catch (error) {
    const cause = error instanceof AppError ? (error.cause as { code?: string } | undefined) : undefined;
    // Deleted since it was listed.
    if (cause?.code === UNDEFINED_TABLE) return 0;
    throw error;
  }
}

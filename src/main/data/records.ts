/**
 * The records of one owner: create, read, list, change, delete. Whose they are stands in every statement, so that another
 * owner's record is no different from one that is not there.
 */

import type { Database, Origin } from '../database/index.ts';
import { AppError } from '../foundation/errors.ts';
import { createId } from '../foundation/tokens.ts';
import { type CollectionCache, isSameDefinition, type KnownCollection } from './collection-cache.ts';
import { type CollectionDefinition, derivedName } from './definition.ts';
import { collectionNotFound, definitionChanged, invalidInput, recordNotFound, recordReferenced } from './errors.ts';
import { toRecord } from './record.ts';
import { listAllRecords, listOwnRecords } from './record-lists.ts';
import { isUuid, readChangedValues, readNewValues, type StoredValue } from './record-values.ts';
import type {
  DataRecord,
  OwnedRecordPage,
  OwnedRecordsQuery,
  RecordPage,
  RecordsQuery,
  RecordValues,
} from './schema.ts';

export interface RecordDependencies {
  database: Database;
  cache: CollectionCache;
}

/** For whom, and in which collection. */
export interface RecordScope {
  collection: string;
  ownerId: string;
  origin: Origin;
}

/** @throws AppError collection_not_found, invalid_input */
export async function createRecord(
  deps: RecordDependencies,
  scope: RecordScope,
  given: RecordValues,
): Promise<DataRecord> {
  return inCollection(deps, scope, async ({ definition, statements }) => {
    const values = readNewValues(definition, given);
    const params = definition.fields.map(({ name }) => values.get(name) ?? null);
    const [row] = await deps.database
      .query(statements.insert, [createId(), scope.ownerId, ...params], scope.origin)
      .catch(refuseBrokenReference(definition));
    if (!row) throw new Error('an insert returned nothing');
    return toRecord(definition, row);
  });
}

/** @throws AppError collection_not_found, record_not_found */
export async function getRecord(deps: RecordDependencies, scope: RecordScope, id: string): Promise<DataRecord> {
  return inCollection(deps, scope, async (known) => {
    if (!isUuid(id)) throw recordNotFound();
    const [row] = await deps.database.query(known.statements.find, [scope.ownerId, id], scope.origin);
    if (!row) throw recordNotFound();
    return toRecord(known.definition, row);
  });
}

/** @throws AppError collection_not_found, invalid_input, field_not_indexed, combination_not_served, invalid_cursor */
export async function listRecords(
  deps: RecordDependencies,
  scope: RecordScope,
  query: RecordsQuery,
): Promise<RecordPage> {
  const { ownerId, origin } = scope;
  return inCollection(deps, scope, (known) => listOwnRecords(deps.database, { known, ownerId, query, origin }));
}

/** @throws AppError collection_not_found, record_not_found, invalid_input */
export async function changeRecord(
  deps: RecordDependencies,
  scope: RecordScope,
  { id, changes }: { id: string; changes: RecordValues },
): Promise<DataRecord> {
  return inCollection(deps, scope, async ({ definition, statements }) => {
    const values = readChangedValues(definition, changes);
    if (!isUuid(id)) throw recordNotFound();
    // Nothing changed is no change: the record keeps its time.
    const [row] =
      values.size === 0
        ? await deps.database.query(statements.find, [scope.ownerId, id], scope.origin)
        : await deps.database
            .query(statements.update, [scope.ownerId, id, ...flagged(definition, values)], scope.origin)
            .catch(refuseBrokenReference(definition));
    if (!row) throw recordNotFound();
    return toRecord(definition, row);
  });
}

/** @throws AppError collection_not_found, record_not_found, record_referenced */
export async function deleteRecord(deps: RecordDependencies, scope: RecordScope, id: string): Promise<void> {
  return inCollection(deps, scope, async ({ statements }) => {
    if (!isUuid(id)) throw recordNotFound();
    const deleted = await deps.database.execute(statements.remove, [scope.ownerId, id], scope.origin).catch((error) => {
      throw sqlStateOf(error) === FOREIGN_KEY_VIOLATION ? recordReferenced() : error;
    });
    if (deleted === 0) throw recordNotFound();
  });
}

/** Records of all owners, for operators. @throws AppError collection_not_found, invalid_cursor */
export async function listRecordsOfOwners(
  deps: RecordDependencies,
  { collection, origin }: Pick<RecordScope, 'collection' | 'origin'>,
  query: OwnedRecordsQuery,
): Promise<OwnedRecordPage> {
  return inCollection(deps, { collection, origin }, (known) => listAllRecords(deps.database, { known, query, origin }));
}

const FOREIGN_KEY_VIOLATION = '23503';
/** Classes of SQLSTATE that a definition of yesterday can lead to; XX is what Postgres says of a table that just went. */
const DEFINITION_FAULTS = /^(0A|22|23|42|XX)/;

function flagged({ fields }: CollectionDefinition, values: ReadonlyMap<string, StoredValue>): StoredValue[] {
  return fields.flatMap(({ name }) => [values.has(name), values.get(name) ?? null]);
}

function sqlStateOf(thrown: unknown): string {
  const cause = thrown instanceof AppError ? thrown.cause : undefined;
  const code = cause instanceof Error ? (cause as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Names the field whose record is not there, or is another owner's. */
function refuseBrokenReference({ name, fields }: CollectionDefinition): (thrown: unknown) => never {
  return (thrown) => {
    const cause = thrown instanceof AppError ? (thrown.cause as { constraint?: string } | undefined) : undefined;
    const broken = fields.find((field) => field.target && derivedName('fkey', name, field.name) === cause?.constraint);
    if (sqlStateOf(thrown) !== FOREIGN_KEY_VIOLATION || !broken) throw thrown;
    throw invalidInput([{ field: broken.name, message: `refers to no record of yours in ${broken.target}` }]);
  };
}

/**
 * Works with what is known of the collection. Where the database turns out to have moved on, because another process changed
 * the collection within the last seconds, looks again and works once more: nothing was done, as every work is one statement.
 */
async function inCollection<Result>(
  { cache }: RecordDependencies,
  { collection, origin }: Pick<RecordScope, 'collection' | 'origin'>,
  work: (known: KnownCollection) => Promise<Result>,
): Promise<Result> {
  const known = await cache.find(collection, origin);
  if (!known) throw collectionNotFound();
  try {
    return await work(known);
  } catch (error) {
    if (!DEFINITION_FAULTS.test(sqlStateOf(error))) throw error;
    const current = await cache.refresh(known);
    if (!current) throw collectionNotFound();
    if (isSameDefinition(known.definition, current.definition)) throw error;
    return work(current).catch((again) => {
      throw DEFINITION_FAULTS.test(sqlStateOf(again)) ? definitionChanged(again) : again;
    });
  }
}

/** Lists of records in pages: which order an index serves, where a page begins, and what the next one is asked with. */

import type { Database, Origin } from '../database/index.ts';
import type { KnownCollection } from './collection-cache.ts';
import { bindingOf, decodeCursor, encodeCursor, type Position } from './cursor.ts';
import { type CollectionDefinition, type FieldDefinition, findField } from './definition.ts';
import { combinationNotServed, fieldNotIndexed, invalidCursor, invalidInput } from './errors.ts';
import { toOwnedRecord, toRecord } from './record.ts';
import type { ListShape, RecordRow } from './record-statements.ts';
import { convertQueryValue, convertValue, isUuid, type StoredValue } from './record-values.ts';
import type { OwnedRecordPage, OwnedRecordsQuery, RecordPage, RecordsQuery } from './schema.ts';

/** Ids are version 7 UUIDs, so these two stand before the first and after the last of all. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const WHERE = 'where.';

interface Order {
  /** Null: by id, which is by the time of creation. */
  field: FieldDefinition | null;
  isDescending: boolean;
}

interface Filter {
  field: FieldDefinition;
  value: StoredValue;
}

/** A stretch of the list in one order, with its parameters up to the count. */
interface Stretch {
  shape: ListShape;
  params: StoredValue[];
}

export interface ListOptions {
  known: KnownCollection;
  ownerId: string;
  query: RecordsQuery;
  origin: Origin;
}

/** @throws AppError invalid_input, field_not_indexed, combination_not_served, invalid_cursor */
export async function listOwnRecords(database: Database, options: ListOptions): Promise<RecordPage> {
  const { known, ownerId, query, origin } = options;
  const { definition } = known;
  const filter = readFilter(definition, query);
  const order = readOrder(definition, query.sort ?? '-created', filter);
  const binding = bindingOf(
    ...[definition.id, order.field?.name ?? '', order.isDescending, filter?.field.name ?? '', filter?.value ?? null],
  );
  const position = query.cursor === undefined ? undefined : decodeCursor(binding, query.cursor);
  const stretches = stretchesOf(order, filter, position).map(({ shape, params }) => ({
    shape,
    params: [ownerId, ...params],
  }));
  const { rows, hasMore } = await readPage(database, { known, stretches, limit: query.limit, origin });
  const records = rows.map((row) => toRecord(definition, row));
  const last = records.at(-1);
  const end = last && { id: last.id, ...(order.field ? { value: last[order.field.name] } : {}) };
  return { records, nextCursor: hasMore && end ? encodeCursor(binding, end) : null };
}

export interface OwnedListOptions {
  known: KnownCollection;
  query: OwnedRecordsQuery;
  origin: Origin;
}

/** The records of one owner, newest first, or of all, one owner after the other. @throws AppError invalid_cursor */
export async function listAllRecords(database: Database, options: OwnedListOptions): Promise<OwnedRecordPage> {
  const { known, query, origin } = options;
  const binding = bindingOf(known.definition.id, 'owners', query.ownerId ?? null);
  const position = query.cursor === undefined ? undefined : decodeCursor(binding, query.cursor);
  const ownerId = query.ownerId ?? position?.value ?? AFTER_ALL;
  if (!isUuid(ownerId)) throw invalidCursor();
  const shape = { by: query.ownerId === undefined ? 'any_owner' : 'one_owner' } as const;
  const stretches = [{ shape, params: [ownerId, position?.id ?? AFTER_ALL] }];
  const { rows, hasMore } = await readPage(database, { known, stretches, limit: query.limit, origin });
  const records = rows.map((row) => toOwnedRecord(known.definition, row));
  const last = records.at(-1);
  return {
    records,
    nextCursor: hasMore && last ? encodeCursor(binding, { id: last.id, value: last.ownerId }) : null,
  };
}

function readFilter(definition: CollectionDefinition, query: RecordsQuery): Filter | null {
  const given = Object.entries(query).filter(([name]) => name.startsWith(WHERE));
  if (given.length > 1) throw combinationNotServed();
  const [name, text] = given[0] ?? [];
  if (name === undefined) return null;
  const field = findIndexed(definition, name.slice(WHERE.length), name);
  const conversion = convertQueryValue(field, String(text));
  if ('fault' in conversion) throw invalidInput([{ field: name, message: conversion.fault }]);
  return { field, value: conversion.value };
}

function readOrder(definition: CollectionDefinition, sort: string, filter: Filter | null): Order {
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  if (name === 'created') return { field: null, isDescending };
  const field = findIndexed(definition, name, 'sort');
  if (!filter) return { field, isDescending };
  if (filter.field.name !== field.name) throw combinationNotServed();
  // All have the same value: what is left of the order is that of the ids.
  return { field: null, isDescending };
}

function findIndexed(definition: CollectionDefinition, name: string, parameter: string): FieldDefinition {
  const field = findField(definition, name);
  if (!field) throw invalidInput([{ field: parameter, message: 'names no field of this collection' }]);
  if (!field.indexed) throw fieldNotIndexed(name);
  return field;
}

function stretchesOf({ field, isDescending }: Order, filter: Filter | null, position: Position | undefined): Stretch[] {
  const start = isDescending ? AFTER_ALL : BEFORE_ALL;
  if (!field) {
    if (position && 'value' in position) throw invalidCursor();
    const shape: ListShape = { by: 'id', isDescending, ...(filter ? { where: filter.field } : {}) };
    return [{ shape, params: [...(filter ? [filter.value] : []), position?.id ?? start] }];
  }
  if (position && !('value' in position)) throw invalidCursor();
  const isAmongNulls = position !== undefined && position.value === null;
  const nulls = { shape: { by: 'null', isDescending, field } as const, params: [isAmongNulls ? position.id : start] };
  if (isAmongNulls && !isDescending) return [nulls];
  const isContinued = position !== undefined && !isAmongNulls;
  const values: Stretch = {
    shape: { by: 'value', isDescending, field, isContinued },
    params: isContinued ? [positionValue(field, position), position.id] : [],
  };
  if (field.required) return [values];
  if (!isDescending) return [values, nulls];
  return isContinued ? [values] : [nulls, values];
}

function positionValue(field: FieldDefinition, { value }: Position): StoredValue {
  const conversion = convertValue(field, value);
  if ('fault' in conversion) throw invalidCursor();
  return conversion.value;
}

interface PageRequest {
  known: KnownCollection;
  stretches: Stretch[];
  limit: number;
  origin: Origin;
}

/** Reads one record more than asked for, to know whether there are more. */
async function readPage(database: Database, { known, stretches, limit, origin }: PageRequest) {
  const rows: RecordRow[] = [];
  for (const { shape, params } of stretches) {
    const wanted = limit + 1 - rows.length;
    if (wanted === 0) break;
    const found = await database.query(known.statements.list(shape), [...params, wanted], origin);
    rows.push(...found);
    // The page was cut to its share of bytes: the rest of this stretch comes before the next one.
    if (Number(found[0]?._page_rows ?? found.length) > found.length)
      return { rows: rows.slice(0, limit), hasMore: true };
  }
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

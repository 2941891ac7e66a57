/** A collection's definition as the server works with it, and the names of what Postgres makes of it. */

import { createHash } from 'node:crypto';
import { type FieldType, NAME_PATTERN } from './schema.ts';

export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly indexed: boolean;
  /** The collection that a reference is to; null for every other type. */
  readonly target: string | null;
}

export interface CollectionDefinition {
  /** Differs between a collection and one made later under the same name. */
  readonly id: string;
  readonly name: string;
  /** Grows with every change of the fields. */
  readonly version: number;
  readonly createdAt: Date;
  readonly fields: readonly FieldDefinition[];
}

const NAME = new RegExp(NAME_PATTERN);

/** Columns that every record has, columns that every Postgres table has, words of our URLs, and keys of prototypes. */
const RESERVED_FIELD_NAMES = new Set([
  ...['id', 'owner_id', 'created_at', 'updated_at', 'created', 'updated'],
  ...['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'],
  ...['constructor', 'prototype'],
]);

export const columnTypes: Readonly<Record<FieldType, string>> = {
  text: 'text',
  number: 'double precision',
  boolean: 'boolean',
  // Milliseconds are what JSON clients and cursors carry; a finer value could not be found again by its own cursor.
  timestamp: 'timestamptz(3)',
  json: 'jsonb',
  reference: 'uuid',
};

export function isName(text: string): boolean {
  return NAME.test(text);
}

export function isReservedFieldName(name: string): boolean {
  return RESERVED_FIELD_NAMES.has(name);
}

/**
 * The only way in which a name of a user's choosing gets into SQL.
 *
 * @throws Error where it is no name of ours; callers have checked before
 */
export function quoteName(name: string): string {
  if (!isName(name)) throw new Error('a name that is not one was about to be put into SQL');
  return `"${name}"`;
}

export function tableOf(collection: string): string {
  return `aquifer_data.${quoteName(collection)}`;
}

/**
 * The name of a constraint or an index. Indexes share a namespace with tables: the leading underscore keeps them away from
 * collections, and the digest from each other where long names are cut to Postgres' 63 bytes.
 */
export function derivedName(kind: 'pkey' | 'fkey' | 'idx', collection: string, field = ''): string {
  const digest = createHash('sha256').update(`${collection} ${field} ${kind}`).digest('hex').slice(0, 8);
  const parts = [collection.slice(0, 20), field.slice(0, 20), kind, digest];
  return `_${parts.filter((part) => part !== '').join('_')}`;
}

export function findField(definition: CollectionDefinition, name: string): FieldDefinition | undefined {
  return definition.fields.find((field) => field.name === name);
}

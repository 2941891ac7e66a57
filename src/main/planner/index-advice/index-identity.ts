/**
 * What an index is, apart from its name: whether two do the same work, whether one does the other's, what it is called and how
 * it is made. Expressions are compared as they are printed, which is enough for texts that Postgres itself printed.
 */

import { createHash } from 'node:crypto';
import type { SnapshotIndex } from '../snapshot/snapshot.ts';
import type { IndexDefinition, IndexKey } from '../twin/twin.ts';

const MAX_NAME_BYTES = 63;

type OrderKey = IndexKey & { collation?: string };

/** The part of an index that decides which rows come out in which order. */
export interface Order {
  method: string;
  keys: readonly OrderKey[];
  include: readonly string[];
  predicate: string | null;
}

export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Words that Postgres takes as a name only in quotes; another that it needs no quotes for does no harm in them. */
const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create ' +
    'current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc distinct ' +
    'do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit ' +
    'localtime localtimestamp not null offset on only or order placing primary references returning select session_user some ' +
    'symmetric table then to trailing true union unique user using variadic when where window with authorization binary ' +
    'collation concurrently cross current_schema freeze full ilike inner is isnull join left like natural notnull outer ' +
    'overlaps right similar tablesample verbose'
  ).split(' '),
);

/** Equal for two indexes that do the same work. */
export function identityOf(definition: IndexDefinition): string {
  const { schema, table } = definition;
  const include = [...(definition.include ?? [])].sort();
  return JSON.stringify([
    schema,
    table,
    definition.method,
    definition.keys.map(keyIdentity),
    include,
    normalize(definition.predicate ?? ''),
    definition.isUnique ?? false,
  ]);
}

/** The same from run to run and from machine to machine. */
export function adviceId(kind: 'create' | 'drop', identity: string): string {
  return createHash('sha256').update(`${kind} ${identity}`).digest('hex').slice(0, 16);
}

function keyIdentity(key: OrderKey): string {
  const isDescending = key.isDescending ?? false;
  const nullsFirst = key.nullsFirst ?? isDescending;
  return JSON.stringify([
    key.column ?? null,
    key.expression === undefined ? null : normalize(key.expression),
    isDescending,
    nullsFirst,
    key.operatorClass ?? null,
    key.collation ?? null,
  ]);
}

function normalize(sql: string): string {
  return sql
    .replace(/\s+/g, ' ')
    .replace(/^\((.*)\)$/s, '$1')
    .trim();
}

export function orderOf(index: SnapshotIndex | IndexDefinition): Order {
  return {
    method: index.method,
    keys: index.keys.map((key) => ({ ...key })),
    include: index.include ?? [],
    predicate: index.predicate === undefined ? null : normalize(index.predicate),
  };
}

/**
 * Whether `wider` brings every row that `narrow` brings, by the same keys in the same order or in the whole reverse of it.
 * Only a B-tree serves by its first keys alone, and only one without a condition serves an index that has one.
 */
export function doesWorkOf(wider: Order, narrow: Order): 'same' | 'prefix' | null {
  if (wider.method !== narrow.method) return null;
  if (wider.predicate !== null && wider.predicate !== narrow.predicate) return null;
  if (wider.keys.length < narrow.keys.length) return null;
  if (wider.keys.length > narrow.keys.length && wider.method !== 'btree') return null;
  const head = wider.keys.slice(0, narrow.keys.length);
  const isEqual = sameKeys(head, narrow.keys) || (wider.method === 'btree' && sameKeys(head.map(reverse), narrow.keys));
  if (!isEqual) return null;
  const held = new Set([...wider.include, ...wider.keys.map(({ column }) => column)]);
  if (!narrow.include.every((column) => held.has(column))) return null;
  const isSame =
    wider.keys.length === narrow.keys.length &&
    wider.include.length === narrow.include.length &&
    wider.predicate === narrow.predicate;
  return isSame ? 'same' : 'prefix';
}

function sameKeys(some: readonly OrderKey[], others: readonly OrderKey[]): boolean {
  return some.every((key, place) => keyIdentity(key) === keyIdentity(others[place] ?? {}));
}

function reverse(key: OrderKey): OrderKey {
  const isDescending = key.isDescending ?? false;
  return { ...key, isDescending: !isDescending, nullsFirst: !(key.nullsFirst ?? isDescending) };
}

/** A key as DDL has it. */
export function keySql(key: IndexKey): string {
  const parts = [key.column === undefined ? `(${key.expression ?? ''})` : quoteName(key.column)];
  if (key.operatorClass) parts.push(key.operatorClass);
  if (key.isDescending) parts.push('desc');
  const nullsFirst = key.nullsFirst ?? key.isDescending ?? false;
  if (nullsFirst !== (key.isDescending ?? false)) parts.push(nullsFirst ? 'nulls first' : 'nulls last');
  return parts.join(' ');
}

export interface DdlTarget {
  name: string;
  schema: string;
  table: string;
  isConcurrent: boolean;
  isOnly?: boolean;
}

export function createIndexSql(definition: IndexDefinition, target: DdlTarget): string {
  const words = [
    definition.isUnique ? 'create unique index' : 'create index',
    target.isConcurrent ? 'concurrently' : '',
    quoteName(target.name),
    target.isOnly ? 'on only' : 'on',
    `${quoteName(target.schema)}.${quoteName(target.table)}`,
    definition.method === 'btree' ? '' : `using ${definition.method}`,
    `(${definition.keys.map(keySql).join(', ')})`,
    definition.include?.length ? `include (${definition.include.map(quoteName).join(', ')})` : '',
    definition.predicate ? `where ${definition.predicate}` : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** A name that says what the index is over, that fits, and that nothing in its schema has. */
export function proposeName(definition: IndexDefinition, table: string, isTaken: (name: string) => boolean): string {
  const keys = definition.keys.map((key) => key.column ?? wordsOf(key.expression ?? 'expression'));
  const method = definition.method === 'btree' ? [] : [definition.method];
  const partial = definition.predicate ? ['partial'] : [];
  const stem = [table, ...keys, ...method, ...partial].join('_');
  for (let attempt = 1; ; attempt += 1) {
    const name = `${cut(stem, MAX_NAME_BYTES - 8)}_idx${attempt === 1 ? '' : attempt}`;
    if (!isTaken(name)) return name;
  }
}

function wordsOf(expression: string): string {
  return (expression.match(/[a-z_][a-z0-9_]*/gi) ?? ['expression']).slice(0, 3).join('_').toLowerCase();
}

/** By bytes, and never in the middle of a character. */
function cut(text: string, bytes: number): string {
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytes) break;
    kept += character;
  }
  return kept;
}

/** Changes of definitions, one at a time in the whole deployment, each with its tables in one transaction. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Origin, Transaction } from '../database/index.ts';
import { AppError } from '../foundation/errors.ts';
import type { CollectionCache } from './collection-cache.ts';
import { columnTypes, derivedName, type FieldDefinition, quoteName, tableOf } from './definition.ts';

export interface DefinitionDependencies {
  database: Database;
  cache: CollectionCache;
}

/**
 * Others who change definitions are waited for. A table in use is waited for briefly: whoever comes after us for that table
 * waits behind us, and Postgres looks for deadlocks only after a second, so it is we who give way and try again.
 */
const TAKE_TURNS = `
  set local lock_timeout = '5s';
  lock table aquifer_data._collections in share row exclusive mode;
  set local lock_timeout = '800ms';
`;
const DEADLINE_MS = 20_000;
const ATTEMPTS = 4;
const PAUSE_MS = 200;
const YIELDING = new Set(['lock_unavailable', 'transaction_conflict']);

/** @throws AppError lock_unavailable where the tables stay in use */
export async function changeDefinition<Result>(
  { database, cache }: DefinitionDependencies,
  { name, collection, origin }: { name: string; collection: string; origin: Origin },
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction({ lane: 'background', deadlineMs: DEADLINE_MS, name, origin }, async (tx) => {
        await tx.define('data.takeTurns', TAKE_TURNS);
        return work(tx);
      });
    } catch (error) {
      const mayTryAgain = error instanceof AppError && YIELDING.has(error.code) && attempt < ATTEMPTS;
      if (!mayTryAgain) throw error;
      await sleep(PAUSE_MS * (0.5 + Math.random()) * attempt);
    } finally {
      cache.invalidate(collection);
    }
  }
}

export function createTableText(collection: string, fields: readonly FieldDefinition[]): string {
  const parts = [
    'id uuid not null',
    'owner_id uuid not null',
    'created_at timestamptz(3) not null default now()',
    'updated_at timestamptz(3) not null default now()',
    ...fields.map(columnText),
    // Led by the owner, and no index on the id alone: over that one Postgres would look for the few records of one owner
    // among the newest of all. References are made to this key too.
    `constraint ${derivedName('pkey', collection)} primary key (owner_id, id)`,
    ...fields.flatMap((field) => foreignKeyText(collection, field)),
  ];
  const indexes = fields.filter(({ indexed }) => indexed).map((field) => createIndexText(collection, field));
  return [`create table ${tableOf(collection)} (\n  ${parts.join(',\n  ')}\n)`, ...indexes].join(';\n');
}

export function addFieldText(collection: string, field: FieldDefinition): string {
  const constraints = foreignKeyText(collection, field).map((text) => `,\n  add ${text}`);
  const column = `alter table ${tableOf(collection)}\n  add column ${columnText(field)}${constraints.join('')}`;
  return field.indexed ? `${column};\n${createIndexText(collection, field)}` : column;
}

export function dropTableText(collection: string): string {
  return `drop table ${tableOf(collection)}`;
}

function columnText({ name, type, required }: FieldDefinition): string {
  return `${quoteName(name)} ${columnTypes[type]}${required ? ' not null' : ''}`;
}

/** With the owner in it, so that a record can refer only to another of its own owner. */
function foreignKeyText(collection: string, { name, target }: FieldDefinition): string[] {
  if (target === null) return [];
  const constraint = derivedName('fkey', collection, name);
  return [
    `constraint ${constraint} foreign key (owner_id, ${quoteName(name)}) references ${tableOf(target)} (owner_id, id)`,
  ];
}

/** Serves the order by the field, the filter by it, and the look for records that refer to one that is deleted. */
function createIndexText(collection: string, { name }: FieldDefinition): string {
  return `create index ${derivedName('idx', collection, name)} on ${tableOf(collection)} (owner_id, ${quoteName(name)}, id)`;
}

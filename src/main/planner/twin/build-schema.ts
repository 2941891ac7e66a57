/**
 * Builds a snapshot's schema in an empty database. Statements go in large batches; where one of a batch fails, its others are run
 * one by one. What cannot be made is a gap, never an error: the rest of the schema can still be planned for.
 */

import { quoteName } from '../snapshot/quoting.ts';
import type { Gap, Snapshot } from '../snapshot/snapshot.ts';
import {
  foreignKeyStatements,
  indexStatements,
  objectStatement,
  relationStatement,
  type SchemaStatement,
} from './schema-statements.ts';
import { isOneOf } from './single-statement.ts';
import type { TwinDatabase } from './twin-database.ts';

export interface BuildOptions {
  isUntrusted: boolean;
  /** Extensions that can be created; all where nothing is said. */
  extensions?: readonly string[];
}

const BATCH = 200;

interface Builder {
  database: TwinDatabase;
  isUntrusted: boolean;
  gaps: Gap[];
}

/** @returns what could not be made */
export async function buildSchema(database: TwinDatabase, snapshot: Snapshot, options: BuildOptions): Promise<Gap[]> {
  const builder: Builder = { database, isUntrusted: options.isUntrusted, gaps: [] };
  await database.run(
    'set search_path = pg_catalog; set check_function_bodies = off; set client_min_messages = error; set synchronous_commit = off',
  );
  await makeSchemas(builder, snapshot.schemas);
  await makeExtensions(builder, snapshot, options.extensions);

  const { versionNumber } = database.engine;
  const objects = snapshot.objects.filter(({ kind }) => kind !== 'view' && kind !== 'statistics').map(objectStatement);
  const late = snapshot.objects.filter(({ kind }) => kind === 'view' || kind === 'statistics').map(objectStatement);
  const tables = snapshot.relations.map((relation) => relationStatement(relation, versionNumber));
  // A function may ask for a table's type, and a table for a function.
  const waiting = await attempt(builder, [...objects, ...tables]);
  await attemptUntilNothingMoves(builder, [...waiting, ...late]);
  report(builder, await attempt(builder, indexStatements(snapshot)));
  report(builder, await attempt(builder, foreignKeyStatements(snapshot)));
  return builder.gaps;
}

async function makeSchemas(builder: Builder, schemas: readonly string[]): Promise<void> {
  const wanted = schemas.filter((name) => !name.startsWith('pg_') && name !== 'information_schema');
  const statements = wanted.map((name) => ({
    subject: `schema ${name}`,
    text: `create schema if not exists ${quoteName(name)}`,
    node: 'CreateSchemaStmt',
  }));
  report(builder, await attempt(builder, statements));
}

async function makeExtensions(builder: Builder, snapshot: Snapshot, available?: readonly string[]): Promise<void> {
  for (const { name, schema } of snapshot.extensions) {
    if (name === 'plpgsql') continue;
    const text = `create extension if not exists ${quoteName(name)} schema ${quoteName(schema)} cascade`;
    const isMade =
      (!available || available.includes(name)) &&
      (await attempt(builder, [{ subject: name, text, node: 'CreateExtensionStmt' }])).length === 0;
    if (isMade) continue;
    builder.gaps.push({
      subject: `extension ${name}`,
      sentence: `The twin has no extension ${name}: what needs its types, functions or indexes is missing from it.`,
    });
  }
}

async function attemptUntilNothingMoves(builder: Builder, statements: readonly Failed[] | readonly SchemaStatement[]) {
  let left = await attempt(builder, statements);
  for (let before = Number.POSITIVE_INFINITY; left.length > 0 && left.length < before; ) {
    before = left.length;
    left = await attempt(builder, left);
  }
  report(builder, left);
}

interface Failed extends SchemaStatement {
  reason: string;
}

/** @returns those that failed, in their order */
async function attempt(builder: Builder, statements: readonly SchemaStatement[]): Promise<Failed[]> {
  const failed: Failed[] = [];
  for (let start = 0; start < statements.length; start += BATCH) {
    const batch: SchemaStatement[] = [];
    for (const statement of statements.slice(start, start + BATCH)) {
      if (!builder.isUntrusted || (await isOneOf(statement.text, [statement.node]))) batch.push(statement);
      else failed.push({ ...statement, reason: 'its definition is not what it says it is' });
    }
    failed.push(...(await attemptBatch(builder.database, batch)));
  }
  return failed;
}

async function attemptBatch(database: TwinDatabase, batch: readonly SchemaStatement[]): Promise<Failed[]> {
  if (batch.length === 0) return [];
  try {
    await database.run(batch.map(({ text }) => text).join('\n;\n'));
    return [];
  } catch (error) {
    if (batch.length === 1 && batch[0]) return [{ ...batch[0], reason: reasonOf(error) }];
  }
  // Halves, so that one statement that fails costs a few batches more, and not each of the others a turn of its own.
  const middle = batch.length >> 1;
  const first = await attemptBatch(database, batch.slice(0, middle));
  return [...first, ...(await attemptBatch(database, batch.slice(middle)))];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function report(builder: Builder, failed: readonly Failed[]): void {
  for (const { subject, reason } of failed) {
    builder.gaps.push({ subject, sentence: `The twin could not make ${subject}: ${reason}.` });
  }
}

/**
 * A statement is a thing with a name. Every SQL statement of ours is declared once, with its lane and its deadline, so
 * that the pool admits it by lane, the monitor attributes it by name, and the planner can review all of them.
 */

import { createHash } from 'node:crypto';
import type { LaneName } from './lane.ts';

export interface StatementDeclaration {
  /** `feature.verbNoun`, such as `accounts.findSession`. */
  name: string;
  lane: LaneName;
  /** From asking for a connection to having the last row. */
  deadlineMs: number;
  text: string;
  /**
   * A short read that stands for itself: it may share a connection with others of its lane, and may be asked twice.
   * Nothing that writes, locks or sleeps.
   */
  isShared?: boolean;
  /** Why no index serves it, for the few statements where none does. */
  unindexedBecause?: string;
}

/** A declared statement; `Params` and `Row` exist for the compiler alone. */
export interface Statement<Params extends readonly unknown[] = readonly unknown[], Row extends object = object>
  extends Readonly<StatementDeclaration> {
  /** The name of the prepared statement on a connection: Postgres allows 63 bytes, our names may be longer. */
  readonly preparedName: string;
  readonly types?: { params: Params; row: Row };
}

const declared = new Map<string, Statement>();

/**
 * Declares a statement. Its name must be new: two statements under one name would be counted as one.
 *
 * @throws Error where the name is taken
 */
export function statement<Params extends readonly unknown[] = [], Row extends object = never>(
  declaration: StatementDeclaration,
): Statement<Params, Row> {
  if (declared.has(declaration.name)) throw new Error(`the statement ${declaration.name} is declared twice`);
  return register<Params, Row>(declaration);
}

/**
 * Declares a statement whose text follows a user's table, such as a collection's. Declaring the name again replaces
 * the text; connections tell the two apart by `preparedName`.
 */
export function generatedStatement<Params extends readonly unknown[] = [], Row extends object = never>(
  declaration: StatementDeclaration,
): Statement<Params, Row> {
  return register<Params, Row>(declaration);
}

/**
 * A statement whose text is not ours, such as one that is asked for its plan. It is no part of the list, is not prepared by
 * name, and runs by the extended protocol, which refuses a text with a second statement in it.
 */
export function adHocStatement<Params extends readonly unknown[], Row extends object>(
  declaration: StatementDeclaration,
): Statement<Params, Row> {
  return { ...declaration, preparedName: '' };
}

function register<Params extends readonly unknown[], Row extends object>(
  declaration: StatementDeclaration,
): Statement<Params, Row> {
  if (declaration.isShared && !isRead(declaration.text)) {
    throw new Error(`the statement ${declaration.name} is no read and cannot share a connection`);
  }
  const digest = createHash('sha256').update(declaration.text).digest('base64url').slice(0, 22);
  const made: Statement<Params, Row> = Object.freeze({ ...declaration, preparedName: `aquifer_${digest}` });
  declared.set(made.name, made as Statement);
  return made;
}

function isRead(text: string): boolean {
  // Without quoted names: a column may be called "update".
  const words = text.replace(/"(?:[^"]|"")*"/g, '');
  return /^\s*(select|with)\b/i.test(words) && !/\b(insert|update|delete|merge|share|pg_sleep|nextval)\b/i.test(words);
}

/** Every statement declared so far, by name. */
export function listStatements(): Statement[] {
  return [...declared.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * What `pg` is given to run a statement: prepared under its name on a connection of ours, without one behind a pooler,
 * where the next transaction may meet another backend that knows nothing of it.
 */
export function toQuery(
  { preparedName, text }: Pick<Statement, 'preparedName' | 'text'>,
  params: readonly unknown[],
  isPooled: boolean,
): { name?: string; text: string; values: unknown[]; queryMode?: 'extended' } {
  const values = params as unknown[];
  if (preparedName === '') return { text, values, queryMode: 'extended' };
  return isPooled ? { text, values } : { name: preparedName, text, values };
}

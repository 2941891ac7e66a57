/**
 * Reads SQL with Postgres' own parser, and gives its tree a few handles: the part of one kind, all children, and an expression
 * written again as text.
 */

import type { Node } from '@pgsql/types';
import { loadModule, parseSync } from 'libpg-query';
import { deparseSync } from 'pgsql-deparser';
import { AppError } from '../../foundation/errors.ts';

type KeysOf<Union> = Union extends unknown ? keyof Union : never;
export type NodeKind = KeysOf<Node>;
export type NodeOf<Kind extends NodeKind> = Extract<Node, Record<Kind, unknown>>[Kind];

/** A bulk insert with a million values is no statement to be reviewed. */
const MAX_TEXT_LENGTH = 1_000_000;

let loading: Promise<void> | undefined;

/** Postgres' parser is WebAssembly: it is loaded once, and nothing can be read before. */
export function loadParser(): Promise<void> {
  loading ??= loadModule();
  return loading;
}

/**
 * The statements of a text, in its order.
 *
 * @throws AppError unreadable_statement where Postgres would not take the text
 */
export function parseStatements(text: string): Node[] {
  if (text.length > MAX_TEXT_LENGTH) throw unreadable('it is too long');
  try {
    return (parseSync(text).stmts ?? []).flatMap(({ stmt }) => (stmt ? [stmt] : []));
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

/** @throws AppError unreadable_statement where the text is not one statement */
export function parseStatement(text: string): Node {
  const [first, second] = parseStatements(text);
  if (!first) throw unreadable('it is empty');
  if (second) throw unreadable('it is more than one statement');
  return first;
}

export function unreadable(why: string): AppError {
  return new AppError('invalid', 'unreadable_statement', `The statement cannot be read: ${why}.`);
}

/** What a node is, where it is of that kind. */
export function partOf<Kind extends NodeKind>(node: Node | undefined, kind: Kind): NodeOf<Kind> | undefined {
  return node ? ((node as Record<string, unknown>)[kind] as NodeOf<Kind> | undefined) : undefined;
}

/** The name of its kind, such as `SelectStmt`. */
export function kindOf(node: Node): NodeKind {
  return Object.keys(node)[0] as NodeKind;
}

/** A list of names, as an operator's or a column's is written. */
export function namesOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => partOf(node, 'String')?.sval ?? []);
}

/** The last of a name that may have its schema before it. */
export function lastName(nodes: readonly Node[] | undefined): string {
  return namesOf(nodes).at(-1) ?? '';
}

/** Nodes one level below, through whatever stands between. */
export function childrenOf(node: unknown): Node[] {
  const found: Node[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) look(one);
    else if (value !== null && typeof value === 'object') {
      if (isNode(value)) found.push(value);
      else for (const inner of Object.values(value)) look(inner);
    }
  };
  if (node !== null && typeof node === 'object') for (const value of Object.values(node)) look(value);
  return found;
}

/** A node is an object with one member, whose name begins with a capital. */
function isNode(value: object): value is Node {
  const keys = Object.keys(value);
  return keys.length === 1 && /^[A-Z]/.test(keys[0] ?? '');
}

/** The node and all below it. */
export function* everyNode(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(partOf(node, kindOf(node)))) yield* everyNode(child);
}

/** An expression as SQL, its columns without the names of their tables. */
export function writeExpression(node: Node): string {
  const copy = structuredClone(node);
  for (const one of everyNode(copy)) {
    const column = partOf(one, 'ColumnRef');
    if (column?.fields && column.fields.length > 1) column.fields = column.fields.slice(-1);
  }
  return deparseSync(copy);
}

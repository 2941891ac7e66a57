/**
 * Where a page ended, as an opaque text. It carries a position and nothing else: what list it belongs to is bound into it as
 * a digest, what it says is checked like any other input, and its values reach Postgres as parameters. Whoever forges one
 * gets another page of the records he may see anyway.
 */

import { createHash } from 'node:crypto';
import { invalidCursor } from './errors.ts';
import { isUuid } from './record-values.ts';

const VERSION = 1;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

export interface Position {
  id: string;
  /** The value of the field that the list is sorted by, as it stands in JSON; left out where it is sorted by id alone. */
  value?: unknown;
}

/** What tells lists apart: of which collection, whose, in what order, filtered by what. */
export function bindingOf(...parts: readonly (string | number | boolean | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 11);
}

export function encodeCursor(binding: string, { id, value }: Position): string {
  const parts = value === undefined ? [VERSION, binding, id] : [VERSION, binding, id, value];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws AppError invalid_cursor */
export function decodeCursor(binding: string, cursor: string): Position {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || parts.length < 3 || parts.length > 4) throw invalidCursor();
  const [version, bound, id, value] = parts as unknown[];
  if (version !== VERSION || bound !== binding || !isUuid(id)) throw invalidCursor();
  return parts.length === 4 ? { id, value } : { id };
}

function parse(cursor: string): unknown {
  if (!BASE64URL.test(cursor)) throw invalidCursor();
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalidCursor();
  }
}

/** Pages of a list: where the next begins is a row's key, wrapped so that nobody builds on what is inside. */

import { invalidCursor } from './errors.ts';

/** Above every id: where the first page of a list that runs from new to old begins. */
export const NEWEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a cursor says it is after; the kind keeps one list's cursor out of another. */
type CursorKind = 'id' | 'email';

export function writeCursor(kind: CursorKind, key: string): string {
  return Buffer.from(`${kind}:${key}`, 'utf8').toString('base64url');
}

/** @throws AppError invalid_cursor */
export function readCursor(kind: CursorKind, cursor: string | undefined, first: string): string {
  if (cursor === undefined) return first;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const key = text.slice(kind.length + 1);
  if (!text.startsWith(`${kind}:`) || /\p{C}/u.test(key)) throw invalidCursor();
  if (kind === 'id' && !UUID.test(key)) throw invalidCursor();
  return key;
}

/**
 * A page out of rows that were asked for with one more than the page holds.
 *
 * @param keyOf the key that the next page begins after
 */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? keyOf(last) : null;
  return { rows: page, nextCursor };
}

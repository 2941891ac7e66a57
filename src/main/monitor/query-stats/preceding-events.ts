/** Of all that happens, what may change how a statement is planned. */

import type { PrecedingEvent } from './query-store.ts';

const KINDS: ReadonlySet<string> = new Set(['deploy', 'migration', 'ddl', 'analyze']);

/** @param entries of a timeline, with their instants in ISO 8601 */
export function toPrecedingEvents(
  entries: readonly { at: string; kind: string; sentence: string }[],
): PrecedingEvent[] {
  return entries.filter(({ kind }) => KINDS.has(kind)).map(({ at, sentence }) => ({ atMs: Date.parse(at), sentence }));
}

/** Spans of time as ranges of ids: ids are made in the order of time, so that an index finds any span. */

export const OLDEST_ID = '00000000-0000-0000-0000-000000000000';
export { NEWEST_ID } from '../page.ts';

/** Ids are made by the clock of a server, times by the database's: how far they may be apart. */
export const SPAN_SLACK_MS = 3_600_000;

/** The least id (UUID version 7) of an instant, moved by `byMs`; null where there is none, or one that only Postgres can read. */
export function idAt(instant: string | undefined, byMs: number): string | null {
  if (instant === undefined) return null;
  const atMs = new Date(instant).getTime();
  if (Number.isNaN(atMs)) return null;
  const ms = Math.max(0, atMs + byMs);
  const hex = ms.toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

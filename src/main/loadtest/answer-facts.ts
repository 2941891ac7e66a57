/** What an answer says about its failure: when to come back, and the code of its problem document. */

import type { Answer } from './outcome.ts';

/** Retry-After in seconds from now, written as a number or as a date (RFC 9110, 10.2.3); null where there is none. */
export function readRetryAfter(headers: Answer['headers'], nowEpochMs: number): number | null {
  const text = headers['retry-after'];
  if (typeof text !== 'string' || text === '') return null;
  if (/^\d+$/.test(text)) return Number(text);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, (atMs - nowEpochMs) / 1000);
}

/** The member `code` of a JSON body, which problem documents (RFC 9457) commonly carry; null where there is none. */
export function readProblemCode(headers: Answer['headers'], body: string): string | null {
  if (!/json/i.test(String(headers['content-type'] ?? ''))) return null;
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === 'string' ? code : null;
  } catch {
    // A body that was cut off, or is no JSON after all, has no code; its status says enough.
    return null;
  }
}

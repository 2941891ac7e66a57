/**
 * The trail as one JSON object a line, oldest first, with number and hash: what it takes to verify it elsewhere. It is written
 * while it is read, a page at a time, so that its length costs no memory and no connection is held while a network is slow.
 */

import type { Database, Origin } from '../../database/index.ts';
import { listForExport } from './chain-queries.ts';
import { idAt, NEWEST_ID, OLDEST_ID, SPAN_SLACK_MS } from './span.ts';

export interface ExportSpan {
  /** ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const PAGE = 500;

/** Some lines at a time, each with its end. */
export async function* exportTrail(
  database: Database,
  { from, to }: ExportSpan,
  origin: Origin,
): AsyncGenerator<string, number> {
  let after = idAt(from, -SPAN_SLACK_MS) ?? OLDEST_ID;
  const before = idAt(to, SPAN_SLACK_MS) ?? NEWEST_ID;
  let count = 0;
  for (;;) {
    const page = await database.query(listForExport, [after, before, from ?? null, to ?? null, PAGE], origin);
    if (page.length > 0) yield page.map((event) => `${JSON.stringify(event)}\n`).join('');
    count += page.length;
    const last = page.at(-1);
    if (page.length < PAGE || !last) return count;
    after = last.id;
  }
}

/** What a snapshot could not see, or cannot carry, as sentences. */

import type { FactsRow } from './catalog-queries.ts';
import type { CatalogRows } from './relations.ts';
import type { Gap } from './snapshot.ts';

const BLOCK_BYTES = 8_192;

export function gapsOfDatabase({ blockSizeBytes, versionNumber, version }: FactsRow, isCut: boolean): Gap[] {
  const gaps: Gap[] = [];
  if (isCut)
    gaps.push({ subject: 'tables', sentence: 'There are more tables than a snapshot takes; it has the oldest.' });
  if (blockSizeBytes !== BLOCK_BYTES) {
    const sentence = `This Postgres has blocks of ${blockSizeBytes} bytes; a twin has blocks of ${BLOCK_BYTES}, and costs differ.`;
    gaps.push({ subject: 'block size', sentence });
  }
  if (versionNumber >= 190_000) {
    gaps.push({ subject: 'version', sentence: `Postgres ${version} is newer than what snapshots were made for.` });
  }
  return gaps;
}

/** One a table, the weightiest alone. */
export function gapsOfRelations({ columns, relations, statistics }: CatalogRows): Gap[] {
  const readable = new Map<number, boolean>();
  for (const one of columns) readable.set(one.tableOid, (readable.get(one.tableOid) ?? true) && one.isReadable);
  return relations.flatMap((row) => {
    const subject = `${row.schema}.${row.name}`;
    const gap = (sentence: string): Gap[] => [{ subject, sentence: `${subject} ${sentence}` }];
    if (row.kind === 'f')
      return gap('is a foreign table: the twin takes it for one of its own, and does not ask the other server.');
    if (row.isBlocked) {
      return gap(
        'was held by another session: its size is that of the last ANALYZE, and what needed a lock is missing.',
      );
    }
    if (row.isRowSecurityActive)
      return gap('has row security that applies to this role: its statistics cannot be seen.');
    if (!row.isReadable) return gap('may not be read by this role: its statistics cannot be seen.');
    if (readable.get(row.oid) === false)
      return gap('has columns that this role may not read: their statistics cannot be seen.');
    if (row.kind !== 'p' && row.tuples < 0 && row.sizeBytes !== '0')
      return gap('was never analysed: its rows are guessed from its size.');
    if (row.kind === 'p' && !statistics.hasAny(row)) {
      return gap('has no statistics over its partitions: autovacuum makes none of a partitioned table, ANALYZE does.');
    }
    if (row.accessMethod !== null && row.accessMethod !== 'heap') {
      return gap(`is stored by ${row.accessMethod}; the twin takes it for a plain table.`);
    }
    if (row.hasRowSecurity) return gap('has row security: plans here are those of someone to whom no policy applies.');
    return [];
  });
}

/**
 * The true ends of indexed columns. Planning a range, Postgres looks up the first and last entry of an index; a twin's index gets
 * these two, and no others. Each costs production one descent of an index; what takes longer, because of dead entries at that end, is
 * given up.
 */

import { adHocStatement } from '../../database/index.ts';
import type { ReadRows } from './connection.ts';
import { probeInLots } from './probe-lots.ts';
import { quoteName, quoteObject } from './quoting.ts';
import type { CatalogRows } from './relations.ts';
import type { Snapshot, SnapshotColumn, SnapshotRelation } from './snapshot.ts';

interface Probe {
  relation: SnapshotRelation;
  column: SnapshotColumn;
}

interface EndRow {
  place: number;
  low: string | null;
  high: string | null;
}

/** Types whose order is Postgres's own code; comparing values of another would run someone's function. */
const PROBED_TYPES =
  /^(smallint|integer|bigint|numeric|real|double precision|text|character varying|character|date|uuid|bytea|oid|inet|interval|"char"|name|time|timestamp)\b/;

export interface TrueEndsOptions {
  /** Its statistics are added to. */
  snapshot: Snapshot;
  rows: CatalogRows;
  /** As `performance.now()` has it. */
  endAtMs: number;
}

/** Writes the ends beside the histograms. What could not be probed has the ends that ANALYZE saw, and a gap says so. */
export async function readTrueEnds(query: ReadRows, { endAtMs, rows, snapshot }: TrueEndsOptions): Promise<void> {
  const probes = findProbes(snapshot, rows);
  const missed = await probeInLots(query, probes, { endAtMs, ask: (asked) => askForEnds(query, asked) });
  if (missed.length > 0) snapshot.gaps.push(gapOf(missed));
}

function gapOf(missed: readonly Probe[]) {
  const names = missed.slice(0, 3).map(({ column, relation }) => `${relation.schema}.${relation.name}.${column.name}`);
  const more = missed.length > names.length ? ` and ${missed.length - names.length} others` : '';
  return {
    subject: 'true ends',
    sentence: `The first and last values of ${names.join(', ')}${more} could not be read in time; they are as old as the last ANALYZE.`,
  };
}

/** Leading columns of valid, whole B-trees in the type's own order, which have a histogram and may be read. */
function findProbes(snapshot: Snapshot, { columns, relations }: CatalogRows): Probe[] {
  const rowOf = new Map(relations.map((row) => [`${row.schema}.${row.name}`, row]));
  const readable = new Set(columns.filter((one) => one.isReadable).map((one) => `${one.tableOid} ${one.name}`));
  const byName = new Map(snapshot.relations.map((one) => [`${one.schema}.${one.name}`, one]));
  const probes = new Map<string, Probe>();
  for (const index of snapshot.indexes) {
    const key = index.keys[0];
    const isPlain = index.method === 'btree' && index.isValid && index.predicate === undefined;
    if (!isPlain || !key?.column || key.operatorClass || key.collation) continue;
    const name = `${index.table.schema}.${index.table.name}`;
    const [row, relation] = [rowOf.get(name), byName.get(name)];
    const column = relation?.columns.find((one) => one.name === key.column);
    if (!row || !relation || !column || (relation.kind !== 'table' && relation.kind !== 'materialized view')) continue;
    const isSeen =
      row.isReadable && !row.isBlocked && !row.isRowSecurityActive && readable.has(`${row.oid} ${column.name}`);
    const isBounded = (column.statistics?.histogram?.length ?? 0) >= 2 && PROBED_TYPES.test(column.type);
    if (isSeen && isBounded && !column.type.endsWith('[]'))
      probes.set(`${row.oid} ${column.name}`, { relation, column });
  }
  return [...probes.values()];
}

async function askForEnds(query: ReadRows, probes: readonly Probe[]): Promise<void> {
  for (const { high, low, place } of await query(probeStatement(probes), [])) {
    const statistics = probes[place]?.column.statistics;
    if (statistics && low !== null && high !== null) statistics.ends = [low, high];
  }
}

function probeStatement(probes: readonly Probe[]) {
  const text = probes
    .map(({ column, relation }, place) => {
      const [name, table] = [quoteName(column.name), quoteObject(relation)];
      const end = (direction: string) =>
        `(select p.${name}::text from only ${table} p where p.${name} is not null order by p.${name} ${direction} limit 1)`;
      return `select ${place} as place, ${end('asc')} as low, ${end('desc')} as high`;
    })
    .join(' union all ');
  return adHocStatement<[], EndRow>({ name: 'planner.readTrueEnds', lane: 'background', deadlineMs: 5_000, text });
}

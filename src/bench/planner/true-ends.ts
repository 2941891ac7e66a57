/**
 * What a snapshot cannot know: where a column ends that has no index. ANALYZE saw a sample of it, and a really built index tells Postgres
 * its true ends at once. With them put in by hand, what is left of a difference is the twin's own.
 */

import { escapeIdentifier } from 'pg';
import type { Snapshot, SnapshotColumn } from '../../main/planner/snapshot/snapshot.ts';
import type { IndexDefinition } from '../../main/planner/twin/twin.ts';
import type { Production } from './production.ts';

/** The snapshot with the ends of each index's first column, read from the rows. */
export async function withTrueEnds(
  production: Production,
  snapshot: Snapshot,
  definitions: readonly IndexDefinition[],
): Promise<Snapshot> {
  const asked = new Set(definitions.map(({ keys, table }) => `${table}.${keys[0]?.column}`));
  const relations = [];
  for (const relation of snapshot.relations) {
    const columns: SnapshotColumn[] = [];
    for (const column of relation.columns) {
      const isAsked = asked.has(`${relation.name}.${column.name}`);
      columns.push(isAsked ? await withEnds(production, `${relation.schema}.${relation.name}`, column) : column);
    }
    relations.push({ ...relation, columns });
  }
  return { ...snapshot, relations };
}

async function withEnds(production: Production, table: string, column: SnapshotColumn): Promise<SnapshotColumn> {
  const { statistics } = column;
  if (!statistics?.histogram || statistics.histogram.length < 2) return column;
  const name = escapeIdentifier(column.name);
  const { rows } = await production.client.query<{ least: string; greatest: string }>(
    `select min(${name})::text as least, max(${name})::text as greatest from ${table}`,
  );
  const [ends] = rows;
  if (!ends) return column;
  return { ...column, statistics: { ...statistics, ends: [ends.least, ends.greatest] } };
}

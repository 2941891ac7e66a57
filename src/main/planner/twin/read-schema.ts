/** The twin's own schema as a snapshot, after it was changed; with what only production knows kept from the snapshot before. */

import { captureSnapshot } from '../snapshot/capture.ts';
import type { ReadRows } from '../snapshot/connection.ts';
import type { Snapshot, SnapshotColumn, SnapshotIndex, SnapshotRelation } from '../snapshot/snapshot.ts';
import { relationKey } from './catalog.ts';
import type { TwinDatabase } from './twin-database.ts';

export async function readSchema(database: TwinDatabase, before: Snapshot): Promise<Snapshot> {
  const query: ReadRows = async (statement, params) =>
    (await database.objects(statement.text, params as unknown as unknown[])) as never;
  const found = await captureSnapshot({
    async read(work) {
      await database.run('begin transaction isolation level repeatable read read only');
      try {
        return await work(query);
      } finally {
        await database.run('rollback');
      }
    },
  });
  const relations = new Map(before.relations.map((one) => [relationKey(one), one]));
  const indexes = new Map(before.indexes.map((one) => [relationKey(one), one]));
  return {
    ...before,
    schemas: found.schemas,
    objects: found.objects,
    relations: found.relations.map((one) => keepRelation(one, relations.get(relationKey(one)))),
    indexes: found.indexes.map((one) => keepIndex(one, indexes.get(relationKey(one)))),
  };
}

function keepRelation(found: SnapshotRelation, before: SnapshotRelation | undefined): SnapshotRelation {
  if (!before) return found;
  const columns = new Map(before.columns.map((column) => [column.name, column]));
  return {
    ...found,
    kind: before.kind,
    size: before.size,
    toastBlocks: before.toastBlocks,
    ...(before.counters ? { counters: before.counters } : {}),
    columns: found.columns.map((column) => keepColumn(column, columns.get(column.name))),
  };
}

/** Statistics stay where the type has stayed: what Postgres prints of them is what was put in. */
function keepColumn(found: SnapshotColumn, before: SnapshotColumn | undefined): SnapshotColumn {
  if (!before || before.type !== found.type) return found;
  const { statistics, inheritedStatistics } = before;
  return {
    ...found,
    ...(statistics ? { statistics } : {}),
    ...(inheritedStatistics ? { inheritedStatistics } : {}),
  };
}

function keepIndex(found: SnapshotIndex, before: SnapshotIndex | undefined): SnapshotIndex {
  if (before?.definition !== found.definition) return found;
  return { ...found, ...before };
}

/** The tables that a statement reads or writes, with all that are part of them or that they are part of. */

import type { Snapshot, SnapshotRelation } from '../snapshot/snapshot.ts';
import type { StatementShape } from '../workload/workload.ts';

export type RelationsReader = (shape: StatementShape) => Set<SnapshotRelation>;

export function createRelationsReader({ relations }: Snapshot): RelationsReader {
  const byKey = new Map(relations.map((one) => [keyOf(one), one]));
  const below = new Map<SnapshotRelation, SnapshotRelation[]>();
  for (const relation of relations) {
    for (const parent of parentsOf(relation)) {
      const found = byKey.get(keyOf(parent));
      if (found) below.set(found, [...(below.get(found) ?? []), relation]);
    }
  }
  return ({ target, uses }) => {
    const found = new Set<SnapshotRelation>();
    const add = (relation: SnapshotRelation) => {
      if (found.has(relation)) return;
      found.add(relation);
      below.get(relation)?.forEach(add);
    };
    for (const { schema, table } of target ? [...uses, target] : uses) {
      for (const one of relations) if (one.name === table && (schema === null || one.schema === schema)) add(one);
    }
    return found;
  };
}

const keyOf = ({ name, schema }: { schema: string; name: string }) => JSON.stringify([schema, name]);

function parentsOf({ inherits = [], partitionOf }: SnapshotRelation) {
  return partitionOf ? [partitionOf, ...inherits] : inherits;
}

/** Finds in a snapshot what a plan names: EXPLAIN tells a schema only where it was asked to be verbose. */

import type { Snapshot, SnapshotRelation } from '../snapshot/snapshot.ts';
import type { PlanNode } from './plan.ts';

export interface RelationFinder {
  relation(name: string, schema?: string): SnapshotRelation | undefined;
}

/** The one on the search path goes before others of the same name. */
export function createRelationFinder(snapshot: Snapshot): RelationFinder {
  const byName = new Map<string, SnapshotRelation[]>();
  for (const one of snapshot.relations) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  const place = ({ schema }: SnapshotRelation) => {
    const at = snapshot.searchPath.indexOf(schema);
    return at < 0 ? snapshot.searchPath.length : at;
  };
  for (const all of byName.values()) all.sort((a, b) => place(a) - place(b));
  return {
    relation(name, schema) {
      const all = byName.get(name);
      return schema === undefined ? all?.[0] : all?.find((one) => one.schema === schema);
    },
  };
}

/** Every relation that a plan reads or writes, as it names them, each once. */
export function relationsOf(root: PlanNode): { name: string; schema: string | undefined }[] {
  const found = new Map<string, { name: string; schema: string | undefined }>();
  const walk = (node: PlanNode) => {
    const name = node['Relation Name'];
    if (name !== undefined) found.set(JSON.stringify([node.Schema, name]), { name, schema: node.Schema });
    node.Plans?.forEach(walk);
  };
  walk(root);
  return [...found.values()];
}

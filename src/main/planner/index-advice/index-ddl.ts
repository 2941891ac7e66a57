/**
 * The statements that create an advised index without a standstill. A partitioned table takes several: the parent's index is made
 * empty and stays invalid, each partition's is built beside it and attached, and with the last one the parent's becomes valid.
 */

import type { Snapshot } from '../snapshot/snapshot.ts';
import type { IndexDefinition } from '../twin/twin.ts';
import { createIndexSql, proposeName, quoteName } from './index-identity.ts';
import { type TableFacts, tableKey } from './table-facts.ts';

export interface NamedTarget {
  name: string;
  table: TableFacts;
  snapshot: Snapshot;
}

export function creationSteps(definition: IndexDefinition, { name, snapshot, table }: NamedTarget): string[] {
  const { schema, table: tableName } = definition;
  const target = { name, schema, table: tableName, isConcurrent: true };
  if (table.relation.kind !== 'partitioned') return [createIndexSql(definition, target)];
  const parents = [table.relation, ...partitionedBelow(table, snapshot)];
  const taken = new Set(snapshot.indexes.map((one) => JSON.stringify([one.schema, one.name])));
  const nameFor = (relation: { schema: string; name: string }): string => {
    if (relation === table.relation) return name;
    const isTaken = (one: string) => taken.has(JSON.stringify([relation.schema, one]));
    const proposed = proposeName(definition, relation.name, isTaken);
    taken.add(JSON.stringify([relation.schema, proposed]));
    return proposed;
  };
  const names = new Map([...parents, ...table.leaves].map((one) => [tableKey(one.schema, one.name), nameFor(one)]));
  const attach = (relation: (typeof parents)[number]): string[] => {
    const { partitionOf } = relation;
    const parentName = partitionOf && names.get(tableKey(partitionOf.schema, partitionOf.name));
    const own = names.get(tableKey(relation.schema, relation.name));
    if (!partitionOf || parentName === undefined || own === undefined) return [];
    const parentIndex = `${quoteName(partitionOf.schema)}.${quoteName(parentName)}`;
    return [`alter index ${parentIndex} attach partition ${quoteName(relation.schema)}.${quoteName(own)}`];
  };
  const make = (relation: (typeof parents)[number], isOnly: boolean): string =>
    createIndexSql(definition, {
      name: names.get(tableKey(relation.schema, relation.name)) ?? name,
      ...{ schema: relation.schema, table: relation.name, isConcurrent: !isOnly, isOnly },
    });
  return [
    ...parents.map((one) => make(one, true)),
    ...table.leaves.flatMap((one) => [make(one, false), ...attach(one)]),
    // The innermost first: a parent's index is valid once all of its parts are.
    ...parents.slice(1).reverse().flatMap(attach),
  ];
}

/** Partitions that are partitioned themselves, the outer ones first. */
function partitionedBelow(table: TableFacts, { relations }: Snapshot) {
  const within = new Set([table.key]);
  return relations.filter((one) => {
    const { partitionOf } = one;
    if (one.kind !== 'partitioned' || !partitionOf) return false;
    if (!within.has(tableKey(partitionOf.schema, partitionOf.name))) return false;
    within.add(tableKey(one.schema, one.name));
    return true;
  });
}

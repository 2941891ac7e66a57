/**
 * What the advisor asks of a table, answered from the snapshot: rows, distinct values, widths, the indexes that are there. A
 * partitioned table is one table here, with its partitions as leaves: an index is advised for all of them or for none.
 */

import type {
  ColumnStatistics,
  Snapshot,
  SnapshotColumn,
  SnapshotIndex,
  SnapshotRelation,
} from '../snapshot/snapshot.ts';

/** What Postgres takes where nobody has looked. */
const UNKNOWN_DISTINCT = 200;
const UNKNOWN_ROWS_PER_BLOCK = 60;

export interface TableFacts {
  readonly key: string;
  readonly relation: SnapshotRelation;
  /** What holds rows: the table itself, or its partitions, the largest first. */
  readonly leaves: readonly SnapshotRelation[];
  /** Those of the largest leaf, which stands for the others. */
  readonly indexes: readonly SnapshotIndex[];
  readonly rows: number;
  readonly blocks: number;
  /** Share of pages that an index-only scan need not look at. */
  readonly allVisibleShare: number;
  readonly columns: ReadonlyMap<string, SnapshotColumn>;
}

export interface TableBook {
  readonly tables: readonly TableFacts[];
  /** A partition is found as the table that it is a part of. */
  find(schema: string | null, name: string): TableFacts | undefined;
}

/** Unambiguous for any name: a name may hold a dot. */
export function tableKey(schema: string, name: string): string {
  return JSON.stringify([schema, name]);
}

export function readTables(snapshot: Snapshot): TableBook {
  const relations = new Map(snapshot.relations.map((one) => [tableKey(one.schema, one.name), one]));
  const indexes = groupBy(snapshot.indexes, ({ table }) => tableKey(table.schema, table.name));
  const rootOf = (relation: SnapshotRelation): SnapshotRelation => {
    const parent =
      relation.partitionOf && relations.get(tableKey(relation.partitionOf.schema, relation.partitionOf.name));
    return parent ? rootOf(parent) : relation;
  };
  const families = groupBy(
    snapshot.relations.filter(({ kind }) => kind !== 'foreign'),
    (relation) => tableKey(rootOf(relation).schema, rootOf(relation).name),
  );
  const facts = new Map<string, TableFacts>();
  for (const [key, family] of families) {
    const relation = relations.get(key);
    if (relation) facts.set(key, describeTable(key, relation, family, indexes));
  }
  const places = [...snapshot.searchPath, 'public'];
  return {
    tables: [...facts.values()],
    find: (schema, name) => {
      for (const place of schema === null ? places : [schema]) {
        const relation = relations.get(tableKey(place, name));
        if (relation) return facts.get(tableKey(rootOf(relation).schema, rootOf(relation).name));
      }
      return undefined;
    },
  };
}

function describeTable(
  key: string,
  relation: SnapshotRelation,
  family: readonly SnapshotRelation[],
  indexes: ReadonlyMap<string, SnapshotIndex[]>,
): TableFacts {
  const leaves = family.filter(({ kind }) => kind !== 'partitioned').sort((a, b) => rowsOf(b) - rowsOf(a));
  const blocks = sum(leaves.map(({ size }) => size.blocks));
  const visible = sum(leaves.map(({ size }) => size.allVisiblePages));
  const largest = leaves[0] ?? relation;
  return {
    key,
    relation,
    leaves,
    indexes: indexes.get(tableKey(largest.schema, largest.name)) ?? [],
    rows: sum(leaves.map(rowsOf)),
    blocks,
    allVisibleShare: blocks === 0 ? 0 : visible / Math.max(blocks, visible),
    columns: new Map(relation.columns.map((column) => [column.name, column])),
  };
}

/** As the planner has it: the density that was last seen, over the file's present length. */
function rowsOf({ size, counters }: SnapshotRelation): number {
  if (size.tuples > 0 && size.pages > 0) return Math.round((size.tuples / size.pages) * size.blocks);
  return counters?.liveRows || size.blocks * UNKNOWN_ROWS_PER_BLOCK;
}

export function statisticsOf(table: TableFacts, name: string): ColumnStatistics | undefined {
  const column = table.columns.get(name);
  const ofLeaf = table.leaves[0]?.columns.find((one) => one.name === name)?.statistics;
  return column?.inheritedStatistics ?? column?.statistics ?? ofLeaf;
}

/** How many different values a column has. */
export function distinctOf(table: TableFacts, name: string): number {
  const distinct = statisticsOf(table, name)?.distinct;
  if (distinct === undefined || distinct === 0) return Math.min(UNKNOWN_DISTINCT, Math.max(table.rows, 1));
  return distinct > 0 ? distinct : Math.max(-distinct * table.rows, 1);
}

export function widthOf(table: TableFacts, name: string): number {
  return statisticsOf(table, name)?.averageWidthBytes ?? 16;
}

export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export function sum(figures: readonly number[]): number {
  return figures.reduce((total, one) => total + one, 0);
}

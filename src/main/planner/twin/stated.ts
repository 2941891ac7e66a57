/** Brings the twin from one snapshot's sizes and statistics to another's; only what differs is written. */

import type { ColumnStatistics, Snapshot, SnapshotIndex, SnapshotRelation } from '../snapshot/snapshot.ts';
import { relationKey, type TwinCatalog } from './catalog.ts';
import { ginSizesOf } from './gin-size.ts';
import { type Ends, endsOf, endTuples, withEndsToBeFound } from './index-ends.ts';
import type { GinSizes } from './index-pages.ts';
import { heightOf } from './index-size.ts';
import { keySizesOf } from './key-sizes.ts';
import { indexSize, relationSize, type SizeWriter, type StatedSize } from './sizes.ts';
import { DELETE_STATISTICS, restoreStatistics, type StatisticsRow, statisticsDocument } from './statistics.ts';
import type { TwinDatabase } from './twin-database.ts';

export interface StateChange {
  /** Tables, by `relationKey`, of which a size or a statistic differs. */
  tables: ReadonlySet<string>;
  /** Columns, as people write them, whose statistics Postgres did not take whole. */
  refused: string[];
}

export interface StateOptions {
  database: TwinDatabase;
  catalog: TwinCatalog;
  sizes: SizeWriter;
}

/** @param from nothing where the twin has just been made */
export async function writeState(
  { database, catalog, sizes }: StateOptions,
  from: Snapshot | undefined,
  to: Snapshot,
): Promise<StateChange> {
  const tables = new Set<string>();
  const indexes = changedIndexes(catalog, from, to, tables);
  const ends = await endTuples(
    database,
    indexes.map((one) => one.ends),
  );
  const stated = [
    ...tableSizes(catalog, from, to, tables),
    ...indexes.map((one, place) => indexStatedSize(one, ends[place])),
  ];
  const rows = statisticsRows(catalog, from, to, tables);
  await sizes.write(stated);
  if (from && rows.length > 0) await database.query(DELETE_STATISTICS, [statisticsDocument(rows)]);
  const given = rows.filter(({ statistics }) => statistics !== NONE);
  const refused = (await restoreStatistics(database, given)).map((place) => {
    const row = given[place];
    return `${row?.schema}.${row?.relation}, column ${row?.attribute}`;
  });
  return { tables, refused };
}

/** Stands for statistics that are no more. */
const NONE: ColumnStatistics = { nullFraction: 0, averageWidthBytes: 0, distinct: 0 };

function byKey<Named extends { schema: string; name: string }>(named: readonly Named[] = []): Map<string, Named> {
  return new Map(named.map((one) => [relationKey(one), one]));
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function tableSizes(
  catalog: TwinCatalog,
  from: Snapshot | undefined,
  to: Snapshot,
  changed: Set<string>,
): StatedSize[] {
  const before = byKey(from?.relations);
  return to.relations.flatMap((relation) => {
    const key = relationKey(relation);
    const there = catalog.get(key);
    if (!there || isSame(before.get(key)?.size, relation.size)) return [];
    changed.add(key);
    return [relationSize(relation, there)];
  });
}

interface ChangedIndex {
  oid: number;
  index: SnapshotIndex;
  table: SnapshotRelation | undefined;
  ends: Ends | undefined;
}

function changedIndexes(
  catalog: TwinCatalog,
  from: Snapshot | undefined,
  to: Snapshot,
  changed: Set<string>,
): ChangedIndex[] {
  const before = byKey(from?.indexes);
  const tablesBefore = byKey(from?.relations);
  const tables = byKey(to.relations);
  return to.indexes.flatMap((index) => {
    const key = relationKey(index);
    const there = catalog.get(key);
    if (!there || there.kind === 'I') return [];
    const table = tables.get(relationKey(index.table));
    const past = before.get(key);
    const ends = endsOf(index, table);
    const isKept =
      past &&
      isSame(past.size, index.size) &&
      past.height === index.height &&
      isSame(endsOf(past, tablesBefore.get(relationKey(past.table))), ends);
    if (isKept) return [];
    changed.add(relationKey(index.table));
    return [{ oid: there.oid, index, table, ends }];
  });
}

function indexStatedSize({ oid, index, table }: ChangedIndex, ends: readonly Buffer[] | undefined): StatedSize {
  const { blocks, pages, tuples } = index.size;
  const height = index.method === 'btree' ? (index.height ?? guessHeight(index, table)) : 0;
  const heapBlocks = table?.size.blocks ?? 0;
  const gin = index.method === 'gin' ? ginOf(index, table) : undefined;
  return indexSize(oid, index.method, index.definition, { blocks, height, pages, tuples, heapBlocks, gin, ends });
}

function guessHeight(index: SnapshotIndex, table: SnapshotRelation | undefined): number {
  if (!table) return 0;
  const keys = keySizesOf(index, table);
  // Types that look different and are equal are few; whether this is one of them is not in the snapshot.
  const canDeduplicate = index.include.length === 0;
  return heightOf(index.size.blocks, {
    rows: Math.max(index.size.tuples, 1),
    keys,
    isUnique: index.isUnique,
    canDeduplicate,
  });
}

/** Of its first key: GIN indexes with several are rare. */
function ginOf(index: SnapshotIndex, table: SnapshotRelation | undefined): GinSizes {
  const [key] = index.keys;
  const column = table?.columns.find(({ name }) => name === key?.column);
  const statistics = column ? (column.statistics ?? column.inheritedStatistics) : index.expressionStatistics?.['1'];
  const heapBlocks = table?.size.blocks ?? 1;
  const rows = Math.max(1, index.size.tuples);
  const shape = { type: column?.type ?? 'text', operatorClass: key?.operatorClass, statistics, rows, heapBlocks };
  return ginSizesOf(shape, index.size.blocks);
}

function statisticsRows(
  catalog: TwinCatalog,
  from: Snapshot | undefined,
  to: Snapshot,
  changed: Set<string>,
): StatisticsRow[] {
  const rows: StatisticsRow[] = [];
  const before = collectStatistics(from);
  const after = collectStatistics(to);
  for (const [place, entry] of [...after, ...[...before].filter(([place]) => !after.has(place))]) {
    const statistics = after.get(place)?.statistics;
    if (from && isSame(before.get(place)?.statistics, statistics)) continue;
    const there = catalog.get(relationKey(entry));
    const attribute = entry.column === undefined ? entry.attribute : there?.attributes.get(entry.column);
    if (!there || attribute === undefined) continue;
    changed.add(entry.table);
    const { schema, name, isInherited } = entry;
    rows.push({ schema, relation: name, attribute, isInherited, statistics: statistics ?? NONE });
  }
  return rows;
}

interface StatisticsEntry {
  schema: string;
  name: string;
  /** The table's key. */
  table: string;
  column?: string;
  attribute?: number;
  isInherited: boolean;
  statistics: ColumnStatistics;
}

function collectStatistics(snapshot: Snapshot | undefined): Map<string, StatisticsEntry> {
  const entries = new Map<string, StatisticsEntry>();
  const add = (entry: StatisticsEntry) =>
    entries.set(JSON.stringify([entry.schema, entry.name, entry.column ?? entry.attribute, entry.isInherited]), entry);
  for (const relation of snapshot?.relations ?? []) {
    const { schema, name } = relation;
    const table = relationKey(relation);
    for (const { name: column, type, statistics: own, inheritedStatistics } of relation.columns) {
      const statistics = own && withEndsToBeFound(type, own);
      if (statistics) add({ schema, name, table, column, isInherited: false, statistics });
      if (inheritedStatistics) add({ schema, name, table, column, isInherited: true, statistics: inheritedStatistics });
    }
  }
  for (const { schema, name, table, expressionStatistics = {} } of snapshot?.indexes ?? []) {
    for (const [place, statistics] of Object.entries(expressionStatistics)) {
      const attribute = Number(place);
      add({ schema, name, table: relationKey(table), attribute, isInherited: false, statistics });
    }
  }
  return entries;
}

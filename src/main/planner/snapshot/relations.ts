/** Puts tables, columns, constraints, indexes and statistics together from the catalog's rows. */

import { mapInTurns } from '../../foundation/turns.ts';
import type { ColumnRow, RelationRow } from './catalog-queries.ts';
import type { ConstraintRow, IndexRow } from './index-queries.ts';
import { sortByNeeds } from './objects.ts';
import { quoteName, quoteObject } from './quoting.ts';
import type {
  ColumnStatistics,
  ObjectName,
  RelationCounters,
  SnapshotColumn,
  SnapshotConstraint,
  SnapshotIndex,
  SnapshotRelation,
} from './snapshot.ts';
import type { StatisticsRow } from './statistics-queries.ts';

export interface CatalogRows {
  relations: readonly RelationRow[];
  columns: readonly ColumnRow[];
  constraints: readonly ConstraintRow[];
  indexes: readonly IndexRow[];
  statistics: StatisticsByName;
  blockSizeBytes: number;
}

const RELATION_KINDS = { r: 'table', p: 'partitioned', m: 'materialized view', f: 'foreign' } as const;
const CONSTRAINT_KINDS = { p: 'primary', u: 'unique', c: 'check', f: 'foreign', x: 'exclude' } as const;
const DESCENDING = 1;
const NULLS_FIRST = 2;

/** By schema, relation, attribute and whether it is of all that inherit. */
export class StatisticsByName {
  readonly #byKey = new Map<string, ColumnStatistics>();
  readonly #relations = new Set<string>();

  add(rows: readonly StatisticsRow[]): void {
    for (const row of rows) {
      this.#byKey.set(keyOf(row.schema, row.relation, row.attribute, row.isInherited), toStatistics(row));
      this.#relations.add(JSON.stringify([row.schema, row.relation]));
    }
  }

  hasAny({ schema, name }: ObjectName): boolean {
    return this.#relations.has(JSON.stringify([schema, name]));
  }

  find({ schema, name }: ObjectName, attribute: string, isInherited = false): ColumnStatistics | undefined {
    return this.#byKey.get(keyOf(schema, name, attribute, isInherited));
  }
}

function keyOf(schema: string, relation: string, attribute: string, isInherited: boolean): string {
  return JSON.stringify([schema, relation, attribute, isInherited]);
}

function toStatistics(row: StatisticsRow): ColumnStatistics {
  const { averageWidthBytes, distinct, nullFraction } = row;
  return { nullFraction, averageWidthBytes, distinct, ...present(row, OPTIONAL_STATISTICS) };
}

const OPTIONAL_STATISTICS = [
  ...(['commonValues', 'commonFrequencies', 'histogram', 'correlation', 'commonElements'] as const),
  ...(['commonElementFrequencies', 'elementCounts', 'rangeLengths', 'rangeEmptyFraction', 'rangeBounds'] as const),
] as const;

/** Those members that have a value. */
function present<Row extends object, Name extends keyof Row>(
  row: Row,
  names: readonly Name[],
): { [Each in Name]?: NonNullable<Row[Each]> } {
  return Object.fromEntries(names.flatMap((name) => (row[name] == null ? [] : [[name, row[name]]]))) as {
    [Each in Name]?: NonNullable<Row[Each]>;
  };
}

/** Parents first. A partition whose bound could not be read is a table by itself. */
export async function assembleRelations(rows: CatalogRows): Promise<SnapshotRelation[]> {
  const byOid = new Map(rows.relations.map((one) => [one.oid, one]));
  const columns = groupBy(rows.columns, ({ tableOid }) => tableOid);
  const constraints = groupBy(rows.constraints, ({ tableOid }) => tableOid);
  const parentsFirst = sortByNeeds(
    rows.relations,
    ({ oid }) => oid,
    ({ parents }) => parents,
  );
  return mapInTurns(parentsFirst, (row) => {
    const name = { schema: row.schema, name: row.name };
    return {
      ...name,
      kind: RELATION_KINDS[row.kind],
      columns: (columns.get(row.oid) ?? []).map((column) => toColumn(column, name, rows.statistics)),
      ...ancestryOf(row, byOid),
      ...(row.partitionKey === null ? {} : { partitionKey: row.partitionKey }),
      ...(row.hasRowSecurity ? { hasRowSecurity: true } : {}),
      constraints: (constraints.get(row.oid) ?? []).flatMap(toConstraint),
      ...(row.options?.length ? { options: toOptions(row.options) } : {}),
      ...sizesOf(row, rows.blockSizeBytes),
      counters: countersOf(row),
    };
  });
}

function toColumn(row: ColumnRow, relation: ObjectName, all: StatisticsByName): SnapshotColumn {
  const { collation, expression, generated, identity, isNotNull, name, type } = row;
  const statistics = all.find(relation, name);
  const inheritedStatistics = all.find(relation, name, true);
  return {
    ...{ name, type, isNotNull },
    ...(collation === null ? {} : { collation }),
    ...(expression === null
      ? {}
      : { generated: { kind: generated === 'v' ? ('virtual' as const) : ('stored' as const), expression } }),
    ...(identity === '' ? {} : { identity: identity === 'a' ? ('always' as const) : ('by default' as const) }),
    ...(statistics && { statistics }),
    ...(inheritedStatistics && { inheritedStatistics }),
  };
}

function ancestryOf(
  { bound, isPartition, parents }: RelationRow,
  byOid: ReadonlyMap<number, RelationRow>,
): Pick<SnapshotRelation, 'partitionOf' | 'inherits'> {
  const known = parents.flatMap((oid) => {
    const parent = byOid.get(oid);
    return parent ? [{ schema: parent.schema, name: parent.name }] : [];
  });
  const first = known[0];
  if (!first) return {};
  if (!isPartition) return { inherits: known };
  return bound === null ? {} : { partitionOf: { ...first, bound } };
}

function toConstraint(row: ConstraintRow): SnapshotConstraint[] {
  const { columns, definition, index, isInherited, isValidated, kind, name } = row;
  const { referencedSchema, referencedTable } = row;
  if (definition === null) return [];
  return [
    {
      ...{ name, kind: CONSTRAINT_KINDS[kind], definition, isValidated, columns },
      ...(referencedSchema !== null && referencedTable !== null
        ? { references: { schema: referencedSchema, name: referencedTable, columns: row.referencedColumns } }
        : {}),
      ...(index === null ? {} : { index }),
      ...(isInherited ? { isInherited } : {}),
    },
  ];
}

function toOptions(options: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    options.map((one) => {
      const at = one.indexOf('=');
      return [one.slice(0, at), one.slice(at + 1)];
    }),
  );
}

/** What was held by another session has the length that ANALYZE or VACUUM saw last. */
function sizesOf(row: RelationRow, blockSizeBytes: number): Pick<SnapshotRelation, 'size' | 'toastBlocks'> {
  const { allFrozenPages, allVisiblePages, pages, sizeBytes, tuples } = row;
  const hasFile = row.kind === 'r' || row.kind === 'm';
  const blocks = !hasFile ? 0 : row.isBlocked ? Math.max(0, pages) : blocksOf(sizeBytes, blockSizeBytes);
  return {
    size: { blocks, pages, tuples, allVisiblePages, ...(allFrozenPages === null ? {} : { allFrozenPages }) },
    toastBlocks: blocksOf(row.toastBytes, blockSizeBytes),
  };
}

function blocksOf(bytes: string | null, blockSizeBytes: number): number {
  return Math.ceil(Number(bytes ?? 0) / blockSizeBytes);
}

function countersOf(row: RelationRow): RelationCounters {
  return {
    inserted: Number(row.inserted),
    updated: Number(row.updated),
    hotUpdated: Number(row.hotUpdated),
    deleted: Number(row.deleted),
    sequentialScans: Number(row.sequentialScans),
    liveRows: Number(row.liveRows),
    deadRows: Number(row.deadRows),
    analyzedAt: row.analyzedAt?.toISOString() ?? null,
    ...(row.analyzedAt && { isAutoAnalyzed: row.isAutoAnalyzed }),
  };
}

/** In the order of their numbers, which is that of their making. */
export async function assembleIndexes(rows: CatalogRows): Promise<SnapshotIndex[]> {
  const { blockSizeBytes, statistics } = rows;
  const tables = new Map(rows.relations.map(({ oid, schema, name }) => [oid, { schema, name }]));
  const partitioned = new Set(rows.relations.filter(({ kind }) => kind === 'p').map(({ oid }) => oid));
  const found = await mapInTurns(rows.indexes, (row) => {
    const table = tables.get(row.tableOid);
    const definition = table && (row.definition ?? composeDefinition(row, table, partitioned.has(row.tableOid)));
    if (!table || definition === undefined) return [];
    return [toIndex({ ...row, definition }, { table, statistics, blockSizeBytes })];
  });
  return found.flat();
}

function toIndex(
  row: IndexRow & { definition: string },
  { blockSizeBytes, statistics, table }: { table: ObjectName; statistics: StatisticsByName; blockSizeBytes: number },
): SnapshotIndex {
  const { definition, include, isNeeded, isPrimary, isUnique, isValid, method, name, pages, schema, tuples } = row;
  const expressions = row.keys.flatMap(({ attribute, expression }, place) => {
    const found = expression === null ? undefined : statistics.find(row, attribute);
    return found ? [[String(place + 1), found] as const] : [];
  });
  return {
    ...{ schema, name, table, definition, method, keys: row.keys.map(toKey), include },
    ...(row.predicate === null ? {} : { predicate: row.predicate }),
    ...{ isUnique, isPrimary, isValid, isNeeded },
    ...(row.partOfSchema !== null && row.partOfName !== null
      ? { partOf: { schema: row.partOfSchema, name: row.partOfName } }
      : {}),
    size: { blocks: row.sizeBytes === null ? pages : blocksOf(row.sizeBytes, blockSizeBytes), pages, tuples },
    scans: Number(row.scans),
    ...(expressions.length > 0 ? { expressionStatistics: Object.fromEntries(expressions) } : {}),
  };
}

function toKey({
  collation,
  column,
  expression,
  operatorClass,
  option,
  type,
}: IndexRow['keys'][number]): SnapshotIndex['keys'][number] {
  return {
    ...(column === null ? {} : { column }),
    ...(expression === null ? {} : { expression, type }),
    ...((option & DESCENDING) !== 0 ? { isDescending: true } : {}),
    ...((option & NULLS_FIRST) !== 0 ? { nullsFirst: true } : {}),
    ...(operatorClass === null ? {} : { operatorClass }),
    ...(collation === null ? {} : { collation }),
  };
}

/**
 * Of a table that is held the definition was not asked for. Plain columns are known all the same; an index with an expression or a
 * condition is left out.
 */
function composeDefinition(row: IndexRow, table: ObjectName, isPartitioned: boolean): string | undefined {
  if (row.isPartial || row.keys.some(({ column }) => column === null)) return undefined;
  const keys = row.keys.map(({ collation, column, operatorClass, option }) =>
    [
      quoteName(column ?? ''),
      collation && `collate ${collation}`,
      operatorClass,
      (option & DESCENDING) !== 0 && 'desc',
      // What is not said is the default of its direction.
      ((option & NULLS_FIRST) !== 0) !== ((option & DESCENDING) !== 0) &&
        `nulls ${(option & NULLS_FIRST) !== 0 ? 'first' : 'last'}`,
    ]
      .filter(Boolean)
      .join(' '),
  );
  const include = row.include.length > 0 ? ` include (${row.include.map(quoteName).join(', ')})` : '';
  return [
    `create ${row.isUnique ? 'unique ' : ''}index ${quoteName(row.name)} on ${isPartitioned ? 'only ' : ''}${quoteObject(table)}`,
    `using ${quoteName(row.method)} (${keys.join(', ')})${include}`,
  ].join(' ');
}

function groupBy<One>(all: readonly One[], keyOf: (one: One) => number): Map<number, One[]> {
  const groups = new Map<number, One[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

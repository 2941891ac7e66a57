/** How large an index that was made in the twin would be in production: its types from the catalog, its values from statistics. */

import type { ColumnStatistics, SnapshotRelation } from '../snapshot/snapshot.ts';
import { estimateGin } from './gin-size.ts';
import type { GinSizes } from './index-pages.ts';
import { alignUp, estimateBtree, type IndexSize, type KeySize, tupleBytes } from './index-size.ts';
import { keySizeOf } from './key-sizes.ts';
import type { IndexDefinition } from './twin.ts';
import type { TwinDatabase } from './twin-database.ts';

export interface EstimateOptions {
  /** Of the index in the twin. */
  oid: number;
  definition: IndexDefinition;
  /** The table that holds the rows. */
  relation: SnapshotRelation;
  /** Of the other tables, for what its foreign keys say. */
  relations: readonly SnapshotRelation[];
}

export interface IndexEstimate extends IndexSize {
  rows: number;
  /** Guesses for expressions, by their place among the keys from 1. */
  expressions: [number, ColumnStatistics][];
  gin?: GinSizes;
}

/** Keys and included columns: their type, and whether equal values have equal bytes, which lets a B-tree put them together. */
const READ_KEYS = `
  select pg_catalog.format_type(a.atttypid, a.atttypmod), a.attlen,
    (exists (
      select from pg_catalog.pg_opclass o
      join pg_catalog.pg_amproc p on p.amprocfamily = o.opcfamily and p.amprocnum = 4
        and p.amproclefttype = o.opcintype and p.amprocrighttype = o.opcintype
      left join pg_catalog.pg_collation l on l.oid = a.attcollation
      where o.oid = i.indclass[a.attnum - 1]
        and (p.amproc = 'pg_catalog.btequalimage'::pg_catalog.regproc or coalesce(l.collisdeterministic, true))
    ))::int
  from pg_catalog.pg_index i
  join pg_catalog.pg_attribute a on a.attrelid = i.indexrelid
  where i.indexrelid = $1::int8::oid
  order by a.attnum`;

export async function estimateIndex(database: TwinDatabase, options: EstimateOptions): Promise<IndexEstimate> {
  const { oid, definition, relation, relations } = options;
  const types = await database.query(READ_KEYS, [String(oid)]);
  const tableRows = await rowsOf(database, relation, undefined);
  const rows = definition.predicate === undefined ? tableRows : await rowsOf(database, relation, definition.predicate);
  const expressions: [number, ColumnStatistics][] = [];
  const keys = definition.keys.map(({ column, expression }, place) => {
    const statistics = column === undefined ? guessOf(expression ?? '', relation) : statisticsOf(relation, column);
    if (column === undefined && statistics) expressions.push([place + 1, statistics]);
    return keySizeOf(types[place]?.[0] ?? '', statistics, tableRows);
  });
  const include = (definition.include ?? []).map((name, place) =>
    keySizeOf(types[keys.length + place]?.[0] ?? '', statisticsOf(relation, name), tableRows),
  );
  const canDeduplicate = include.length === 0 && types.slice(0, keys.length).every(([, , isSafe]) => isSafe === '1');
  const mostTogether = mostOf(definition, relation, relations, keys);
  const shape = { rows, keys, include, isUnique: definition.isUnique ?? false, canDeduplicate, mostTogether };
  if (definition.method === 'gin') {
    const [key] = definition.keys;
    const statistics = key?.column === undefined ? undefined : statisticsOf(relation, key.column);
    const heapBlocks = relation.size.blocks;
    const gin = estimateGin({
      type: columnType(relation, key?.column),
      operatorClass: key?.operatorClass,
      statistics,
      rows,
      heapBlocks,
    });
    return { blocks: gin.totalPages, height: 0, rows, expressions, gin };
  }
  return { ...sizeOf(definition.method, shape, relation), rows, expressions };
}

/** Columns that refer to another table together have no more values together than it has rows. */
function mostOf(
  definition: IndexDefinition,
  relation: SnapshotRelation,
  relations: readonly SnapshotRelation[],
  keys: readonly KeySize[],
): (number | undefined)[] {
  return definition.keys.map((_, place) => {
    const names = definition.keys.slice(0, place + 1).map(({ column }) => column);
    const bounds = relation.constraints.flatMap(({ columns, isValidated, kind, references }) => {
      if (kind !== 'foreign' || !isValidated || columns.length < 2 || !references) return [];
      if (!columns.every((column) => names.includes(column))) return [];
      const there = relations.find(({ schema, name }) => schema === references.schema && name === references.name);
      const others = keys.filter((_, at) => at <= place && !columns.includes(names[at] ?? ''));
      return there && there.size.tuples > 0
        ? [others.reduce((product, { distinct }) => product * (distinct + 1), there.size.tuples)]
        : [];
    });
    return bounds.length > 0 ? Math.min(...bounds) : undefined;
  });
}

type Shape = Parameters<typeof estimateBtree>[0];

function sizeOf(method: string, shape: Shape, relation: SnapshotRelation): IndexSize {
  const { rows, keys } = shape;
  const usable = 8152;
  if (method === 'btree') return estimateBtree(shape);
  if (method === 'brin') {
    const ranges = Math.ceil(relation.size.blocks / 128);
    const bytes = keys.reduce((sum, { averageWidthBytes }) => sum + 2 * averageWidthBytes, 0);
    return {
      blocks: 1 + Math.ceil(ranges / 1360) + Math.ceil((ranges * (alignUp(8 + bytes) + 4)) / usable),
      height: 0,
    };
  }
  if (method === 'hash') return { blocks: hashBlocks(rows), height: 0 };
  return { blocks: 1 + Math.ceil((rows * (tupleBytes(keys) + 4)) / (usable * 0.7)), height: 0 };
}

/** Buckets are filled to three quarters, and their number grows by quarters of a power of two. */
function hashBlocks(rows: number): number {
  const perBucket = Math.floor((8192 * 0.75) / 20);
  const wanted = Math.max(2, Math.ceil(rows / perBucket));
  const power = 2 ** Math.floor(Math.log2(wanted));
  const buckets = power + Math.ceil((wanted - power) / (power / 4)) * (power / 4);
  return Math.ceil(buckets) + 3;
}

function columnType({ columns }: SnapshotRelation, name: string | undefined): string {
  return columns.find((one) => one.name === name)?.type ?? 'text';
}

function statisticsOf({ columns }: SnapshotRelation, name: string): ColumnStatistics | undefined {
  const column = columns.find((one) => one.name === name);
  return column?.statistics ?? column?.inheritedStatistics;
}

/** As the planner itself has it: by the length of the file, and by statistics for what a condition leaves. */
async function rowsOf(
  database: TwinDatabase,
  relation: SnapshotRelation,
  predicate: string | undefined,
): Promise<number> {
  const { tuples, pages, blocks } = relation.size;
  if (predicate === undefined && tuples >= 0 && pages > 0) return Math.round((tuples / pages) * blocks);
  const table = `"${relation.schema.replaceAll('"', '""')}"."${relation.name.replaceAll('"', '""')}"`;
  const where = predicate === undefined ? '' : ` where ${predicate}`;
  const [[json] = []] = await database.query(`explain (format json) select from only ${table}${where}`);
  const [{ Plan: plan }] = JSON.parse(json ?? '') as [{ Plan: { 'Plan Rows': number; 'Node Type': string } }];
  return plan['Plan Rows'];
}

/** Functions whose results differ about where their arguments do. */
const ONE_TO_ONE = /^\s*\(?\s*(lower|upper|btrim|trim|md5|reverse)\s*\(\s*"?([^"()]+?)"?\s*(::\w+)?\s*\)\s*\)?\s*$/i;

/** Of an expression, before anything is known of it: as varied as its column, with no value known. */
function guessOf(expression: string, relation: SnapshotRelation): ColumnStatistics | undefined {
  const column = ONE_TO_ONE.exec(expression)?.[2];
  const known = column === undefined ? undefined : statisticsOf(relation, column);
  if (!known) return undefined;
  const { nullFraction, averageWidthBytes, distinct } = known;
  return { nullFraction, averageWidthBytes, distinct };
}

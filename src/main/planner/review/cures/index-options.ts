/**
 * Which indexes one use of a table could be served by: what is compared for equality first, then a range or the order. A handful: the
 * twin says which of them helps, and `aquifer advise` weighs them over the whole workload.
 */

import type { SnapshotRelation } from '../../snapshot/snapshot.ts';
import type { IndexDefinition, IndexKey } from '../../twin/twin.ts';
import type { ColumnUse, TableUse } from '../../workload/workload.ts';
import { type ReviewGround, rowsIn } from '../subject.ts';

const WIDTH_MAX = 3;
/** With an order behind what is equal, which is worth a wider one. */
const ORDERED_WIDTH_MAX = 4;
const UNKNOWN_DISTINCT = 200;

export function indexOptions(use: TableUse, relation: SnapshotRelation, ground: ReviewGround): IndexDefinition[] {
  const equal = uniqueKeys([
    ...use.equalities.filter(isWhole).map(toKey),
    ...use.nullTests.filter(({ isNull }) => isNull).map(({ column }): IndexKey => ({ column })),
  ]).sort((a, b) => distinctOf(b, relation) - distinctOf(a, relation));
  const joined = uniqueKeys(use.joins.map(({ column }): IndexKey => ({ column })));
  const ranges = uniqueKeys(use.ranges.filter((one) => isWhole(one) && !one.rowPlace).map(toKey));
  const sort = uniqueKeys(use.sort.map(sortKey));
  const firstRange = ranges.slice(0, 1);
  const lists = [
    ...[equal, [...equal, ...firstRange], [...joined.slice(0, 1), ...equal], joined.slice(0, 1)].map(cut),
    ...[[...equal, ...sort], sort].map((keys) => keys.slice(0, ORDERED_WIDTH_MAX)),
    ...ranges.map((key) => [key]),
    ...joined.map((key) => [key]),
  ];
  const plain = lists.map((keys) => btree(relation, uniqueKeys(keys)));
  const trigram = trigramOption(use, relation, ground) ?? [];
  return distinct([...plain, ...containing(use, relation)].concat(trigram)).filter(({ keys }) => keys.length > 0);
}

/** For a pattern with an open beginning; only where production has the extension. */
export function trigramOption(
  use: TableUse,
  relation: SnapshotRelation,
  { snapshot }: ReviewGround,
): IndexDefinition | undefined {
  const extension = snapshot.extensions.find(({ name }) => name === 'pg_trgm');
  const [pattern] = use.patterns;
  if (!extension || !pattern) return undefined;
  const operatorClass = `${extension.schema}.gin_trgm_ops`;
  return { ...tableOf(relation), method: 'gin', keys: [{ ...toKey(pattern), operatorClass }] };
}

/** One of each column alone: for the arms of an OR. */
export function armOptions(use: TableUse, relation: SnapshotRelation): IndexDefinition[] {
  const arms = [...use.equalities, ...use.ranges].filter(({ isAlternative }) => isAlternative).map(toKey);
  return uniqueKeys(arms).map((key) => btree(relation, [key]));
}

export function columnOption(relation: SnapshotRelation, column: string): IndexDefinition {
  return btree(relation, [{ column }]);
}

export function keysOption(relation: SnapshotRelation, keys: readonly IndexKey[]): IndexDefinition {
  return btree(relation, [...keys]);
}

const isWhole = ({ isAlternative }: ColumnUse) => isAlternative !== true;
const cut = (keys: readonly IndexKey[]) => keys.slice(0, WIDTH_MAX);
const tableOf = ({ name, schema }: SnapshotRelation) => ({ schema, table: name });

function btree(relation: SnapshotRelation, keys: IndexKey[]): IndexDefinition {
  return { ...tableOf(relation), method: 'btree', keys };
}

function toKey({ column, expression }: ColumnUse): IndexKey {
  return expression === undefined ? { column } : { expression };
}

function sortKey({ column, expression, isDescending, nullsFirst }: TableUse['sort'][number]): IndexKey {
  return { ...(expression === undefined ? { column } : { expression }), isDescending, nullsFirst };
}

function containing(use: TableUse, relation: SnapshotRelation): IndexDefinition[] {
  return use.containments.map((one) => ({ ...tableOf(relation), method: 'gin', keys: [toKey(one)] }));
}

function distinctOf({ column }: IndexKey, relation: SnapshotRelation): number {
  const found = relation.columns.find(({ name }) => name === column);
  const distinct = (found?.inheritedStatistics ?? found?.statistics)?.distinct;
  if (distinct === undefined) return UNKNOWN_DISTINCT;
  return distinct < 0 ? -distinct * rowsIn(relation) : distinct;
}

function nameOf({ column, expression }: IndexKey): string {
  return column ?? `(${expression})`;
}

function uniqueKeys(keys: readonly IndexKey[]): IndexKey[] {
  return keys.filter((key, place) => keys.findIndex((one) => nameOf(one) === nameOf(key)) === place);
}

function distinct(definitions: readonly IndexDefinition[]): IndexDefinition[] {
  const seen = new Map(definitions.map((one) => [JSON.stringify(one), one]));
  return [...seen.values()];
}

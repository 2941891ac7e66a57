/**
 * A page found by where the last one ended, rather than by counting what came before: OFFSET reads and throws away every row that it
 * skips. The order gets a last key that no two rows share, so that none is shown twice or left out.
 */

import type { Node, SelectStmt } from '@pgsql/types';
import type { SnapshotRelation } from '../../snapshot/snapshot.ts';
import { kindOf, namesOf, partOf } from '../../workload/sql-tree.ts';
import type { TableUse } from '../../workload/workload.ts';
import type { Rewrite } from '../finding.ts';
import { nameOf, primaryKeyOf } from '../subject.ts';
import { parseExpression, writeInline, writeSql } from './sql-text.ts';
import { allOf, conjunctsOf, isPlainSelect, lastParameter, selectNode } from './tree.ts';

interface SortKey {
  sql: string;
  column: string;
  isDescending: boolean;
}

export interface KeysetInput {
  select: SelectStmt;
  use: TableUse;
  relation: SnapshotRelation;
  /** Of the old text, so that the new one can be planned. */
  params: readonly string[];
}

/** @returns nothing where the rows stand for no row of a table, or their order is no column's */
export function keysetRewrite({ params, relation, select, use }: KeysetInput): Rewrite | undefined {
  const limit = select.limitCount;
  const offset = partOf(select.limitOffset, 'ParamRef')?.number;
  if (!isPlainSelect(select) || !limit || offset === undefined) return undefined;
  const keys = sortKeys(select, use, relation);
  if (!keys) return undefined;
  const tree = selectNode(select);
  const last = lastParameter(tree);
  const types = keys.map(({ column }) => relation.columns.find(({ name }) => name === column)?.type ?? 'text');
  // The first of the new ones takes the number that the offset had, so that none is left without a use.
  const numbers = keys.map((_, place) => (place === 0 ? offset : last + place));
  const values = numbers.map((number, place) => `$${number}::${types[place]}`);
  const condition = parseExpression(afterCondition(keys, values));
  const where = allOf([...conjunctsOf(select.whereClause), condition]);
  const changed: SelectStmt = { ...select, sortClause: keys.map(sortNode), ...(where ? { whereClause: where } : {}) };
  delete changed.limitOffset;
  const drawn = keys.map(({ column }) => middleValue(relation, column));
  const nullable = keys.find(({ column }) => !relation.columns.find(({ name }) => name === column)?.isNotNull);
  const isKnown = drawn.every((value) => value !== undefined);
  return {
    text: writeSql(selectNode(changed)),
    sentence: `Hand on ${keys.map(({ column }) => column).join(' and ')} of the last row that was shown, and go on behind it.`,
    caution: [
      'The caller gives the last row’s keys in the place of a number of rows; the first page goes without that condition.',
      ...(nullable ? [`Rows whose ${nullable.column} is null are left out.`] : []),
    ].join(' '),
    ...(isKnown ? { params: placed(params, numbers, drawn as string[]) } : {}),
    needs: [
      {
        ...{ schema: relation.schema, table: relation.name, method: 'btree' },
        keys: uniqueColumns([
          ...use.equalities.flatMap(({ column, expression, isAlternative }) =>
            expression === undefined && !isAlternative ? [{ column }] : [],
          ),
          ...keys.map(({ column, isDescending }) => ({ column, isDescending })),
        ]),
      },
    ],
  };
}

function uniqueColumns<Key extends { column: string }>(keys: readonly Key[]): Key[] {
  return keys.filter((key, place) => keys.findIndex(({ column }) => column === key.column) === place);
}

function placed(params: readonly string[], numbers: readonly number[], values: readonly string[]): string[] {
  const all = [...params];
  for (const [place, number] of numbers.entries()) all[number - 1] = values[place] ?? '';
  return all;
}

function sortKeys(select: SelectStmt, use: TableUse, relation: SnapshotRelation): SortKey[] | undefined {
  const sorts = select.sortClause ?? [];
  if (use.sort.length !== sorts.length || use.sort.some(({ expression }) => expression !== undefined)) return undefined;
  const alias =
    (select.fromClause ?? []).length === 1 && kindOf(select.fromClause?.[0] as Node) === 'RangeVar'
      ? ''
      : `${quote(use.alias)}.`;
  const keys = use.sort.map(({ column, isDescending }, place) => {
    const written = partOf(partOf(sorts[place], 'SortBy')?.node, 'ColumnRef');
    const names = namesOf(written?.fields);
    const isOwn = written && names.at(-1) === column;
    return { sql: isOwn ? writeInline({ ColumnRef: written }) : `${alias}${quote(column)}`, column, isDescending };
  });
  const primary = primaryKeyOf(relation);
  if (primary.length === 0) return undefined;
  const isDescending = keys.at(-1)?.isDescending ?? false;
  const prefix = keys[0]?.sql.includes('.') ? keys[0].sql.slice(0, keys[0].sql.lastIndexOf('.') + 1) : alias;
  const missing = primary.filter((column) => !keys.some((key) => key.column === column));
  return [...keys, ...missing.map((column) => ({ sql: `${prefix}${quote(column)}`, column, isDescending }))];
}

function sortNode({ isDescending, sql }: SortKey): Node {
  return {
    SortBy: {
      node: parseExpression(sql),
      sortby_dir: isDescending ? 'SORTBY_DESC' : 'SORTBY_DEFAULT',
      sortby_nulls: 'SORTBY_NULLS_DEFAULT',
    },
  };
}

/** One comparison of rows where all keys go one way; else key by key, with a bound of the first for the index. */
function afterCondition(keys: readonly SortKey[], values: readonly string[]): string {
  const [first] = keys;
  const isOneWay = keys.every(({ isDescending }) => isDescending === first?.isDescending);
  const sign = first?.isDescending ? '<' : '>';
  if (keys.length === 1) return `${first?.sql} ${sign} ${values[0]}`;
  if (isOneWay) return `(${keys.map(({ sql }) => sql).join(', ')}) ${sign} (${values.join(', ')})`;
  const arms = keys.map((key, place) => {
    const equal = keys.slice(0, place).map(({ sql }, at) => `${sql} = ${values[at]}`);
    return `(${[...equal, `${key.sql} ${key.isDescending ? '<' : '>'} ${values[place]}`].join(' and ')})`;
  });
  return `(${first?.sql} ${sign}= ${values[0]} and (${arms.join(' or ')}))`;
}

function middleValue(relation: SnapshotRelation, column: string): string | undefined {
  const statistics = relation.columns.find(({ name }) => name === column)?.statistics;
  const { histogram } = statistics ?? {};
  return histogram?.[Math.floor(histogram.length / 2)] ?? statistics?.commonValues?.[0];
}

function quote(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** For what has no limit at all: the first rows, and where to go on. */
export function limitRewrite(select: SelectStmt, params: readonly string[], relation?: SnapshotRelation): Rewrite {
  const tree = selectNode(select);
  const number = lastParameter(tree) + 1;
  const changed: SelectStmt = { ...select, limitCount: { ParamRef: { number } }, limitOption: 'LIMIT_OPTION_COUNT' };
  const all = [...params];
  all[number - 1] = '100';
  return {
    text: writeSql(selectNode(changed)),
    sentence: relation
      ? `Ask for a page of ${nameOf(relation)}, and go on behind its last row.`
      : 'Ask for a page, and go on behind its last row.',
    caution: 'The caller asks again for more, behind the last row that it has.',
    params: all,
  };
}

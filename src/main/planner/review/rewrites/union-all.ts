/**
 * `where a or b` as two queries of which each can have an index of its own. The second leaves out what the first found, so that no row
 * comes twice and none is lost, duplicates included.
 */

import type { Node, SelectStmt } from '@pgsql/types';
import { namesOf, partOf } from '../../workload/sql-tree.ts';
import type { Rewrite } from '../finding.ts';
import { parseExpression, writeInline, writeSql } from './sql-text.ts';
import { allOf, conjunctsOf, isPlainSelect, selectNode } from './tree.ts';

const ARMS_MAX = 3;

export function unionRewrite(select: SelectStmt, or: Node): Rewrite | undefined {
  const arms = partOf(or, 'BoolExpr')?.args ?? [];
  if (arms.length < 2 || arms.length > ARMS_MAX || !isPlainSelect(select) || select.withClause || select.lockingClause)
    return undefined;
  const rest = conjunctsOf(select.whereClause).filter((one) => one !== or);
  const core: SelectStmt = { ...select };
  for (const part of ['sortClause', 'limitCount', 'limitOffset', 'limitOption'] as const) delete core[part];
  const parts = arms.map((arm, place) => {
    const others = arms.slice(0, place).map((one) => parseExpression(`((${writeInline(one)}) is not true)`));
    const where = allOf([...rest, arm, ...others]);
    return writeSql(selectNode({ ...core, ...(where ? { whereClause: where } : {}) }));
  });
  const order = orderOf(select);
  if (order === undefined) return undefined;
  const limit = [
    select.limitCount ? `limit ${writeInline(select.limitCount)}` : '',
    select.limitOffset ? `offset ${writeInline(select.limitOffset)}` : '',
  ];
  return {
    text: [parts.join('\nunion all\n'), order, ...limit].filter(Boolean).join('\n'),
    sentence: 'Ask for each of the alternatives by itself, so that each has an index of its own.',
    caution: null,
  };
}

/** Behind a union only what it gives out can be sorted by; nothing where the order is of something else. */
function orderOf(select: SelectStmt): string | undefined {
  const outputs = new Map<string, string>();
  for (const target of select.targetList ?? []) {
    const { name, val } = partOf(target, 'ResTarget') ?? {};
    const column = namesOf(partOf(val, 'ColumnRef')?.fields).at(-1);
    const shown = name ?? column;
    if (val && shown !== undefined) outputs.set(writeInline(val), shown).set(shown, shown);
  }
  const keys = (select.sortClause ?? []).map((item) => {
    const sort = partOf(item, 'SortBy');
    const output = sort?.node && outputs.get(writeInline(sort.node));
    if (!sort || output === undefined) return undefined;
    const direction = sort.sortby_dir === 'SORTBY_DESC' ? ' desc' : '';
    const nulls =
      { SORTBY_NULLS_FIRST: ' nulls first', SORTBY_NULLS_LAST: ' nulls last' }[String(sort.sortby_nulls)] ?? '';
    return `${quote(output)}${direction}${nulls}`;
  });
  if (keys.includes(undefined)) return undefined;
  return keys.length === 0 ? '' : `order by ${keys.join(', ')}`;
}

function quote(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

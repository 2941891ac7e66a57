/** `x not in (select y …)` as `not exists`: Postgres then joins, where it asked the list for every row. */

import type { Node, SelectStmt } from '@pgsql/types';
import { partOf } from '../../workload/sql-tree.ts';
import type { Rewrite } from '../finding.ts';
import { parseExpression, writeInline, writeSql } from './sql-text.ts';
import { allOf, conjunctsOf, isPlainSelect, replaceNode, selectNode } from './tree.ts';

export interface NotIn {
  /** The whole condition. */
  condition: Node;
  tested: Node;
  query: SelectStmt;
}

/** `not (x in (select …))` and `x <> all (select …)`. */
export function notInOf(node: Node): NotIn | undefined {
  const bool = partOf(node, 'BoolExpr');
  const link = partOf(bool?.boolop === 'NOT_EXPR' ? bool.args?.[0] : node, 'SubLink');
  const isAny = bool && link?.subLinkType === 'ANY_SUBLINK' && !link.operName;
  const isAll =
    !bool &&
    link?.subLinkType === 'ALL_SUBLINK' &&
    partOf(link.operName?.[0], 'String')?.sval === '<>' &&
    link.operName?.length === 1;
  const query = partOf(link?.subselect, 'SelectStmt');
  if (!link?.testexpr || !query || !(isAny || isAll)) return undefined;
  return { condition: node, tested: link.testexpr, query };
}

export function notExistsRewrite(
  tree: Node,
  { condition, query, tested }: NotIn,
  mayBeNull: boolean,
): Rewrite | undefined {
  const [target, second] = query.targetList ?? [];
  const value = partOf(target, 'ResTarget')?.val;
  // A name without its table would mean another column once it stands inside.
  const isQualified = (partOf(tested, 'ColumnRef')?.fields?.length ?? 0) > 1;
  if (!value || second || !isPlainSelect(query) || query.limitCount || !isQualified) return undefined;
  const tie = parseExpression(`${writeInline(value)} = ${writeInline(tested)}`);
  const where = allOf([...conjunctsOf(query.whereClause), tie]);
  const inner: SelectStmt = { ...query, targetList: [], ...(where ? { whereClause: where } : {}) };
  delete inner.sortClause;
  const exists: Node = { SubLink: { subLinkType: 'EXISTS_SUBLINK', subselect: selectNode(inner) } };
  const not: Node = { BoolExpr: { boolop: 'NOT_EXPR', args: [exists] } };
  return {
    text: writeSql(replaceNode(tree, condition, not)),
    sentence: 'Ask whether there is no such row, which Postgres can answer by a join.',
    caution: mayBeNull ? 'Where the list holds a null, NOT IN finds nothing at all; this finds what was meant.' : null,
  };
}

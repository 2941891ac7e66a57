/** Handles for changing a statement's tree: nothing is changed in place. */

import type { Node, SelectStmt } from '@pgsql/types';
import { childrenOf, everyNode, kindOf, partOf } from '../../workload/sql-tree.ts';

/** The tree again, with one node replaced by another. */
export function replaceNode(root: Node, target: Node, replacement: Node): Node {
  const copy = (value: unknown): unknown => {
    if (value === target) return structuredClone(replacement);
    if (Array.isArray(value)) return value.map(copy);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
  };
  return copy(root) as Node;
}

/** What all must hold, one by one. */
export function conjunctsOf(where: Node | undefined): Node[] {
  const bool = partOf(where, 'BoolExpr');
  if (bool?.boolop === 'AND_EXPR') return (bool.args ?? []).flatMap((arm) => conjunctsOf(arm));
  return where ? [where] : [];
}

export function allOf(conditions: readonly Node[]): Node | undefined {
  if (conditions.length < 2) return conditions[0];
  return { BoolExpr: { boolop: 'AND_EXPR', args: [...conditions] } };
}

export function selectNode(select: SelectStmt): Node {
  return { SelectStmt: select };
}

/** The highest $n, or 0. */
export function lastParameter(tree: Node): number {
  return Math.max(0, ...[...everyNode(tree)].map((node) => partOf(node, 'ParamRef')?.number ?? 0));
}

/** Below it too: a plain read of rows, each standing for itself. */
export function isPlainSelect(select: SelectStmt): boolean {
  if (select.groupClause || select.havingClause || select.distinctClause || select.valuesLists) return false;
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return false;
  return !(select.targetList ?? []).some((target) => hasAggregate(target));
}

const AGGREGATES =
  /^(count|sum|avg|min|max|array_agg|string_agg|json_agg|jsonb_agg|json_object_agg|jsonb_object_agg|bool_and|bool_or|every|stddev\w*|var\w*|percentile_\w+|mode|corr|regr_\w+|bit_and|bit_or)$/;

/** An aggregate or a window, outside of subqueries. */
export function hasAggregate(node: Node): boolean {
  if (partOf(node, 'SubLink')) return false;
  const call = partOf(node, 'FuncCall');
  const name = call?.funcname?.at(-1);
  if (
    call &&
    (call.agg_star || call.over || call.agg_within_group || AGGREGATES.test(partOf(name, 'String')?.sval ?? ''))
  )
    return true;
  return childrenOf(partOf(node, kindOf(node))).some(hasAggregate);
}

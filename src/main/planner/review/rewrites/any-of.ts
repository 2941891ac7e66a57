/** One call for many rows in place of one call for each: `where id = $1` becomes `where id = any($1)`. */

import type { Node, SelectStmt } from '@pgsql/types';
import { lastName, namesOf, partOf } from '../../workload/sql-tree.ts';
import { arrayLiteral } from '../../workload/typed-values.ts';
import type { Rewrite } from '../finding.ts';
import { parseExpression, writeInline, writeSql } from './sql-text.ts';
import { conjunctsOf, isPlainSelect, replaceNode } from './tree.ts';

export interface AnyOfInput {
  tree: Node;
  select: SelectStmt;
  types: readonly string[];
  params: readonly string[];
  /** How many calls become one. */
  calls: number;
}

export function anyOfRewrite({ calls, params, select, tree, types }: AnyOfInput): Rewrite | undefined {
  if (!isPlainSelect(select) || select.limitCount) return undefined;
  for (const condition of conjunctsOf(select.whereClause)) {
    const equality = partOf(condition, 'A_Expr');
    const column = partOf(equality?.lexpr, 'ColumnRef');
    const number = partOf(equality?.rexpr, 'ParamRef')?.number;
    const type = number === undefined ? undefined : types[number - 1];
    if (equality?.kind !== 'AEXPR_OP' || lastName(equality.name) !== '=' || !column || !number || !type) continue;
    if (type.endsWith('[]')) continue;
    const written = writeInline({ ColumnRef: column });
    const name = namesOf(column.fields).at(-1) ?? '';
    const isShown = (select.targetList ?? []).some((target) => {
      const fields = partOf(partOf(target, 'ResTarget')?.val, 'ColumnRef')?.fields ?? [];
      return namesOf(fields).at(-1) === name || fields.some((field) => partOf(field, 'A_Star'));
    });
    const many = replaceNode(tree, condition, parseExpression(`${written} = any ($${number}::${type}[])`));
    const shown = isShown ? many : withTarget(many, parseExpression(written));
    const all = [...params];
    all[number - 1] = arrayLiteral(Array<string>(Math.min(calls, 20)).fill(params[number - 1] ?? ''));
    return {
      text: writeSql(shown),
      sentence: `Ask once, for all that are needed: $${number} is then a list.`,
      caution: `The caller sorts the rows by their ${name}.`,
      params: all,
      times: Math.min(calls, 20),
    };
  }
  return undefined;
}

function withTarget(tree: Node, value: Node): Node {
  const select = partOf(tree, 'SelectStmt');
  if (!select) return tree;
  return { SelectStmt: { ...select, targetList: [...(select.targetList ?? []), { ResTarget: { val: value } }] } };
}

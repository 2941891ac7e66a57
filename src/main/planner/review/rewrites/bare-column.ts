/**
 * Moves what is done to a column to the other side of the comparison, so that an index on the column can be used:
 * `date_trunc('day', at) = $1` becomes a range, `id::text = $1` a cast of the parameter.
 */

import type { A_Expr, Node } from '@pgsql/types';
import { withoutCasts } from '../../workload/parameters.ts';
import { kindOf, lastName, partOf } from '../../workload/sql-tree.ts';
import { parseExpression, writeInline } from './sql-text.ts';

export interface BareComparison {
  condition: Node;
  sentence: string;
  caution: string | null;
}

interface Wrapped {
  /** The function, cast or sum around the column. */
  side: Node;
  operator: string;
  /** The other side, as SQL. */
  value: string;
  /** As the column has it. */
  type: string;
}

const COMPARED = new Set(['=', '<', '<=', '>', '>=']);
const TURNED: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };

/** @returns nothing where the comparison cannot be turned around */
export function bareComparison(
  comparison: A_Expr,
  wrapped: 'left' | 'right',
  type: string,
): BareComparison | undefined {
  const [side, other] =
    wrapped === 'left' ? [comparison.lexpr, comparison.rexpr] : [comparison.rexpr, comparison.lexpr];
  const operator = lastName(comparison.name);
  if (comparison.kind !== 'AEXPR_OP' || !side || !other || !COMPARED.has(operator)) return undefined;
  const meant = wrapped === 'left' ? operator : (TURNED[operator] ?? operator);
  const given: Wrapped = { side, operator: meant, value: `(${writeInline(other)})`, type };
  return truncated(given) ?? ofDay(given) ?? ofYear(given) ?? uncast(given) ?? shifted(given);
}

/** `date_trunc('day', at)` */
function truncated({ operator, side, value }: Wrapped): BareComparison | undefined {
  const call = partOf(side, 'FuncCall');
  const [unit, column] = call?.args ?? [];
  const name = partOf(withoutCasts(unit ?? { Integer: {} }), 'A_Const')?.sval?.sval;
  if (lastName(call?.funcname) !== 'date_trunc' || !name || !isColumn(column) || call?.args?.length !== 2)
    return undefined;
  const step = name.toLowerCase() === 'quarter' ? '3 months' : `1 ${name.toLowerCase()}`;
  return ranged(writeInline(column), operator, {
    from: value,
    to: `${value} + interval '${step}'`,
    sentence: `Ask for the column itself from the start of the ${name} to the next, rather than for the ${name} of every row.`,
    caution: `The value must be the start of a ${name}.`,
  });
}

/** `date(at)`, `at::date` */
function ofDay({ operator, side, type, value }: Wrapped): BareComparison | undefined {
  const call = partOf(side, 'FuncCall');
  const cast = partOf(side, 'TypeCast');
  const isDate = lastName(call?.funcname) === 'date' || lastName(cast?.typeName?.names) === 'date';
  const column = cast ? cast.arg : call?.args?.[0];
  if (!isDate || !isColumn(column) || !type.startsWith('timestamp')) return undefined;
  return ranged(writeInline(column), operator, {
    from: `${value}::date`,
    to: `${value}::date + 1`,
    sentence: 'Ask for the column itself from the start of the day to the next, rather than for the day of every row.',
    caution: null,
  });
}

/** `extract(year from at)` */
function ofYear({ operator, side, value }: Wrapped): BareComparison | undefined {
  const call = partOf(side, 'FuncCall');
  const [field, column] = call?.args ?? [];
  const name = partOf(field, 'A_Const')?.sval?.sval?.toLowerCase();
  const isYear = /^(extract|date_part)$/.test(lastName(call?.funcname)) && name === 'year';
  if (!isYear || !isColumn(column)) return undefined;
  return ranged(writeInline(column), operator, {
    from: `make_date(${value}::integer, 1, 1)`,
    to: `make_date(${value}::integer + 1, 1, 1)`,
    sentence:
      'Ask for the column itself from the start of the year to the next, rather than for the year of every row.',
    caution: null,
  });
}

interface Range {
  from: string;
  to: string;
  sentence: string;
  caution: string | null;
}

function ranged(column: string, operator: string, { caution, from, sentence, to }: Range): BareComparison {
  const conditions: Record<string, string> = {
    '=': `${column} >= ${from} and ${column} < ${to}`,
    '>=': `${column} >= ${from}`,
    '>': `${column} >= ${to}`,
    '<': `${column} < ${from}`,
    '<=': `${column} < ${to}`,
  };
  return { condition: parseExpression(conditions[operator] ?? 'true'), sentence, caution };
}

/** `id::text = $1` */
function uncast({ operator, side, type, value }: Wrapped): BareComparison | undefined {
  const cast = partOf(side, 'TypeCast');
  if (!cast || !isColumn(cast.arg) || operator !== '=') return undefined;
  return {
    condition: parseExpression(`${writeInline(cast.arg)} = ${value}::${type}`),
    sentence: `Cast the value to the column’s own type, ${type}, rather than the column of every row.`,
    caution: `A value that is no ${type} is then refused, where it was not found before.`,
  };
}

/** `at + interval '1 day' > now()` */
function shifted({ operator, side, value }: Wrapped): BareComparison | undefined {
  const sum = partOf(side, 'A_Expr');
  const sign = lastName(sum?.name);
  if (sum?.kind !== 'AEXPR_OP' || !isColumn(sum.lexpr) || !sum.rexpr || (sign !== '+' && sign !== '-'))
    return undefined;
  const amount = withoutCasts(sum.rexpr);
  const kind = amount && kindOf(amount);
  if (kind !== 'A_Const' && kind !== 'ParamRef') return undefined;
  const shift = `${value} ${sign === '+' ? '-' : '+'} ${writeInline(sum.rexpr)}`;
  return {
    condition: parseExpression(`${writeInline(sum.lexpr)} ${operator} ${shift}`),
    sentence: 'Reckon with the value, once, rather than with the column of every row.',
    caution: null,
  };
}

function isColumn(node: Node | undefined): node is Node {
  return partOf(node, 'ColumnRef') !== undefined;
}

/** `numeric` where the column is `integer`: the planner casts the column of every row. */
export function castValue(comparison: A_Expr, wrapped: 'left' | 'right', type: string): BareComparison | undefined {
  const [side, other] =
    wrapped === 'left' ? [comparison.lexpr, comparison.rexpr] : [comparison.rexpr, comparison.lexpr];
  if (!isColumn(side) || !other || comparison.kind !== 'AEXPR_OP' || lastName(comparison.name) !== '=')
    return undefined;
  const value = partOf(other, 'TypeCast')?.arg ?? other;
  return {
    condition: parseExpression(`${writeInline(side)} = (${writeInline(value)})::${type}`),
    sentence: `Give the value the column’s own type, ${type}: Postgres casts the column of every row to the wider one.`,
    caution: `A value that is no ${type} is then refused or rounded, where it was not found before.`,
  };
}

/**
 * Sorts what a WHERE or an ON clause asks of each table: equalities, ranges, joins, patterns, containments, tests for null. What
 * no index could serve (`<>`, NOT, two tables in one expression) leaves only the columns that it reads.
 */

import type { A_Expr, Node } from '@pgsql/types';
import { type Operand, operandOf } from './operands.ts';
import type { ParameterNotes, ParameterRole } from './parameters.ts';
import { withoutCasts } from './parameters.ts';
import type { SchemaIndex } from './schema-index.ts';
import { addOnce, columnsOf, columnsWithin, type PlaceColumn, refer, resolve, type Scope } from './scope.ts';
import { childrenOf, kindOf, lastName, namesOf, partOf } from './sql-tree.ts';
import type { ColumnUse, TableUse } from './workload.ts';

/** What reading a statement gathers. */
export interface Reading {
  readonly schema: SchemaIndex;
  readonly parameters: ParameterNotes;
  /** Reads a subquery, and gives its columns. */
  readQuery(query: Node, scope: Scope): readonly (readonly PlaceColumn[])[];
}

type Kind = 'equalities' | 'ranges' | 'patterns' | 'containments';

interface Mode {
  /** In an arm of an OR. */
  isAlternative: boolean;
}

const RANGE_OPERATORS = new Map<string, ParameterRole>([
  ['<', 'range high'],
  ['<=', 'range high'],
  ['>', 'range low'],
  ['>=', 'range low'],
]);
const TURNED: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '@>': '<@', '<@': '@>' };
const CONTAINMENTS = new Set(['@>', '<@', '&&', '?', '?|', '?&', '@@', '@?']);
const PATTERN_OPERATORS = new Set(['~~', '~~*', '~', '~*', '^@']);

/** Reads a condition that must hold for a row to count. */
export function readCondition(node: Node, scope: Scope, reading: Reading, mode: Mode = { isAlternative: false }): void {
  const bool = partOf(node, 'BoolExpr');
  if (bool?.boolop === 'AND_EXPR') {
    for (const arm of bool.args ?? []) readCondition(arm, scope, reading, mode);
    return;
  }
  if (bool?.boolop === 'OR_EXPR') {
    const isAlternative = mode.isAlternative || !isListOfOneColumn(bool.args ?? [], scope);
    for (const arm of bool.args ?? []) readCondition(arm, scope, reading, { isAlternative });
    return;
  }
  if (bool?.boolop === 'NOT_EXPR') {
    readNegation(bool.args?.[0], scope, reading, mode);
    return;
  }
  const comparison = partOf(node, 'A_Expr');
  if (comparison) readComparison(comparison, scope, reading, mode);
  else readTest(node, scope, reading, mode);
}

/** `a = $1 or a = $2` is a list of values. */
function isListOfOneColumn(arms: readonly Node[], scope: Scope): boolean {
  const columns = arms.map((arm) => {
    const equality = partOf(arm, 'A_Expr');
    const isEquality = equality && lastName(equality.name) === '=' && equality.kind !== 'AEXPR_OP_ALL';
    const [only] = isEquality ? columnsOf(equality.lexpr, scope) : [];
    return only && `${only.place.use.alias}.${only.column}`;
  });
  return columns.every((one) => one !== undefined && one === columns[0]);
}

function readNegation(node: Node | undefined, scope: Scope, reading: Reading, mode: Mode): void {
  if (!node) return;
  const columns = columnsOf(node, scope);
  if (columns.length > 0) keep('equalities', { kind: 'column', columns }, { constant: 'false' }, mode);
  readExpression(node, scope, reading);
}

function readTest(node: Node, scope: Scope, reading: Reading, mode: Mode): void {
  const nullTest = partOf(node, 'NullTest');
  if (nullTest && !mode.isAlternative) {
    const isNull = nullTest.nulltesttype === 'IS_NULL';
    for (const { column, place } of columnsOf(nullTest.arg, scope)) addOnce(place.use.nullTests, { column, isNull });
  }
  const truth = partOf(node, 'BooleanTest');
  const constant = truth && { IS_TRUE: 'true', IS_FALSE: 'false' }[String(truth.booltesttype)];
  const tested = truth ? (constant === undefined ? [] : columnsOf(truth.arg, scope)) : columnsOf(node, scope);
  if (tested.length > 0) {
    keep('equalities', { kind: 'column', columns: tested }, { constant: constant ?? 'true' }, mode);
  }
  const link = partOf(node, 'SubLink');
  if (link?.subLinkType === 'ANY_SUBLINK' && lastName(link.operName ?? []) in { '': 1, '=': 1 } && link.subselect) {
    const [output] = reading.readQuery(link.subselect, scope);
    for (const outer of columnsOf(link.testexpr, scope)) {
      for (const inner of output ?? []) join(outer, inner);
      if (!output?.length) joinTo(outer, { alias: '', column: '' });
    }
    if (link.testexpr) readExpression(link.testexpr, scope, reading);
    return;
  }
  readExpression(node, scope, reading);
}

function readComparison(comparison: A_Expr, scope: Scope, reading: Reading, mode: Mode): void {
  const { kind, lexpr, rexpr } = comparison;
  const operator = lastName(comparison.name);
  const rows = [lexpr, rexpr].map((side) => partOf(side, 'RowExpr')?.args);
  if (kind === 'AEXPR_OP' && rows[0] && rows[1]) {
    for (const [place, left] of rows[0].entries()) {
      const pair = { operator, left, right: rows[1][place], rowPlace: place };
      readPair(pair, scope, reading, mode);
    }
  } else if (kind === 'AEXPR_OP' || kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') {
    readPair({ operator, left: lexpr, right: rexpr }, scope, reading, mode);
  } else if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_BETWEEN_SYM') {
    const [low, high] = partOf(rexpr, 'List')?.items ?? [];
    readPair({ operator: '>=', left: lexpr, right: low }, scope, reading, mode);
    readPair({ operator: '<=', left: lexpr, right: high }, scope, reading, mode);
  } else if ((kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY') && operator === '=') {
    readList(lexpr, rexpr, { scope, reading, mode });
  }
  for (const side of [lexpr, rexpr]) if (side) readExpression(side, scope, reading);
}

interface Pair {
  operator: string;
  left: Node | undefined;
  right: Node | undefined;
  rowPlace?: number;
}

function readPair({ left, operator, right, rowPlace }: Pair, scope: Scope, reading: Reading, mode: Mode): void {
  const [first, second] = [operandOf(left, scope, reading.schema), operandOf(right, scope, reading.schema)];
  if (first.kind === 'column' && second.kind === 'column') {
    if (operator !== '=' || first.expression !== undefined || second.expression !== undefined || mode.isAlternative)
      return;
    for (const one of first.columns) for (const other of second.columns) join(one, other);
    return;
  }
  const isTurned = second.kind === 'column';
  const column = isTurned ? second : first;
  const value = isTurned ? first : second;
  const meant = isTurned ? (TURNED[operator] ?? operator) : operator;
  const kind = kindOfOperator(meant);
  if (column.kind !== 'column') return;
  if (value.kind !== 'value') {
    joinToRows(column, isTurned ? left : right, { kind, mode, scope });
    return;
  }
  const role = kind ? roleOf(kind, meant) : 'other';
  reading.parameters.note(value.node, { role, of: column.columns[0] });
  // Only the first of a row bounds what an index reads; the others go with it.
  const extra = { ...value.use, ...(rowPlace === undefined ? {} : { rowPlace }) };
  if (kind === 'containments') keepContainment(column, { ...extra, operator: meant }, mode);
  else if (kind) keep(isPrefix(kind, value.node) ? 'ranges' : kind, column, extra, mode);
}

function kindOfOperator(operator: string): Kind | undefined {
  if (operator === '=') return 'equalities';
  if (RANGE_OPERATORS.has(operator)) return 'ranges';
  if (CONTAINMENTS.has(operator)) return 'containments';
  return PATTERN_OPERATORS.has(operator) ? 'patterns' : undefined;
}

function roleOf(kind: Kind, operator: string): ParameterRole {
  if (kind === 'equalities') return 'equal';
  if (kind === 'ranges') return RANGE_OPERATORS.get(operator) ?? 'range low';
  return kind === 'patterns' ? 'pattern' : 'containment';
}

/** `like 'x%'`: a B-tree of the right operator class can serve it. */
function isPrefix(kind: Kind, node: Node): boolean {
  if (kind !== 'patterns') return false;
  const literal = partOf(withoutCasts(node), 'A_Const')?.sval?.sval;
  return literal !== undefined && /^[^%_^$.*+?()[\]{}|\\]+%$/.test(literal);
}

function readList(
  left: Node | undefined,
  right: Node | undefined,
  given: { scope: Scope; reading: Reading; mode: Mode },
): void {
  const { mode, reading, scope } = given;
  const column = operandOf(left, scope, reading.schema);
  const items = partOf(right, 'List')?.items;
  if (column.kind !== 'column') {
    // `$1 = any(tags)`: an array's element.
    const array = operandOf(right, scope, reading.schema);
    if (column.kind === 'value' && array.kind === 'column') {
      reading.parameters.note(column.node, { role: 'containment', of: array.columns[0] });
    }
    return;
  }
  if (items?.length === 1) {
    readPair({ operator: '=', left, right: items[0] }, scope, reading, mode);
    return;
  }
  for (const [place, item] of (items ?? []).entries()) {
    reading.parameters.note(item, { role: 'list', of: column.columns[0], place });
  }
  const array = items ? undefined : operandOf(right, scope, reading.schema);
  if (array?.kind === 'value') reading.parameters.note(array.node, { role: 'list', of: column.columns[0] });
  if (items || array?.kind === 'value') keep('equalities', column, array?.kind === 'value' ? array.use : {}, mode);
}

type ColumnOperand = Extract<Operand, { kind: 'column' }>;

function keep(kind: Kind, { columns, expression }: ColumnOperand, use: Partial<ColumnUse>, mode: Mode): void {
  for (const { column, place } of columns)
    addOnce(place.use[kind] as ColumnUse[], describe(column, expression, use, mode));
}

function keepContainment(operand: ColumnOperand, use: Partial<ColumnUse> & { operator: string }, mode: Mode): void {
  for (const { column, place } of operand.columns) {
    const described = { ...describe(column, operand.expression, use, mode), operator: use.operator };
    addOnce<TableUse['containments'][number]>(place.use.containments, described);
  }
}

function describe(column: string, expression: string | undefined, use: Partial<ColumnUse>, mode: Mode): ColumnUse {
  return {
    column,
    ...(expression === undefined ? {} : { expression }),
    ...use,
    ...(mode.isAlternative ? { isAlternative: true as const } : {}),
  };
}

/** Both sides know of each other: either may be the inner one. */
export function join(one: PlaceColumn, other: PlaceColumn): void {
  if (one.place === other.place) return;
  for (const [mine, theirs] of [[one, other] as const, [other, one] as const]) {
    const { alias } = theirs.place.use;
    addOnce(mine.place.use.joins, { column: mine.column, otherAlias: alias, otherColumn: theirs.column });
  }
}

/** Equal to what a derived table or an expression over other tables gives: rows are looked up by it all the same. */
function joinToRows(
  mine: ColumnOperand,
  theirs: Node | undefined,
  given: { kind: Kind | undefined; mode: Mode; scope: Scope },
) {
  if (given.kind !== 'equalities' || mine.expression !== undefined || given.mode.isAlternative || !theirs) return;
  const [other] = columnsWithin(theirs, given.scope);
  const names = namesOf(partOf(theirs, 'ColumnRef')?.fields);
  if (!other && names.length === 0) return;
  for (const column of mine.columns) {
    if (other?.place === column.place) continue;
    joinTo(column, {
      alias: other?.place.use.alias ?? names.at(-2) ?? '',
      column: other?.column ?? names.at(-1) ?? '',
    });
  }
}

function joinTo({ column, place }: PlaceColumn, other: { alias: string; column: string }): void {
  addOnce(place.use.joins, { column, otherAlias: other.alias, otherColumn: other.column });
}

/** Notes the columns and parameters that an expression reads, and reads its subqueries. */
export function readExpression(node: Node, scope: Scope, reading: Reading): void {
  const link = partOf(node, 'SubLink');
  if (link) {
    if (link.testexpr) readExpression(link.testexpr, scope, reading);
    if (link.subselect) reading.readQuery(link.subselect, scope);
    return;
  }
  const reference = partOf(node, 'ColumnRef');
  if (reference) {
    readReference(reference.fields ?? [], scope);
    return;
  }
  if (partOf(node, 'ParamRef')) reading.parameters.note(node, { role: 'other' });
  noteCompared(node, scope, reading);
  for (const child of childrenOf(partOf(node, kindOf(node)))) readExpression(child, scope, reading);
}

/** `case when status = $1`: it says what the parameter is like. */
function noteCompared(node: Node, scope: Scope, reading: Reading): void {
  const comparison = partOf(node, 'A_Expr');
  if (comparison?.kind !== 'AEXPR_OP') return;
  const { lexpr, rexpr } = comparison;
  for (const [side, other] of [[lexpr, rexpr] as const, [rexpr, lexpr] as const]) {
    const [column] = columnsOf(side, scope);
    if (column && other && withoutCasts(other) && partOf(withoutCasts(other), 'ParamRef')) {
      reading.parameters.note(other, { role: 'other', of: column });
    }
  }
}

/** A column, `t.*`, or `t` for its whole row. */
function readReference(fields: readonly Node[], scope: Scope): void {
  const isStar = fields.some((field) => partOf(field, 'A_Star'));
  const names = namesOf(fields);
  const columns = isStar ? [] : resolve(names, scope);
  for (const column of columns) refer(column);
  if (columns.length > 0) return;
  const alias = names.at(-1);
  for (let around: Scope | undefined = scope; around; around = around.outer) {
    const whole = around.sources.filter((source) => (alias === undefined ? isStar : source.alias === alias));
    for (const source of whole) for (const name of source.columnNames ?? []) source.columnsOf(name).forEach(refer);
    if (whole.length > 0) return;
  }
}

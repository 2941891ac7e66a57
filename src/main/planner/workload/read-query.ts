/** Reads a SELECT: its FROM, conditions, groups and order, and which columns of tables it hands on to the query around it. */

import type { Node, SelectStmt, WithClause } from '@pgsql/types';
import { readCondition, readExpression } from './conditions.ts';
import { type FromReading, readFrom } from './read-from.ts';
import { addOnce, columnsOf, columnsWithin, createScope, type PlaceColumn, type Scope, type Source } from './scope.ts';
import { childrenOf, everyNode, lastName, namesOf, partOf, writeExpression } from './sql-tree.ts';
import type { TableUse } from './workload.ts';

/** A column that a query gives out: its name, its expression, and the tables' columns that it is. */
export interface Output {
  readonly name: string;
  readonly node: Node | undefined;
  readonly columns: readonly PlaceColumn[];
}

/** What reading a query needs besides: statements that write may stand in a WITH. */
export interface QueryReading extends FromReading {
  readWriting(node: Node, outer: Scope): readonly Output[];
}

export function readAnyQuery(node: Node, outer: Scope | undefined, reading: QueryReading): readonly Output[] {
  const select = partOf(node, 'SelectStmt');
  return select ? readSelect(select, outer, reading) : reading.readWriting(node, outer ?? createScope());
}

export function readSelect(select: SelectStmt, outer: Scope | undefined, reading: QueryReading): readonly Output[] {
  const scope = createScope(outer);
  readWith(select, scope, reading);
  readLimit(select, scope, reading);
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return readUnion(select, scope, reading);
  for (const row of select.valuesLists ?? []) readExpression(row, scope, reading);
  if (select.valuesLists) return valueOutputs(select.valuesLists);
  readFrom(select.fromClause ?? [], scope, reading);
  if (select.whereClause) readCondition(select.whereClause, scope, reading);
  const outputs = readTargets(select.targetList ?? [], scope, reading);
  if (select.havingClause) readExpression(select.havingClause, scope, reading);
  readGroups(select, outputs, { scope, reading });
  readWindows(select, scope, reading);
  const sorted = readSort(select.sortClause ?? [], outputs, { scope, reading });
  if (select.limitCount && sorted) sorted.wantsFirst = true;
  readExtremes(select, scope);
  return isHandedOn(select) ? keepGrouped(select, outputs) : outputs.map((output) => ({ ...output, columns: [] }));
}

export function readWith(statement: { withClause?: WithClause }, scope: Scope, reading: QueryReading): void {
  const clause = statement.withClause;
  for (const node of clause?.ctes ?? []) {
    const cte = partOf(node, 'CommonTableExpr');
    if (!cte?.ctequery || cte.ctename === undefined) continue;
    const names = namesOf(cte.aliascolnames);
    // Its own name inside it means what came before: rows of no table.
    if (clause?.recursive)
      scope.ctes.set(cte.ctename, { columnNames: names.length ? names : null, columnsOf: () => [] });
    const outputs = readAnyQuery(cte.ctequery, scope, reading);
    const isMaterialized =
      cte.ctematerialized === 'CTEMaterializeAlways' ||
      clause?.recursive === true ||
      // Postgres computes it once where it is asked for twice.
      (cte.ctematerialized !== 'CTEMaterializeNever' && countTables(statement, cte.ctename) > 1);
    const shown = isMaterialized ? outputs.map((output) => ({ ...output, columns: [] })) : outputs;
    scope.ctes.set(cte.ctename, toSource(shown, names));
  }
}

function countTables(statement: object, name: string): number {
  const nodes = childrenOf(statement).flatMap((child) => [...everyNode(child)]);
  return nodes.filter((node) => partOf(node, 'RangeVar')?.relname === name).length;
}

export function toSource(outputs: readonly Output[], names: readonly string[] = []): Omit<Source, 'alias'> {
  const columnNames = outputs.map(({ name }, position) => names[position] ?? name);
  return { columnNames, columnsOf: (name) => outputs[columnNames.indexOf(name)]?.columns ?? [] };
}

function readLimit(select: SelectStmt, scope: Scope, reading: QueryReading): void {
  reading.parameters.note(select.limitCount, { role: 'limit' });
  reading.parameters.note(select.limitOffset, { role: 'offset' });
  for (const node of [select.limitCount, select.limitOffset]) if (node) readExpression(node, scope, reading);
}

function readUnion(select: SelectStmt, scope: Scope, reading: QueryReading): readonly Output[] {
  const left = select.larg ? readSelect(select.larg, scope, reading) : [];
  const right = select.rarg ? readSelect(select.rarg, scope, reading) : [];
  const outputs = left.map((output, position) => ({
    ...{ name: output.name, node: output.node },
    columns: [...output.columns, ...(right[position]?.columns ?? [])],
  }));
  readSort(select.sortClause ?? [], outputs, { scope, reading });
  return select.limitCount ? outputs.map((output) => ({ ...output, columns: [] })) : outputs;
}

function valueOutputs(rows: readonly Node[]): Output[] {
  const first = partOf(rows[0], 'List')?.items ?? [];
  return first.map((node, position) => ({ name: `column${position + 1}`, node, columns: [] }));
}

export function readTargets(targets: readonly Node[], scope: Scope, reading: QueryReading): Output[] {
  return targets.flatMap((target) => {
    const { name, val } = partOf(target, 'ResTarget') ?? {};
    if (!val) return [];
    readExpression(val, scope, reading);
    const fields = partOf(val, 'ColumnRef')?.fields ?? [];
    if (fields.some((field) => partOf(field, 'A_Star'))) return starOutputs(namesOf(fields).at(-1), scope);
    return [{ name: name ?? outputName(val), node: val, columns: columnsOf(val, scope) }];
  });
}

function starOutputs(alias: string | undefined, scope: Scope): Output[] {
  return scope.sources
    .filter((source) => alias === undefined || source.alias === alias)
    .flatMap((source) =>
      (source.columnNames ?? []).map((name) => ({ name, node: undefined, columns: source.columnsOf(name) })),
    );
}

/** As Postgres names a column that nobody named. */
function outputName(node: Node): string {
  const reference = partOf(node, 'ColumnRef');
  if (reference) return lastName(reference.fields);
  const call = partOf(node, 'FuncCall');
  if (call) return lastName(call.funcname);
  const cast = partOf(node, 'TypeCast');
  if (cast) return cast.arg && partOf(cast.arg, 'ColumnRef') ? outputName(cast.arg) : lastName(cast.typeName?.names);
  return '?column?';
}

interface Given {
  scope: Scope;
  reading: QueryReading;
}

/** An output by its place, by its name, or an expression of its own. */
function resolveKey(node: Node | undefined, outputs: readonly Output[], { scope }: Given) {
  const place = partOf(node, 'A_Const')?.ival?.ival;
  const name =
    partOf(node, 'ColumnRef')?.fields?.length === 1 ? lastName(partOf(node, 'ColumnRef')?.fields) : undefined;
  const output =
    place === undefined ? outputs.find((one) => name !== undefined && one.name === name) : outputs[place - 1];
  if (output) return { columns: output.columns, node: output.node };
  return { columns: columnsOf(node, scope), node };
}

function readGroups(select: SelectStmt, outputs: readonly Output[], given: Given): void {
  const { reading, scope } = given;
  const keys = [...(select.groupClause ?? []), ...(select.distinctClause ?? [])];
  const everything = select.distinctClause?.some((node) => Object.keys(node).length === 0);
  const columns = everything
    ? outputs.flatMap((output) => output.columns)
    : keys.flatMap((key) => resolveKey(key, outputs, given).columns);
  for (const { column, place } of columns) addOnce(place.use.group, column);
  for (const key of keys) if (Object.keys(key).length > 0) readExpression(key, scope, reading);
}

function readWindows(select: SelectStmt, scope: Scope, reading: QueryReading): void {
  for (const node of select.windowClause ?? []) readExpression(node, scope, reading);
}

/**
 * The order, where all of it is of one table.
 *
 * @returns that table's use
 */
export function readSort(clause: readonly Node[], outputs: readonly Output[], given: Given): TableUse | undefined {
  const items = clause.flatMap((node) => partOf(node, 'SortBy') ?? []);
  const keys = items.map((item) => {
    const { columns, node } = resolveKey(item.node, outputs, given);
    if (item.node && !partOf(item.node, 'A_Const')) readExpression(item.node, given.scope, given.reading);
    const isDescending = item.sortby_dir === 'SORTBY_DESC';
    const nullsFirst =
      item.sortby_nulls === 'SORTBY_NULLS_FIRST' || (isDescending && item.sortby_nulls !== 'SORTBY_NULLS_LAST');
    if (columns.length === 1 && columns[0]) return { ...columns[0], isDescending, nullsFirst };
    const within = node && isPlain(node) ? columnsWithin(node, given.scope) : [];
    const [first] = within;
    if (!first || !node || within.some(({ place }) => place !== first.place)) return undefined;
    return { ...first, expression: writeExpression(node), isDescending, nullsFirst };
  });
  const use = keys[0]?.place.use;
  if (!use || use.sort.length > 0 || keys.some((key) => key?.place.use !== use)) return undefined;
  for (const key of keys) {
    if (!key) continue;
    const { place: _, ...sort } = key;
    use.sort.push(sort);
  }
  return use;
}

/** No aggregate, window or subquery: something that a row has by itself. Aggregates are known by the usual names. */
function isPlain(node: Node): boolean {
  return [...everyNode(node)].every((one) => {
    const call = partOf(one, 'FuncCall');
    const isAggregate = call && (call.over || call.agg_star || AGGREGATES.has(lastName(call.funcname)));
    return !isAggregate && !partOf(one, 'SubLink');
  });
}

const AGGREGATES = new Set(
  'count sum avg min max array_agg string_agg json_agg jsonb_agg bool_and bool_or every stddev variance'.split(' '),
);

/** `select max(created_at) from t where …` reads one end of an index. */
function readExtremes(select: SelectStmt, scope: Scope): void {
  if (select.groupClause || select.sortClause || select.targetList?.length !== 1) return;
  const call = partOf(partOf(select.targetList[0], 'ResTarget')?.val, 'FuncCall');
  const isDescending = lastName(call?.funcname) === 'max';
  if (!call || (!isDescending && lastName(call.funcname) !== 'min') || call.over) return;
  const [only] = columnsOf(call.args?.[0], scope);
  if (!only || only.place.use.sort.length > 0) return;
  only.place.use.sort.push({ column: only.column, isDescending, nullsFirst: isDescending });
  only.place.use.wantsFirst = true;
}

/** Whether a condition on the outside may be asked inside: not behind a limit, a window or DISTINCT ON. */
function isHandedOn(select: SelectStmt): boolean {
  if (select.limitCount || select.limitOffset) return false;
  if (select.distinctClause?.some((node) => Object.keys(node).length > 0)) return false;
  const targets = select.targetList ?? [];
  return !targets.some((target) => [...everyNode(target)].some((node) => partOf(node, 'FuncCall')?.over));
}

/** Behind a GROUP BY only what is grouped by may be asked inside. */
function keepGrouped(select: SelectStmt, outputs: readonly Output[]): readonly Output[] {
  if (!select.groupClause) return outputs;
  return outputs.map((output) => {
    const [first] = output.columns;
    const isGrouped = first?.place.use.group.includes(first.column) === true;
    return isGrouped ? output : { ...output, columns: [] };
  });
}

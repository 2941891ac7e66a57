/** Reads a FROM clause into a scope: tables, views looked through, derived tables, functions and joins. */

import type { Alias, JoinExpr, Node, RangeVar } from '@pgsql/types';
import { join, type Reading, readCondition, readExpression } from './conditions.ts';
import { createPlace, createScope, type Place, type Scope, type Source, sourceOfPlace } from './scope.ts';
import { childrenOf, kindOf, namesOf, partOf, unreadable } from './sql-tree.ts';
import type { TableUse } from './workload.ts';

/** What reading FROM needs besides. */
export interface FromReading extends Reading {
  readonly uses: TableUse[];
  /** Views that are being looked through, outermost first. */
  readonly views: string[];
  /** The subquery's columns as something that has a name in FROM. */
  readDerived(query: Node, scope: Scope): Omit<Source, 'alias'>;
}

/** Views of views of views, each of which reads the one below several times. */
const MAX_PLACES = 1_000;

export function readFrom(items: readonly Node[], scope: Scope, reading: FromReading): void {
  for (const item of items) scope.sources.push(...readItem(item, scope, reading));
}

/** A join's two sides are told apart for USING; both belong to the same scope. */
function readItem(item: Node, scope: Scope, reading: FromReading): Source[] {
  const table = partOf(item, 'RangeVar');
  if (table) return [readTable(table, scope, reading)];
  const joined = partOf(item, 'JoinExpr');
  if (joined) return readJoin(joined, scope, reading);
  const derived = partOf(item, 'RangeSubselect');
  if (derived?.subquery) {
    // What stands to its left is visible to a lateral one; to another it does no harm.
    const source = reading.readDerived(derived.subquery, scope);
    return [renamed({ ...source, alias: derived.alias?.aliasname ?? '' }, aliasNames(derived.alias))];
  }
  const sample = partOf(item, 'RangeTableSample');
  if (sample?.relation) return readItem(sample.relation, scope, reading);
  for (const child of childrenOf(partOf(item, kindOf(item)))) readExpression(child, scope, reading);
  const alias = (partOf(item, 'RangeFunction') ?? partOf(item, 'RangeTableFunc') ?? partOf(item, 'JsonTable'))?.alias;
  return [opaque(alias?.aliasname ?? '', aliasNames(alias))];
}

/** A table, a CTE or a view. */
export function readTable(table: RangeVar, scope: Scope, reading: FromReading): Source {
  const name = table.relname ?? '';
  const alias = table.alias?.aliasname ?? name;
  const names = aliasNames(table.alias);
  if (table.schemaname === undefined) {
    for (let around: Scope | undefined = scope; around; around = around.outer) {
      const cte = around.ctes.get(name);
      if (cte) return renamed({ ...cte, alias }, names);
    }
  }
  const tableName = { schema: table.schemaname ?? null, table: name };
  // A view cannot read itself but in a snapshot that someone has made up.
  const view = reading.views.includes(name) ? undefined : reading.schema.view(tableName);
  if (view) {
    reading.views.push(name);
    // A view sees nothing of the statement around it.
    const source = reading.readDerived(view.query, createScope());
    reading.views.pop();
    return renamed({ ...source, alias }, names);
  }
  return sourceOfPlace(addPlace(createPlace(reading.schema, tableName, alias), reading), names);
}

export function addPlace(place: Place, reading: FromReading): Place {
  if (reading.uses.length >= MAX_PLACES) throw unreadable(`it reads more than ${MAX_PLACES} tables`);
  const view = reading.views[0];
  if (view !== undefined) place.use.throughView = view;
  reading.uses.push(place.use);
  return place;
}

function readJoin(joined: JoinExpr, scope: Scope, reading: FromReading): Source[] {
  const inner = createScope(scope);
  const left = joined.larg ? readItem(joined.larg, scope, reading) : [];
  inner.sources.push(...left);
  const right = joined.rarg ? readItem(joined.rarg, inner, reading) : [];
  inner.sources.push(...right);
  const using = joined.isNatural ? namesInBoth(left, right) : namesOf(joined.usingClause);
  for (const name of using) {
    const [ours, theirs] = [left, right].map((side) => side.find((one) => one.columnNames?.includes(name)) ?? side[0]);
    for (const one of ours?.columnsOf(name) ?? []) for (const other of theirs?.columnsOf(name) ?? []) join(one, other);
  }
  if (joined.quals) readCondition(joined.quals, inner, reading);
  return [...left, ...right];
}

function namesInBoth(left: readonly Source[], right: readonly Source[]): string[] {
  const names = new Set(right.flatMap(({ columnNames }) => columnNames ?? []));
  return left.flatMap(({ columnNames }) => columnNames ?? []).filter((name) => names.has(name));
}

function aliasNames(alias: Alias | undefined): string[] {
  return namesOf(alias?.colnames);
}

function renamed(source: Source, names: readonly string[]): Source {
  const { columnNames } = source;
  if (names.length === 0 || columnNames === null) return source;
  const shown = columnNames.map((name, position) => names[position] ?? name);
  return {
    alias: source.alias,
    columnNames: shown,
    columnsOf: (name) => {
      const inner = columnNames[shown.indexOf(name)];
      return inner === undefined ? [] : source.columnsOf(inner);
    },
  };
}

/** Rows of a function, or of values. A function without a list of columns has one, under its alias. */
function opaque(alias: string, names: readonly string[]): Source {
  return { alias, columnNames: names.length > 0 ? names : [alias], columnsOf: () => [] };
}

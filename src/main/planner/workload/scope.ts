/**
 * Which table a column's name means: the places of a FROM clause, what derived tables hand on of them, and the scopes around.
 */

import type { Node } from '@pgsql/types';
import type { SchemaIndex, TableName } from './schema-index.ts';
import { everyNode, namesOf, partOf } from './sql-tree.ts';
import type { TableUse } from './workload.ts';

/** A table in FROM. */
export interface Place {
  readonly use: TableUse;
  /** Null where the snapshot does not know the table. */
  readonly columns: readonly string[] | null;
}

export interface PlaceColumn {
  readonly place: Place;
  readonly column: string;
}

/** Something in FROM. A column of it is one of a table, of several (a union's), or of none: an empty list. */
export interface Source {
  readonly alias: string;
  /** Null where they are not known. */
  readonly columnNames: readonly string[] | null;
  columnsOf(name: string): readonly PlaceColumn[];
}

export interface Scope {
  readonly sources: Source[];
  readonly outer: Scope | undefined;
  readonly ctes: Map<string, Omit<Source, 'alias'>>;
}

export function createScope(outer?: Scope): Scope {
  return { sources: [], outer, ctes: new Map() };
}

export function createUse({ schema, table }: TableName, alias: string): TableUse {
  return {
    ...{ schema, table, alias, equalities: [], ranges: [], joins: [], containments: [], patterns: [] },
    ...{ nullTests: [], sort: [], group: [], referenced: [], sets: [] },
  };
}

export function createPlace(schema: SchemaIndex, name: TableName, alias: string): Place {
  const relation = schema.relation(name);
  const use = createUse({ schema: relation?.schema ?? name.schema, table: name.table }, alias);
  return { use, columns: relation ? relation.columns.map((column) => column.name) : null };
}

/** @param renamed the names given behind the alias, in order */
export function sourceOfPlace(place: Place, renamed: readonly string[] = []): Source {
  const { columns, use } = place;
  const names = columns?.map((name, position) => renamed[position] ?? name) ?? null;
  return {
    alias: use.alias,
    columnNames: names,
    columnsOf(name) {
      const column = names && columns ? columns[names.indexOf(name)] : name;
      return column === undefined ? [] : [{ place, column }];
    },
  };
}

/** What a column's reference stands for, by its last names. */
export function resolve(fields: readonly string[], scope: Scope): readonly PlaceColumn[] {
  const [name, alias] = [fields.at(-1) ?? '', fields.at(-2)];
  for (let around: Scope | undefined = scope; around; around = around.outer) {
    const { sources } = around;
    if (alias !== undefined) {
      const source = sources.find((one) => one.alias === alias);
      if (source) return source.columnsOf(name);
      continue;
    }
    const known = sources.find((one) => one.columnNames?.includes(name));
    if (known) return known.columnsOf(name);
    const unknown = sources.filter((one) => one.columnNames === null);
    if (unknown.length === 1 && unknown[0]) return unknown[0].columnsOf(name);
  }
  return [];
}

/** The column that a node is, and nothing else; of a union, each of its arms'. */
export function columnsOf(node: Node | undefined, scope: Scope): readonly PlaceColumn[] {
  const reference = partOf(node, 'ColumnRef');
  if (!reference?.fields?.every((field) => partOf(field, 'String'))) return [];
  return resolve(namesOf(reference.fields), scope);
}

/** All columns that an expression reads, without those inside its subqueries. */
export function columnsWithin(node: Node, scope: Scope): PlaceColumn[] {
  return [...everyNode(node)].flatMap((one) => [...columnsOf(one, scope)]);
}

export function addOnce<Item>(list: Item[], item: Item): void {
  const text = JSON.stringify(item);
  if (!list.some((one) => JSON.stringify(one) === text)) list.push(item);
}

export function refer({ column, place }: PlaceColumn): void {
  addOnce(place.use.referenced, column);
}

/** Finds tables, columns and views of a snapshot by the names that statements use. */

import type { Node } from '@pgsql/types';
import type { Snapshot, SnapshotColumn, SnapshotIndex, SnapshotRelation } from '../snapshot/snapshot.ts';
import { parseStatement, partOf } from './sql-tree.ts';

export interface TableName {
  schema: string | null;
  table: string;
}

export interface SchemaIndex {
  readonly snapshot: Snapshot;
  relation(name: TableName): SnapshotRelation | undefined;
  column(name: TableName, column: string): SnapshotColumn | undefined;
  indexesOn(relation: SnapshotRelation): readonly SnapshotIndex[];
  /** What a view stands for; nothing where there is no such view, or a table hides it. */
  view(name: TableName): { schema: string; query: Node } | undefined;
  /** The type below a domain, or the type itself; and the labels of an enum. */
  baseType(type: string): string;
  enumLabels(type: string): readonly string[] | undefined;
}

/** Lists of names are made once: a workload asks for them some thousand times. */
export function indexSchema(snapshot: Snapshot): SchemaIndex {
  const relations = new Map(snapshot.relations.map((one) => [keyOf(one.schema, one.name), one]));
  const columns = new Map<SnapshotRelation, Map<string, SnapshotColumn>>();
  const indexes = new Map<string, SnapshotIndex[]>();
  for (const index of snapshot.indexes) {
    const key = keyOf(index.table.schema, index.table.name);
    indexes.set(key, [...(indexes.get(key) ?? []), index]);
  }
  const objects = new Map(snapshot.objects.map((one) => [`${one.kind}:${keyOf(one.schema, one.name)}`, one]));
  const find = <Found>({ schema, table }: TableName, look: (key: string) => Found | undefined): Found | undefined => {
    for (const one of schema === null ? pathOf(snapshot) : [schema]) {
      const found = look(keyOf(one, table));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const relation = (name: TableName) => find(name, (key) => relations.get(key));
  const typeObject = (kind: 'domain' | 'enum', type: string) =>
    find(typeName(type), (key) => objects.get(`${kind}:${key}`));
  const baseType = (type: string, depth = 0): string => {
    const domain = depth < 10 ? typeObject('domain', type) : undefined;
    return domain ? baseType(domainBase(domain.definition) ?? 'text', depth + 1) : type;
  };
  return {
    snapshot,
    relation,
    column(name, column) {
      const table = relation(name);
      if (!table) return undefined;
      const byName = columns.get(table) ?? new Map(table.columns.map((one) => [one.name, one]));
      columns.set(table, byName);
      return byName.get(column);
    },
    indexesOn: ({ name, schema }) => indexes.get(keyOf(schema, name)) ?? [],
    view(name) {
      if (relation(name)) return undefined;
      const view = find(name, (key) => objects.get(`view:${key}`));
      const query = view && viewQuery(view.definition);
      return view && query ? { schema: view.schema, query } : undefined;
    },
    baseType: (type) => baseType(type),
    enumLabels: (type) => enumLabels(typeObject('enum', type)?.definition),
  };
}

function keyOf(schema: string, name: string): string {
  return JSON.stringify([schema, name]);
}

function pathOf({ searchPath }: Snapshot): string[] {
  return ['pg_catalog', ...searchPath];
}

/** `"Odd".mood`, as format_type writes it. */
function typeName(type: string): TableName {
  const parts = [...type.matchAll(/"((?:[^"]|"")*)"|([^".]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
  const [first = '', second] = parts;
  return second === undefined ? { schema: null, table: first } : { schema: first, table: second };
}

function viewQuery(definition: string): Node | undefined {
  try {
    return partOf(parseStatement(definition), 'ViewStmt')?.query;
  } catch {
    return undefined;
  }
}

function domainBase(definition: string): string | undefined {
  return /\bas\s+(.+?)(?:\s+(?:collate|default|constraint|not null|null|check)\b|\s*;?\s*$)/is.exec(definition)?.[1];
}

function enumLabels(definition: string | undefined): string[] | undefined {
  if (definition === undefined) return undefined;
  try {
    const labels = partOf(parseStatement(definition), 'CreateEnumStmt')?.vals;
    return labels?.flatMap((label) => partOf(label, 'String')?.sval ?? []);
  } catch {
    return undefined;
  }
}

/** What the twin's own Postgres calls things: the numbers of relations, of their files and of their columns. */

import type { TwinDatabase } from './twin-database.ts';

export interface TwinRelation {
  schema: string;
  name: string;
  oid: number;
  /** Of pg_class: r, m, p, i, I. */
  kind: string;
  /** The file that Postgres gave it, which is empty. */
  ownFile: number;
  /** Columns, or an index's keys, by name. */
  attributes: Map<string, number>;
  /** Of an index. */
  tableOid: number | null;
  isValid: boolean;
}

export type TwinCatalog = Map<string, TwinRelation>;

/** Unambiguous for any name: a name may hold a dot. */
export function relationKey({ schema, name }: { schema: string; name: string }): string {
  return JSON.stringify([schema, name]);
}

const READ = `
  select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'schema', n.nspname, 'name', c.relname, 'oid', c.oid::int8, 'kind', c.relkind, 'ownFile', c.relfilenode::int8,
    'tableOid', i.indrelid::int8, 'isValid', coalesce(i.indisvalid, true),
    'attributes', (
      select pg_catalog.jsonb_object_agg(a.attname, a.attnum)
      from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    )
  ))
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_index i on i.indexrelid = c.oid
  where c.relkind in ('r', 'm', 'p', 'i', 'I') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and ($1::int8[] is null or c.oid = any ($1::int8[]) or i.indrelid = any ($1::int8[]))`;

/** @param oids of tables, to read these and their indexes alone */
export async function readCatalog(database: TwinDatabase, oids?: readonly number[]): Promise<TwinCatalog> {
  const [[text] = []] = await database.query(READ, [oids ? `{${oids.join(',')}}` : null]);
  const rows = JSON.parse(text ?? '[]') as (Omit<TwinRelation, 'attributes'> & {
    attributes: Record<string, number>;
  })[];
  return new Map(
    (rows ?? []).map((row) => [
      relationKey(row),
      { ...row, attributes: new Map(Object.entries(row.attributes ?? {})) },
    ]),
  );
}

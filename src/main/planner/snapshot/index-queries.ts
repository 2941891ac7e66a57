/**
 * SQL that reads constraints and indexes from the catalog. Postgres writes a definition with the names of columns, which it looks up
 * in the table under a reader's lock: of tables in $2, or all where $3 says so, what needs that is left out.
 */

import { statement } from '../../database/index.ts';
import type { OfTables } from './catalog-queries.ts';

const CATALOG = 'it reads the whole of a catalog';

export interface ConstraintRow {
  tableOid: number;
  name: string;
  kind: 'p' | 'u' | 'c' | 'f' | 'x';
  /** Null where it would wait. */
  definition: string | null;
  isValidated: boolean;
  columns: string[];
  referencedSchema: string | null;
  referencedTable: string | null;
  referencedColumns: string[];
  index: string | null;
  isInherited: boolean;
}

export const readConstraints = statement<OfTables, ConstraintRow>({
  name: 'planner.readSnapshotConstraints',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    select
      k.conrelid as "tableOid", k.conname::text as name, k.contype::text as kind,
      case
        when k.contype not in ('c', 'x') or not ($3::boolean or k.conrelid = any ($2::oid[]))
        then pg_catalog.pg_get_constraintdef(k.oid)
      end as definition,
      k.convalidated and coalesce((pg_catalog.to_jsonb(k) ->> 'conenforced')::boolean, true) as "isValidated",
      array(
        select a.attname::text
        from unnest(k.conkey) with ordinality as u (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
        order by u.place
      ) as columns,
      n.nspname::text as "referencedSchema", r.relname::text as "referencedTable",
      array(
        select a.attname::text
        from unnest(k.confkey) with ordinality as u (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum
        order by u.place
      ) as "referencedColumns",
      case when k.contype in ('p', 'u', 'x') then i.relname::text end as index,
      k.conparentid <> 0 or (k.coninhcount > 0 and not k.conislocal) as "isInherited"
    from pg_catalog.pg_constraint k
    left join pg_catalog.pg_class r on r.oid = k.confrelid
    left join pg_catalog.pg_namespace n on n.oid = r.relnamespace
    left join pg_catalog.pg_class i on i.oid = k.conindid
    where k.conrelid = any ($1::oid[]) and k.contype in ('p', 'u', 'c', 'f', 'x')
    order by k.conrelid, k.oid`,
  unindexedBecause: CATALOG,
});

export interface IndexRow {
  oid: number;
  tableOid: number;
  schema: string;
  name: string;
  method: string;
  /** Null where it would wait. */
  definition: string | null;
  keys: {
    column: string | null;
    expression: string | null;
    type: string;
    /** Where the expression's statistics are. */
    attribute: string;
    option: number;
    operatorClass: string | null;
    collation: string | null;
  }[];
  include: string[];
  isPartial: boolean;
  predicate: string | null;
  isUnique: boolean;
  isPrimary: boolean;
  isValid: boolean;
  isNeeded: boolean;
  partOfSchema: string | null;
  partOfName: string | null;
  sizeBytes: string | null;
  pages: number;
  tuples: number;
  scans: string;
}

export const readIndexes = statement<OfTables, IndexRow>({
  name: 'planner.readSnapshotIndexes',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    select
      c.oid, i.indrelid as "tableOid", n.nspname::text as schema, c.relname::text as name, m.amname::text as method,
      case when not b.is_blocked then pg_catalog.pg_get_indexdef(c.oid) end as definition, keys.keys,
      array(
        select a.attname::text
        from pg_catalog.generate_series(i.indnkeyatts + 0, i.indnatts - 1) as u (place)
        join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[u.place]
        order by u.place
      ) as include,
      i.indpred is not null as "isPartial",
      case when i.indpred is not null and not b.is_blocked then pg_catalog.pg_get_expr(i.indpred, i.indrelid) end as predicate,
      i.indisunique as "isUnique", i.indisprimary as "isPrimary", i.indisvalid and i.indisready as "isValid",
      i.indisprimary or i.indisreplident
        or exists (select from pg_catalog.pg_constraint k where k.conindid = c.oid) as "isNeeded",
      pn.nspname::text as "partOfSchema", p.relname::text as "partOfName",
      case when not b.is_blocked then pg_catalog.pg_relation_size(c.oid) end as "sizeBytes",
      c.relpages as pages, c.reltuples::float8 as tuples, pg_catalog.pg_stat_get_numscans(c.oid) as scans
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_am m on m.oid = c.relam
    left join pg_catalog.pg_inherits h on h.inhrelid = c.oid
    left join pg_catalog.pg_class p on p.oid = h.inhparent
    left join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
    cross join lateral (
      select $3::boolean or c.oid = any ($2::oid[]) or i.indrelid = any ($2::oid[]) as is_blocked
    ) b
    cross join lateral (
      select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'column', t.attname, 'attribute', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
        'expression', case
          when i.indkey[u.place] = 0 and not b.is_blocked then pg_catalog.pg_get_indexdef(c.oid, u.place + 1, true)
        end,
        'option', i.indoption[u.place],
        'operatorClass', case
          when not o.opcdefault then pg_catalog.quote_ident(oz.nspname) || '.' || pg_catalog.quote_ident(o.opcname)
        end,
        'collation', case
          when i.indcollation[u.place] not in (0, coalesce(t.attcollation, 100))
          then pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
        end
      ) order by u.place) as keys
      from pg_catalog.generate_series(0, i.indnkeyatts - 1) as u (place)
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = u.place + 1
      left join pg_catalog.pg_attribute t on t.attrelid = i.indrelid and t.attnum = i.indkey[u.place] and t.attnum <> 0
      left join pg_catalog.pg_opclass o on o.oid = i.indclass[u.place]
      left join pg_catalog.pg_namespace oz on oz.oid = o.opcnamespace
      left join pg_catalog.pg_collation l on l.oid = i.indcollation[u.place]
      left join pg_catalog.pg_namespace ln on ln.oid = l.collnamespace
    ) keys
    where i.indrelid = any ($1::oid[]) and i.indislive
    order by c.oid`,
  unindexedBecause: CATALOG,
});

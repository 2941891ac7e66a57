/**
 * SQL that reads a database's facts, tables and columns from the catalog, on 14 to 18. What would wait for a lock on a table is left
 * out where $2 names it, or everywhere where $3 says so: its length, and all that is written with names of its columns, which
 * Postgres looks up there.
 */

import { statement } from '../../database/index.ts';

const CATALOG = 'it reads the whole of a catalog';

export interface FactsRow {
  database: string;
  versionNumber: number;
  version: string;
  /** In force in this session. */
  searchPath: string[];
  /** As it was set for the role that was asked for, or for the database; null where nobody set it. */
  roleSearchPath: string | null;
  namespaces: string[];
  collate: string;
  ctype: string;
  provider: string;
  encoding: string;
  blockSizeBytes: number;
  countedSince: Date | null;
  /** Of now, by the server's clock. */
  takenAt: Date;
  settings: Record<string, string>;
  extensions: { name: string; version: string; schema: string }[];
}

/** What changes plans beyond the settings that Postgres itself calls query tuning, and what sizing advice needs. */
const FURTHER_SETTINGS = `'{
  work_mem, hash_mem_multiplier, maintenance_work_mem, shared_buffers, temp_buffers, max_connections, max_worker_processes,
  max_parallel_workers, max_parallel_workers_per_gather, max_parallel_maintenance_workers, parallel_leader_participation,
  effective_io_concurrency, default_statistics_target, constraint_exclusion, autovacuum_analyze_scale_factor,
  autovacuum_analyze_threshold, TimeZone, DateStyle, IntervalStyle, default_text_search_config, extra_float_digits,
  array_nulls, standard_conforming_strings, transform_null_equals, row_security, server_encoding
}'::text[]`;

/** Settings as they are for $1, or for who asks where it is null. Asked before anything is set for the capture itself. */
export const readFacts = statement<[role: string | null], FactsRow>({
  name: 'planner.readSnapshotFacts',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    with of_role as (
      select split_part(one, '=', 1) as name, substr(one, strpos(one, '=') + 1) as value, r.setrole <> 0 as is_role,
        r.setdatabase <> 0 as is_database
      from pg_catalog.pg_db_role_setting r, unnest(r.setconfig) as one
      where $1::text is not null
        and r.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
        and r.setrole in (0, (select a.oid from pg_catalog.pg_roles a where a.rolname = $1::text))
    )
    select
      d.datname::text as database, pg_catalog.current_setting('server_version_num')::int as "versionNumber",
      pg_catalog.current_setting('server_version') as version, pg_catalog.current_schemas(false)::text[] as "searchPath",
      (
        select o.value from of_role o where o.name = 'search_path' order by o.is_role desc, o.is_database desc limit 1
      ) as "roleSearchPath",
      array(select n.nspname::text from pg_catalog.pg_namespace n) as namespaces,
      d.datcollate::text as collate, d.datctype::text as ctype,
      coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') as provider,
      pg_catalog.pg_encoding_to_char(d.encoding)::text as encoding,
      pg_catalog.current_setting('block_size')::int as "blockSizeBytes",
      pg_catalog.pg_stat_get_db_stat_reset_time(d.oid) as "countedSince", pg_catalog.now() as "takenAt",
      (
        select pg_catalog.jsonb_object_agg(s.name, coalesce(
          (
            select o.value
            from of_role o
            where o.name = s.name and o.name <> 'search_path'
            order by o.is_role desc, o.is_database desc
            limit 1
          ),
          pg_catalog.current_setting(s.name)))
        from pg_catalog.pg_settings s
        where s.category like 'Query Tuning%' or s.name = any (${FURTHER_SETTINGS})
      ) as settings,
      coalesce((
        select pg_catalog.jsonb_agg(
          pg_catalog.jsonb_build_object('name', e.extname, 'version', e.extversion, 'schema', n.nspname) order by e.oid)
        from pg_catalog.pg_extension e
        join pg_catalog.pg_namespace n on n.oid = e.extnamespace
      ), '[]') as extensions
    from pg_catalog.pg_database d
    where d.datname = pg_catalog.current_database()`,
});

/** Tables that someone holds, or waits to hold, for himself: whoever asks for their size waits too. */
export const readBlockedTables = statement<[], { oid: number }>({
  name: 'planner.readBlockedTables',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select distinct l.relation as oid
    from pg_catalog.pg_locks l
    where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid <> pg_catalog.pg_backend_pid()
      and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())`,
  unindexedBecause: 'locks are in memory',
});

export interface RelationRow {
  oid: number;
  schema: string;
  name: string;
  kind: 'r' | 'p' | 'm' | 'f';
  accessMethod: string | null;
  pages: number;
  tuples: number;
  allVisiblePages: number;
  allFrozenPages: number | null;
  options: string[] | null;
  partitionKey: string | null;
  isPartition: boolean;
  bound: string | null;
  parents: number[];
  /** Null where it was not asked for. */
  sizeBytes: string | null;
  toastBytes: string | null;
  isBlocked: boolean;
  hasRowSecurity: boolean;
  isRowSecurityActive: boolean;
  isReadable: boolean;
  inserted: string;
  updated: string;
  hotUpdated: string;
  deleted: string;
  sequentialScans: string;
  liveRows: string;
  deadRows: string;
  analyzedAt: Date | null;
  isAutoAnalyzed: boolean;
}

export type Unlocked = [schemas: readonly string[] | null, blocked: readonly number[], isCareful: boolean];

/** Of the schemas of $1, or of all but Postgres's own. */
export const readRelations = statement<[...Unlocked, limit: number], RelationRow>({
  name: 'planner.readSnapshotTables',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    select
      c.oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind, a.amname::text as "accessMethod",
      c.relpages as pages, c.reltuples::float8 as tuples, c.relallvisible as "allVisiblePages",
      (pg_catalog.to_jsonb(c) ->> 'relallfrozen')::int as "allFrozenPages", c.reloptions::text[] as options,
      case when c.relkind = 'p' and not b.is_blocked then pg_catalog.pg_get_partkeydef(c.oid) end as "partitionKey",
      c.relispartition as "isPartition",
      case when c.relispartition and not b.is_blocked then pg_catalog.pg_get_expr(c.relpartbound, c.oid) end as bound,
      array(
        select h.inhparent from pg_catalog.pg_inherits h where h.inhrelid = c.oid order by h.inhseqno
      ) as parents,
      case when not b.is_blocked then pg_catalog.pg_relation_size(c.oid) end as "sizeBytes",
      case when not b.is_blocked and c.reltoastrelid <> 0 then pg_catalog.pg_relation_size(c.reltoastrelid) end as "toastBytes",
      b.is_blocked as "isBlocked", c.relrowsecurity as "hasRowSecurity",
      pg_catalog.row_security_active(c.oid) as "isRowSecurityActive",
      pg_catalog.has_schema_privilege(n.oid, 'usage')
        and pg_catalog.has_any_column_privilege(c.oid, 'select') as "isReadable",
      pg_catalog.pg_stat_get_tuples_inserted(c.oid) as inserted, pg_catalog.pg_stat_get_tuples_updated(c.oid) as updated,
      pg_catalog.pg_stat_get_tuples_hot_updated(c.oid) as "hotUpdated",
      pg_catalog.pg_stat_get_tuples_deleted(c.oid) as deleted, pg_catalog.pg_stat_get_numscans(c.oid) as "sequentialScans",
      pg_catalog.pg_stat_get_live_tuples(c.oid) as "liveRows", pg_catalog.pg_stat_get_dead_tuples(c.oid) as "deadRows",
      greatest(
        pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)
      ) as "analyzedAt",
      coalesce(
        pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)
          >= coalesce(pg_catalog.pg_stat_get_last_analyze_time(c.oid), '-infinity'),
        false
      ) as "isAutoAnalyzed"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_am a on a.oid = c.relam
    cross join lateral (select $3::boolean or c.oid = any ($2::oid[]) as is_blocked) b
    where c.relkind in ('r', 'p', 'm', 'f') and c.relpersistence <> 't'
      and case
        when $1::text[] is null then n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        else n.nspname = any ($1::text[])
      end
      and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e'
      )
    order by c.oid
    limit $4`,
  unindexedBecause: CATALOG,
});

export interface ColumnRow {
  tableOid: number;
  number: number;
  name: string;
  type: string;
  isNotNull: boolean;
  collation: string | null;
  generated: '' | 's' | 'v';
  expression: string | null;
  identity: '' | 'a' | 'd';
  isReadable: boolean;
}

export type OfTables = [tables: readonly number[], blocked: readonly number[], isCareful: boolean];

export const readColumns = statement<OfTables, ColumnRow>({
  name: 'planner.readSnapshotColumns',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    select
      a.attrelid as "tableOid", a.attnum as number, a.attname::text as name,
      pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
      a.attnotnull and not exists (
        select from pg_catalog.pg_constraint k
        where k.conrelid = a.attrelid and k.contype = 'n' and k.conkey[1] = a.attnum and not k.convalidated
      ) as "isNotNull",
      case
        when a.attcollation not in (0, t.typcollation)
        then (
          select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.collname)
          from pg_catalog.pg_collation o
          join pg_catalog.pg_namespace n on n.oid = o.collnamespace
          where o.oid = a.attcollation
        )
      end as collation,
      a.attgenerated::text as generated,
      case
        when a.attgenerated <> '' and not $3::boolean and not a.attrelid = any ($2::oid[])
        then pg_catalog.pg_get_expr(d.adbin, d.adrelid)
      end as expression,
      a.attidentity::text as identity, pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'select') as "isReadable"
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = any ($1::oid[]) and a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum`,
  unindexedBecause: CATALOG,
});

/**
 * What is asked of the catalog: the largest tables and indexes with their counters. How long a relation is can only be asked by
 * locking it, so one that somebody locks against everybody is estimated instead of waited for.
 */

import { statement } from '../../database/index.ts';

export interface TableRow {
  oid: number;
  schema: string;
  name: string;
  /** Estimated; −1 where it was never vacuumed or analyzed. */
  rows: number;
  totalBytes: number;
  tableBytes: number;
  indexBytes: number;
  /** It is locked against everybody: the sizes are the table's own pages, as counted by the last vacuum. */
  isEstimated: boolean;
  liveRows: number;
  deadRows: number;
  seqScans: number;
  seqRows: number;
  indexScans: number;
  inserts: number;
  updates: number;
  hotUpdates: number;
  deletes: number;
  blocksHit: number;
  blocksFetched: number;
  lastVacuumAt: Date | null;
  lastAnalyzeAt: Date | null;
  frozenXidAge: number;
  isVacuumOff: boolean;
}

const OF_USERS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`;
const LOCKED = `
  locked as materialized (
    select l.relation
    from pg_catalog.pg_locks l
    where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock'
      and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  )`;

/** With how many there are in all, in each row, so that one can say how many are left out. */
export const readTables = statement<[limit: number], TableRow & { total: number }>({
  name: 'monitor.readTables',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    with ${LOCKED},
    largest as materialized (
      select
        c.oid, n.nspname, c.relname, c.reltuples, c.relpages, c.relfrozenxid, c.reltoastrelid,
        coalesce('autovacuum_enabled=false' = any (c.reloptions) or 'autovacuum_enabled=off' = any (c.reloptions), false)
          as is_vacuum_off,
        c.oid in (select relation from locked) or exists (
          select 1 from pg_catalog.pg_index i where i.indrelid = c.oid and i.indexrelid in (select relation from locked)
        ) as is_locked,
        pg_catalog.count(*) over () as total
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and c.relpersistence <> 't' and ${OF_USERS}
      order by c.relpages desc, c.oid
      limit $1
    )
    select
      l.oid, l.nspname as schema, l.relname as name, l.reltuples::float8 as rows, l.total::int as total,
      case when l.is_locked then l.relpages::float8 * 8192
        else coalesce(pg_catalog.pg_total_relation_size(l.oid), 0)::float8 end as "totalBytes",
      case when l.is_locked then l.relpages::float8 * 8192
        else coalesce(pg_catalog.pg_table_size(l.oid), 0)::float8 end as "tableBytes",
      case when l.is_locked then 0 else coalesce(pg_catalog.pg_indexes_size(l.oid), 0)::float8 end as "indexBytes",
      l.is_locked as "isEstimated",
      pg_catalog.pg_stat_get_live_tuples(l.oid)::float8 as "liveRows",
      pg_catalog.pg_stat_get_dead_tuples(l.oid)::float8 as "deadRows",
      pg_catalog.pg_stat_get_numscans(l.oid)::float8 as "seqScans",
      pg_catalog.pg_stat_get_tuples_returned(l.oid)::float8 as "seqRows",
      coalesce((
        select pg_catalog.sum(pg_catalog.pg_stat_get_numscans(i.indexrelid))
        from pg_catalog.pg_index i
        where i.indrelid = l.oid
      ), 0)::float8 as "indexScans",
      pg_catalog.pg_stat_get_tuples_inserted(l.oid)::float8 as inserts,
      pg_catalog.pg_stat_get_tuples_updated(l.oid)::float8 as updates,
      pg_catalog.pg_stat_get_tuples_hot_updated(l.oid)::float8 as "hotUpdates",
      pg_catalog.pg_stat_get_tuples_deleted(l.oid)::float8 as deletes,
      pg_catalog.pg_stat_get_blocks_hit(l.oid)::float8 as "blocksHit",
      pg_catalog.pg_stat_get_blocks_fetched(l.oid)::float8 as "blocksFetched",
      greatest(pg_catalog.pg_stat_get_last_vacuum_time(l.oid), pg_catalog.pg_stat_get_last_autovacuum_time(l.oid))
        as "lastVacuumAt",
      greatest(pg_catalog.pg_stat_get_last_analyze_time(l.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(l.oid))
        as "lastAnalyzeAt",
      greatest(case when l.relfrozenxid = '0'::xid then 0 else pg_catalog.age(l.relfrozenxid) end, 0) as "frozenXidAge",
      l.is_vacuum_off as "isVacuumOff"
    from largest l
    order by "totalBytes" desc, l.oid`,
  unindexedBecause: 'it looks at the whole catalog, which is small',
});

export interface IndexRow {
  oid: number;
  tableOid: number;
  schema: string;
  table: string;
  name: string;
  /** Null while its table is locked against everybody: to have it would be to wait. */
  definition: string | null;
  bytes: number;
  scans: number;
  lastUsedAt: Date | null;
  isUnique: boolean;
  isValid: boolean;
  /** It is there for a primary key, a unique or an exclusion constraint, or tells rows apart for replication. */
  isNeeded: boolean;
  /** Somebody builds it at this moment. */
  isBuilding: boolean;
  method: string;
  /** Column numbers, operator classes, collations and orders of its keys; included columns stand apart. */
  keys: string[];
  included: string[];
  /** Expressions and predicate as Postgres stores them, to be compared: to have them in words would wait for locks. */
  conditions: string;
}

const indexColumns = (lastUsed: string) => `
    with ${LOCKED}
    select
      i.indexrelid as oid, i.indrelid as "tableOid", n.nspname as schema, t.relname as table, c.relname as name,
      case when i.indrelid in (select relation from locked) then null
        else pg_catalog.pg_get_indexdef(i.indexrelid) end as definition,
      case when i.indexrelid in (select relation from locked) then c.relpages::float8 * 8192
        else coalesce(pg_catalog.pg_relation_size(i.indexrelid), 0)::float8 end as bytes,
      pg_catalog.pg_stat_get_numscans(i.indexrelid)::float8 as scans,
      ${lastUsed} as "lastUsedAt",
      i.indisunique as "isUnique", i.indisvalid as "isValid",
      i.indisprimary or i.indisreplident or i.indisexclusion
        or exists (select 1 from pg_catalog.pg_constraint k where k.conindid = i.indexrelid) as "isNeeded",
      exists (select 1 from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid) as "isBuilding",
      a.amname as method,
      array(
        select pg_catalog.concat_ws(':', key.attnum, i.indclass[key.place - 1], i.indcollation[key.place - 1], i.indoption[key.place - 1])
        from pg_catalog.unnest(i.indkey::int2[]) with ordinality as key (attnum, place)
        where key.place <= i.indnkeyatts
        order by key.place
      ) as keys,
      array(
        select key.attnum::text
        from pg_catalog.unnest(i.indkey::int2[]) with ordinality as key (attnum, place)
        where key.place > i.indnkeyatts
        order by key.attnum
      ) as included,
      pg_catalog.regexp_replace(
        pg_catalog.concat(i.indexprs::text, '|', i.indpred::text), ' :location -?[0-9]+', '', 'g'
      ) as conditions,
      pg_catalog.count(*) over ()::int as total
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = t.relnamespace
    join pg_catalog.pg_am a on a.oid = c.relam
    where c.relkind = 'i' and t.relpersistence <> 't' and ${OF_USERS}
    order by c.relpages desc, c.oid
    limit $1`;

const indexDeclaration = {
  lane: 'background',
  deadlineMs: 10_000,
  unindexedBecause: 'it looks at the whole catalog, which is small',
} as const;

type WithTotal = IndexRow & { total: number };

/** Postgres 16 and later say when an index was used last. */
const readIndexesWithUse = statement<[limit: number], WithTotal>({
  name: 'monitor.readIndexes(with last use)',
  ...indexDeclaration,
  text: indexColumns('pg_catalog.pg_stat_get_lastscan(i.indexrelid)'),
});

const readIndexesPlain = statement<[limit: number], WithTotal>({
  name: 'monitor.readIndexes',
  ...indexDeclaration,
  text: indexColumns('null::timestamptz'),
});

export const readIndexes = (versionNumber: number) =>
  versionNumber >= 160_000 ? readIndexesWithUse : readIndexesPlain;

export interface CatalogFacts {
  versionNumber: number;
  freezeMaxAge: number;
}

export const readCatalogFacts = statement<[], CatalogFacts>({
  name: 'monitor.readCatalogFacts',
  lane: 'background',
  deadlineMs: 2_000,
  text: `
    select
      pg_catalog.current_setting('server_version_num')::int as "versionNumber",
      pg_catalog.current_setting('autovacuum_freeze_max_age')::float8 as "freezeMaxAge"`,
  unindexedBecause: 'it reads settings',
});

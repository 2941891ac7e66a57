/** What is asked of Postgres' catalog to see whether a measure holds. It may be asked of another database than the one that stores. */

import { statement } from '../../../database/index.ts';

const DEADLINE_MS = 5_000;

export interface IndexRow {
  name: string;
  method: string;
  isValid: boolean;
  isPartial: boolean;
  keys: string[];
  scans: number;
}

/** Nothing where the table is not there, or has none. */
export const readIndexesOf = statement<[table: string], IndexRow>({
  name: 'monitor.readIndexesOfTable',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select
      c.relname::text as name, m.amname::text as method, i.indisvalid and i.indisready as "isValid",
      i.indpred is not null as "isPartial",
      array(
        select pg_catalog.pg_get_indexdef(i.indexrelid, position, true)
        from pg_catalog.generate_series(1, i.indnkeyatts::int) as position
        order by position
      ) as keys,
      coalesce(s.idx_scan, 0)::float8 as scans
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_am m on m.oid = c.relam
    left join pg_catalog.pg_stat_all_indexes s on s.indexrelid = i.indexrelid
    where i.indrelid = pg_catalog.to_regclass($1)`,
});

export const findTable = statement<[table: string], { exists: boolean }>({
  name: 'monitor.findTable',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: 'select pg_catalog.to_regclass($1) is not null as exists',
  unindexedBecause: 'it reads no table',
});

export const findSession = statement<[pid: number, seenAt: string], { exists: boolean }>({
  name: 'monitor.findSessionOfIncident',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select exists (
      select from pg_catalog.pg_stat_activity a
      where a.pid = $1 and coalesce(a.backend_start <= $2::timestamptz, true)
    ) as exists`,
  unindexedBecause: 'pg_stat_activity is a function over shared memory',
});

/** For all databases or for this one; the latter wins. */
export const readRoleSetting = statement<[role: string, setting: string], { value: string }>({
  name: 'monitor.readRoleSetting',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select pg_catalog.substr(entry, pg_catalog.length($2) + 2) as value
    from pg_catalog.pg_db_role_setting d
    join pg_catalog.pg_roles r on r.oid = d.setrole
    left join pg_catalog.pg_database b on b.oid = d.setdatabase
    cross join pg_catalog.unnest(d.setconfig) as entry
    where r.rolname = $1
      and (d.setdatabase = 0 or b.datname = pg_catalog.current_database())
      and pg_catalog.split_part(entry, '=', 1) = $2
    order by d.setdatabase = 0
    limit 1`,
});

export interface StatisticsRow {
  /** Null or negative: the default. */
  target: number | null;
  analyzedAt: Date | null;
}

export const readStatistics = statement<[table: string, column: string | null], StatisticsRow>({
  name: 'monitor.readColumnStatistics',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select a.attstattarget::int as target, greatest(s.last_analyze, s.last_autoanalyze) as "analyzedAt"
    from pg_catalog.pg_class c
    left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid
    left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = $2 and a.attnum > 0 and not a.attisdropped
    where c.oid = pg_catalog.to_regclass($1)`,
});

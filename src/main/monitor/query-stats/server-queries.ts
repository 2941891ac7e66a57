/** What is asked of pg_stat_statements, which stands in whatever schema it was created in. */

import { generatedStatement, type Statement, statement } from '../../database/index.ts';

export interface ServerStatementRow {
  queryId: string;
  calls: number;
  rows: number;
  totalMs: number;
  hitBlocks: number;
  readBlocks: number;
}

/** `total_exec_time` came with version 1.8, in Postgres 13; an upgraded database may still have an older one. */
export const detectStatStatements = statement<[], { schema: string; hasColumns: boolean }>({
  name: 'monitor.detectStatStatements',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select
      pg_catalog.quote_ident(n.nspname) as schema,
      exists (
        select
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid
        where c.relnamespace = n.oid and c.relname = 'pg_stat_statements' and a.attname = 'total_exec_time'
      ) as "hasColumns"
    from pg_catalog.pg_extension e
    join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_stat_statements'`,
  unindexedBecause: 'extensions are few',
});

/** Without texts, which Postgres would read from a file. @param schema as `quote_ident` writes it */
export function readStatements(schema: string): Statement<[limit: number], ServerStatementRow> {
  return generatedStatement({
    name: `monitor.readServerStatements(${schema})`,
    lane: 'background',
    deadlineMs: 10_000,
    text: `
      select
        s.queryid::text as "queryId", sum(s.calls)::float8 as calls, sum(s.rows)::float8 as rows,
        sum(s.total_exec_time)::float8 as "totalMs", sum(s.shared_blks_hit)::float8 as "hitBlocks",
        sum(s.shared_blks_read)::float8 as "readBlocks"
      from ${schema}.pg_stat_statements(false) s
      where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
        and s.queryid is not null
      group by s.queryid
      order by sum(s.total_exec_time) desc
      limit $1`,
    unindexedBecause: 'it reads what the extension has in memory',
  });
}

export function readTexts(
  schema: string,
): Statement<[queryIds: readonly string[]], { queryId: string; query: string | null }> {
  return generatedStatement({
    name: `monitor.readServerTexts(${schema})`,
    lane: 'background',
    deadlineMs: 10_000,
    text: `
      select distinct on (s.queryid) s.queryid::text as "queryId", s.query
      from ${schema}.pg_stat_statements(true) s
      where s.queryid = any ($1::bigint[])
        and s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
      order by s.queryid`,
    unindexedBecause: 'it reads what the extension has in memory',
  });
}

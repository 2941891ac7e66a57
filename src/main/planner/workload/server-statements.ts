/**
 * What a server has counted itself: the statements of pg_stat_statements with their calls a day and mean time, of this database
 * and without those that have no plan. Only reading rights are needed; a text that the role may not see is left out.
 */

import { adHocStatement, type Statement } from '../../database/index.ts';
import type { SnapshotConnection } from '../snapshot/connection.ts';
import type { Gap } from '../snapshot/snapshot.ts';
import { repairServerText } from './numbered-parameters.ts';
import { isPlannable } from './observed-statements.ts';
import type { WorkloadStatement } from './workload.ts';

export interface ServerWorkload {
  statements: WorkloadStatement[];
  /** Since when they are counted; ISO 8601. */
  countedSince: string | null;
  gaps: Gap[];
}

interface Place {
  schema: string;
  hasInfo: boolean;
}

interface CountedRow {
  queryId: string;
  query: string;
  calls: number;
  totalMs: number;
}

const DEADLINE_MS = 10_000;
const DAY_MS = 86_400_000;
/** Rates of the first minutes say little of a day. */
const MIN_SPAN_MS = 60_000;
const MAX_NAME_LENGTH = 72;
const SUBJECT = 'extension pg_stat_statements';
/** Older ones are told apart by columns, not by versions: an upgraded server may keep an old extension. */
const PLACE = adHocStatement<[], Place>({
  name: 'planner.findStatStatements',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select
      pg_catalog.quote_ident(n.nspname) as schema,
      pg_catalog.to_regclass(pg_catalog.quote_ident(n.nspname) || '.pg_stat_statements_info') is not null as "hasInfo"
    from pg_catalog.pg_extension e
    join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_stat_statements'`,
});

/** @param limit how many, by their total time */
export function readServerStatements(connection: SnapshotConnection, limit = 500): Promise<ServerWorkload> {
  return connection.read(async (query) => {
    const [place] = await query(PLACE, []);
    if (!place) return none('is not created in this database: create it, or give the statements in files.');
    try {
      const [since] = await query(sinceStatement(place), []);
      const rows = await query(countedStatement(place.schema), [limit]);
      return toWorkload(rows, since);
    } catch (error) {
      return none(`cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    }
  });
}

function none(why: string): ServerWorkload {
  return { statements: [], countedSince: null, gaps: [{ subject: SUBJECT, sentence: `pg_stat_statements ${why}` }] };
}

interface Since {
  since: Date | null;
  now: Date;
}

function sinceStatement({ hasInfo, schema }: Place): Statement<[], Since> {
  const since = hasInfo
    ? `(select i.stats_reset from ${schema}.pg_stat_statements_info i)`
    : '(select pg_catalog.pg_postmaster_start_time())';
  const text = `select ${since} as since, pg_catalog.now() as now`;
  return adHocStatement({ name: 'planner.readStatStatementsSince', lane: 'background', deadlineMs: DEADLINE_MS, text });
}

function countedStatement(schema: string): Statement<[limit: number], CountedRow> {
  return adHocStatement({
    name: 'planner.readStatStatements',
    lane: 'background',
    deadlineMs: DEADLINE_MS,
    text: `
      select
        s.queryid::text as "queryId", pg_catalog.min(s.query) as query, pg_catalog.sum(s.calls)::float8 as calls,
        pg_catalog.sum(s.total_exec_time)::float8 as "totalMs"
      from ${schema}.pg_stat_statements s
      where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
        and s.queryid is not null
      group by s.queryid
      order by pg_catalog.sum(s.total_exec_time) desc
      limit $1`,
  });
}

function toWorkload(rows: readonly CountedRow[], since: Since | undefined): ServerWorkload {
  const spanMs = since?.since ? Math.max(MIN_SPAN_MS, since.now.getTime() - since.since.getTime()) : null;
  const statements = rows
    .filter(({ query }) => isPlannable(query) && !isOfCatalog(query))
    .map(({ calls, query, queryId, totalMs }): WorkloadStatement => {
      const text = repairServerText(query);
      return {
        ...{ name: nameOf(text, queryId), source: 'server', text },
        callsPerDay: spanMs === null ? null : (calls / spanMs) * DAY_MS,
        meanMs: calls > 0 ? totalMs / calls : null,
      };
    });
  const hidden = rows.filter(({ query }) => query === '<insufficient privilege>').length;
  const sentence = `${hidden} statements of other roles are hidden: give the role pg_read_all_stats, which pg_monitor has.`;
  return {
    statements,
    countedSince: since?.since?.toISOString() ?? null,
    gaps: hidden > 0 ? [{ subject: SUBJECT, sentence }] : [],
  };
}

/** Tools that look at the server itself. */
function isOfCatalog(text: string): boolean {
  return /\b(pg_catalog\.pg_|pg_stat_|pg_class\b|pg_namespace\b|pg_settings\b|information_schema\.)/.test(text);
}

function nameOf(text: string, queryId: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_NAME_LENGTH ? line : `${line.slice(0, MAX_NAME_LENGTH)}… (${queryId})`;
}

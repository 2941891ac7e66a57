/** SQL of the jobs that build an index: where the table is, what was told of each, what an attempt has left behind. */

import { statement } from '../../../database/index.ts';

const asked = { lane: 'control', deadlineMs: 1_000 } as const;
const CATALOG = 'it asks the catalog for one name';

export interface TableRow {
  oid: number;
  schema: string;
  relation: string;
  kind: string;
}

/** The table as the server's own search path finds it. */
export const findTable = statement<[name: string], TableRow>({
  ...asked,
  name: 'monitor.findTableForIndex',
  text: `
    select c.oid::integer as oid, n.nspname as schema, c.relname as relation, c.relkind::text as kind
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.oid = pg_catalog.to_regclass($1)`,
  unindexedBecause: CATALOG,
});

export interface JobRow {
  id: string;
  sql: string;
  schemaName: string;
  indexName: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  phase: string;
  share: number | null;
  sentence: string;
  by: string;
  startedAt: Date;
  endedAt: Date | null;
  isAbandoned: boolean;
}

/** A job whose server has said nothing for a minute is nobody's any more. */
export const readJobs = statement<[limit: number], JobRow>({
  ...asked,
  name: 'monitor.readIndexJobs',
  text: `
    select id, sql, schema_name as "schemaName", index_name as "indexName", state, phase, share, sentence, by_user as by,
      started_at as "startedAt", ended_at as "endedAt",
      state = 'running' and beat_at < now() - interval '1 minute' as "isAbandoned"
    from aquifer_monitor.index_job
    order by started_at desc
    limit $1`,
});

/** Jobs that ended without an index that is valid, and left one that is not; and those whose server has died. */
export const readLeftovers = statement<[limit: number], JobRow>({
  name: 'monitor.readIndexLeftovers',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select distinct on (job.schema_name, job.index_name)
      job.id, job.sql, job.schema_name as "schemaName", job.index_name as "indexName", job.state, job.phase, job.share, job.sentence,
      job.by_user as by, job.started_at as "startedAt", job.ended_at as "endedAt", job.state = 'running' as "isAbandoned"
    from aquifer_monitor.index_job as job
    left join pg_catalog.pg_namespace n on n.nspname = job.schema_name
    left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = job.index_name
    left join pg_catalog.pg_index i on i.indexrelid = c.oid
    where (job.state = 'running' and job.beat_at < now() - interval '1 minute')
      or (job.state in ('failed', 'cancelled') and job.started_at > now() - interval '7 days' and not (i.indisvalid and i.indisready))
    order by job.schema_name, job.index_name, job.started_at desc
    limit $1`,
  unindexedBecause: 'jobs are few',
});

export const saveJob = statement<
  [
    ...[id: string, sql: string, schemaName: string, indexName: string],
    ...[state: string, phase: string, share: number | null, sentence: string],
    ...[by: string, startedAt: string, endedAt: string | null],
  ]
>({
  ...asked,
  name: 'monitor.saveIndexJob',
  text: `
    insert into aquifer_monitor.index_job
      (id, sql, schema_name, index_name, state, phase, share, sentence, by_user, started_at, ended_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::timestamptz, $11::timestamptz)
    on conflict (id) do update
    set state = excluded.state, phase = excluded.phase, share = excluded.share, sentence = excluded.sentence,
      ended_at = excluded.ended_at, beat_at = now()`,
});

export const deleteOldJobs = statement<[]>({
  name: 'monitor.deleteOldIndexJobs',
  lane: 'background',
  deadlineMs: 5_000,
  text: `delete from aquifer_monitor.index_job where state <> 'running' and started_at < now() - interval '90 days'`,
});

/** SQL of the work on indexes: one row each, of which one at a time is running over all servers. */

import { statement } from '../../database/index.ts';

const asked = { lane: 'control', deadlineMs: 2_000 } as const;

export interface WorkRow {
  id: string;
  kind: 'create' | 'drop';
  schema: string;
  table: string;
  index: string;
  ddl: string;
  steps: string[];
  undoDdl: string | null;
  sizeBytes: number;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  attempt: number;
  phase: string;
  share: number | null;
  sentence: string;
  by: string;
  startedAt: Date;
  endedAt: Date | null;
  adviceId: string | null;
  undoes: string | null;
  /** Its server has said nothing for a minute. */
  isAbandoned: boolean;
  /** Nothing came of the same index after it. */
  isLast: boolean;
}

const COLUMNS = `
  work.id, work.kind, work.schema_name as schema, work.table_name as "table", work.index_name as "index", work.ddl, work.steps,
  work.undo_ddl as "undoDdl", work.size_bytes::float8 as "sizeBytes", work.state, work.attempt, work.phase,
  work.share::float8 as share, work.sentence, work.by_user as by, work.started_at as "startedAt",
  work.ended_at as "endedAt", work.advice_id as "adviceId", work.undoes,
  work.state = 'running' and work.beat_at < now() - interval '1 minute' as "isAbandoned"`;
const IS_LAST = `
  not exists (
    select 1
    from aquifer_planner.index_work as later
    where later.schema_name = work.schema_name and later.index_name = work.index_name
      and later.started_at > work.started_at and later.state in ('running', 'done')
  ) as "isLast"`;
const FEW = 'works are few: they are kept for 180 days';

export const readWorks = statement<[limit: number], WorkRow>({
  ...asked,
  name: 'planner.readIndexWorks',
  text: `
    select ${COLUMNS}, ${IS_LAST}
    from aquifer_planner.index_work as work
    order by work.started_at desc
    limit $1`,
});

export const readWork = statement<[id: string], WorkRow>({
  ...asked,
  name: 'planner.readIndexWork',
  text: `select ${COLUMNS}, ${IS_LAST} from aquifer_planner.index_work as work where work.id = $1`,
});

/** Of each of these pieces of advice the last. */
export const readWorksOfAdvice = statement<[adviceIds: readonly string[]], WorkRow>({
  ...asked,
  name: 'planner.readWorksOfAdvice',
  text: `
    select distinct on (work.advice_id) ${COLUMNS}, ${IS_LAST}
    from aquifer_planner.index_work as work
    where work.advice_id = any ($1::text[])
    order by work.advice_id, work.started_at desc`,
});

/** Of those that ended without what they were for, and left an index that is not valid, or a part of one; and of servers that died. */
export const readUnfinished = statement<[limit: number], WorkRow>({
  name: 'planner.readUnfinishedIndexWorks',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select ${COLUMNS}, ${IS_LAST}
    from aquifer_planner.index_work as work
    where (work.state = 'running' and work.beat_at < now() - interval '1 minute')
      or (work.state in ('failed', 'cancelled') and work.started_at > now() - interval '7 days' and exists (
        select
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where not (i.indisvalid and i.indisready)
          and ((n.nspname = work.schema_name and c.relname = work.index_name)
            or exists (
              select
              from unnest(work.steps) as made (step)
              where work.kind = 'create' and cardinality(work.steps) > 1
                and pg_catalog.strpos(made.step, ' ' || pg_catalog.quote_ident(c.relname) || ' on ') > 0
            ))
      ))
    order by work.started_at desc
    limit $1`,
  unindexedBecause: FEW,
});

type SavedWork = [
  ...[id: string, kind: string, schema: string, table: string],
  ...[index: string, ddl: string, undoDdl: string | null, sizeBytes: number],
  ...[sentence: string, by: string, startedAt: string, adviceId: string | null, undoes: string | null],
  steps: readonly string[],
];

/** Gives nothing back where another is running. */
export const insertWork = statement<SavedWork, { id: string }>({
  ...asked,
  name: 'planner.insertIndexWork',
  text: `
    insert into aquifer_planner.index_work
      (id, kind, schema_name, table_name, index_name, ddl, undo_ddl, size_bytes, state, phase, sentence, by_user,
       started_at, advice_id, undoes, steps)
    values ($1, $2, $3, $4, $5, $6, $7, $8::float8::bigint, 'running', 'beginning', $9, $10, $11::timestamptz, $12, $13, $14)
    on conflict do nothing
    returning id`,
});

type Step = [
  ...[id: string, state: string, attempt: number, phase: string],
  ...[share: number | null, sentence: string, endedAt: string | null],
];

/** What has ended stays so. */
export const saveWork = statement<Step>({
  ...asked,
  name: 'planner.saveIndexWork',
  text: `
    update aquifer_planner.index_work
    set state = $2, attempt = $3, phase = $4, share = $5, sentence = $6, ended_at = $7::timestamptz, beat_at = now()
    where id = $1 and ($2 <> 'running' or state = 'running')`,
});

export const deleteOldWorks = statement<[]>({
  name: 'planner.deleteOldIndexWorks',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_planner.index_work
    where state <> 'running' and started_at < now() - interval '180 days'`,
});

/** SQL of the statements themselves, of their plans and of what became worse. */

import { statement } from '../../database/index.ts';
import type { StatementFacts } from './statement-directory.ts';

/** What is full takes no new ones, and goes on with those it knows. */
export const saveStatements = statement<[facts: string, max: number]>({
  name: 'monitor.saveQueryStatements',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.query_statement (id, name, text, lane, is_ours)
    select g.id, g.name, g.text, g.lane, g."isOurs"
    from pg_catalog.jsonb_to_recordset($1::jsonb) as g (id text, name text, text text, lane text, "isOurs" boolean)
    where (select count(*) from aquifer_monitor.query_statement) < $2
      or exists (select from aquifer_monitor.query_statement k where k.id = g.id)
    order by g.id
    on conflict (id) do update
    set text = coalesce(excluded.text, query_statement.text), lane = coalesce(excluded.lane, query_statement.lane),
      last_seen_at = now()
    where query_statement.last_seen_at < now() - interval '1 hour'
      or query_statement.lane is distinct from coalesce(excluded.lane, query_statement.lane)
      or query_statement.text is distinct from coalesce(excluded.text, query_statement.text)`,
  unindexedBecause: 'it counts a few thousand rows at most',
});

export const readStatements = statement<[ids: readonly string[]], StatementFacts>({
  name: 'monitor.readQueryStatements',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select id, name, text, lane, is_ours as "isOurs"
    from aquifer_monitor.query_statement
    where id = any ($1::text[])`,
});

/** Until there are few enough, those that were seen longest ago; what ran within a day stays. */
export const deleteOldStatements = statement<[seenBefore: Date, keep: number]>({
  name: 'monitor.deleteOldQueryStatements',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    delete from aquifer_monitor.query_statement
    where id <> 'everything-else'
      and (last_seen_at < $1 or id = any (array(
        select id
        from aquifer_monitor.query_statement
        where last_seen_at < now() - interval '1 day'
        order by last_seen_at
        limit greatest(0, (select count(*) from aquifer_monitor.query_statement) - $2)
      )))`,
  unindexedBecause: 'it counts a few thousand rows at most',
});

export interface SeriesIdRow {
  id: number;
  statementId: string;
  route: string;
  isServer: boolean;
}

/** Of statements that are kept; a statement called by thousands of routes is no such thing. */
export const saveSeries = statement<[keys: string, max: number]>({
  name: 'monitor.saveQuerySeries',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.query_series (statement_id, route, is_server)
    select g."statementId", g.route, g."isServer"
    from pg_catalog.jsonb_to_recordset($1::jsonb) as g ("statementId" text, route text, "isServer" boolean)
    join aquifer_monitor.query_statement k on k.id = g."statementId"
    where (select count(*) from aquifer_monitor.query_series) < $2
    order by 1, 2, 3
    on conflict (statement_id, route, is_server) do nothing`,
  unindexedBecause: 'it counts a few thousand rows at most',
});

export const readSeriesIds = statement<[statementIds: readonly string[]], SeriesIdRow>({
  name: 'monitor.readQuerySeriesIds',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select id, statement_id as "statementId", route, is_server as "isServer"
    from aquifer_monitor.query_series
    where statement_id = any ($1::text[])`,
});

export const savePlans = statement<[plans: string]>({
  name: 'monitor.saveQueryPlans',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.query_plan (statement_id, plan_id, summary, cost, first_seen_at, last_seen_at)
    select g."statementId", g."planId", g.summary, g.cost, g."firstSeenAt", g."lastSeenAt"
    from pg_catalog.jsonb_to_recordset($1::jsonb) as g (
      "statementId" text, "planId" text, summary text, cost float8, "firstSeenAt" timestamptz, "lastSeenAt" timestamptz)
    join aquifer_monitor.query_statement k on k.id = g."statementId"
    order by 1, 2
    on conflict (statement_id, plan_id) do update
    set cost = excluded.cost, first_seen_at = least(query_plan.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(query_plan.last_seen_at, excluded.last_seen_at)`,
  unindexedBecause: 'it reads what it was given',
});

export interface PlanRow {
  statementId: string;
  planId: string;
  summary: string;
  cost: number | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

export const readPlans = statement<[statementIds: readonly string[], limit: number], PlanRow>({
  name: 'monitor.readQueryPlans',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select
      statement_id as "statementId", plan_id as "planId", summary, cost,
      first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt"
    from aquifer_monitor.query_plan
    where statement_id = any ($1::text[])
    order by last_seen_at desc
    limit $2`,
});

/** Each statement keeps its last ones. */
export const deleteSurplusPlans = statement<[keep: number]>({
  name: 'monitor.deleteSurplusQueryPlans',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    delete from aquifer_monitor.query_plan p
    using (
      select
        statement_id, plan_id,
        row_number() over (partition by statement_id order by last_seen_at desc) as place
      from aquifer_monitor.query_plan
    ) ranked
    where ranked.place > $1 and p.statement_id = ranked.statement_id and p.plan_id = ranked.plan_id`,
  unindexedBecause: 'it ranks all of them, a few thousand',
});

export interface RegressionRow {
  statementId: string;
  at: Date;
  sentence: string;
  blocksRatio: number | null;
  timeRatio: number;
  planBefore: string | null;
  planAfter: string | null;
  precededBy: { atMs: number; sentence: string }[];
}

type RegressionValues = [
  ...[statementId: string, at: Date, sentence: string, blocksRatio: number | null, timeRatio: number],
  ...[planBefore: string | null, planAfter: string | null, precededBy: string],
];

/** Several processes see the same: the first has said it. */
export const saveRegression = statement<RegressionValues>({
  name: 'monitor.saveQueryRegression',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    insert into aquifer_monitor.query_regression
      (statement_id, at, sentence, blocks_ratio, time_ratio, plan_before, plan_after, preceded_by)
    select k.id, $2, $3, $4, $5, $6, $7, $8::jsonb
    from aquifer_monitor.query_statement k
    where k.id = $1
      and not exists (
        select
        from aquifer_monitor.query_regression r
        where r.statement_id = $1 and r.at > $2::timestamptz - interval '30 minutes'
          and r.at < $2::timestamptz + interval '30 minutes'
      )`,
});

export const readRegressions = statement<
  [from: Date, to: Date, statementId: string | null, limit: number],
  RegressionRow
>({
  name: 'monitor.readQueryRegressions',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select
      statement_id as "statementId", at, sentence, blocks_ratio as "blocksRatio", time_ratio as "timeRatio",
      plan_before as "planBefore", plan_after as "planAfter", preceded_by as "precededBy"
    from aquifer_monitor.query_regression
    where at >= $1 and at < $2 and ($3::text is null or statement_id = $3)
    order by at desc
    limit $4`,
});

export const deleteOldRegressions = statement<[before: Date]>({
  name: 'monitor.deleteOldQueryRegressions',
  lane: 'background',
  deadlineMs: 10_000,
  text: 'delete from aquifer_monitor.query_regression where at < $1',
});

/** SQL of the figures: the same for minutes, hours and days, each in a table of its own. */

import { type Statement, statement } from '../../database/index.ts';
import type { Tier } from './spans.ts';

export interface SeriesRow {
  statementId: string;
  route: string;
  isServer: boolean;
  calls: number;
  errors: number;
  rows: number;
  totalMs: number;
  maxMs: number;
  hitBlocks: number;
  readBlocks: number;
  /** Histograms strung together. */
  histogram: Buffer | null;
}

export interface StepRow extends SeriesRow {
  at: Date;
}

type SpanParams = [from: Date, to: Date, statementId: string | null];

const SUMS = `
  sum(q.calls)::float8 as calls, sum(q.errors)::float8 as errors, sum(q.rows)::float8 as rows,
  sum(q.total_ms) as "totalMs", max(q.max_ms)::float8 as "maxMs",
  coalesce(sum(q.hit_blocks), 0)::float8 as "hitBlocks", coalesce(sum(q.read_blocks), 0)::float8 as "readBlocks",
  pg_catalog.string_agg(q.histogram, ''::bytea) as histogram`;
const KEY = 's.statement_id as "statementId", s.route, s.is_server as "isServer"';

/** What it is read with: `spans.ts` takes minutes and hours for the edges of a span alone. */
const LONG_SPANS = 'it is read by time, and a long span from the tier that has few rows of it';

function declareRead(tier: Tier): Statement<SpanParams, SeriesRow> {
  return statement<SpanParams, SeriesRow>({
    name: `monitor.readQuery${nameOf(tier)}s`,
    lane: 'background',
    deadlineMs: 10_000,
    text: `
      select ${KEY}, ${SUMS}
      from aquifer_monitor.query_${tier} q
      join aquifer_monitor.query_series s on s.id = q.series_id
      where q.at >= $1 and q.at < $2 and ($3::text is null or s.statement_id = $3)
      group by s.id`,
    unindexedBecause: LONG_SPANS,
  });
}

function declareReadSteps(tier: Tier): Statement<[...SpanParams, stepSeconds: number], StepRow> {
  return statement<[...SpanParams, stepSeconds: number], StepRow>({
    name: `monitor.readQuery${nameOf(tier)}Steps`,
    lane: 'background',
    deadlineMs: 10_000,
    text: `
      select
        pg_catalog.date_bin(pg_catalog.make_interval(secs => $4), q.at, timestamptz 'epoch') as at, ${KEY}, ${SUMS}
      from aquifer_monitor.query_${tier} q
      join aquifer_monitor.query_series s on s.id = q.series_id
      where q.at >= $1 and q.at < $2 and s.statement_id = $3
      group by 1, s.id
      order by 1`,
    unindexedBecause: LONG_SPANS,
  });
}

export interface FigureColumns {
  at: string;
  seriesId: number;
  writer: number;
  calls: number;
  errors: number;
  rows: number;
  totalMs: number;
  maxMs: number;
  hitBlocks: number | null;
  readBlocks: number | null;
  /** Hexadecimal; null for none. */
  histogram: string | null;
}

/** In the order of the index, whose pages are then filled. */
export const insertMinutes = statement<[rows: string]>({
  name: 'monitor.insertQueryMinutes',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.query_minute
      (at, series_id, writer, calls, errors, rows, total_ms, max_ms, hit_blocks, read_blocks, histogram)
    select
      g.at, g."seriesId", g.writer, g.calls, g.errors, g.rows, g."totalMs", g."maxMs", g."hitBlocks", g."readBlocks",
      pg_catalog.decode(g.histogram, 'hex')
    from pg_catalog.jsonb_to_recordset($1::jsonb) as g (
      at timestamptz, "seriesId" integer, writer integer, calls integer, errors integer, rows bigint,
      "totalMs" float8, "maxMs" real, "hitBlocks" bigint, "readBlocks" bigint, histogram text)
    order by 1, 2, 3
    on conflict (at, series_id, writer) do nothing`,
  unindexedBecause: 'it reads what it was given',
});

function declareInsertSums(tier: 'hour' | 'day'): Statement<[rows: string], never> {
  return statement<[rows: string]>({
    name: `monitor.insertQuery${nameOf(tier)}s`,
    lane: 'background',
    deadlineMs: 10_000,
    text: `
      insert into aquifer_monitor.query_${tier}
        (at, series_id, calls, errors, rows, total_ms, max_ms, hit_blocks, read_blocks, histogram)
      select
        g.at, g."seriesId", g.calls, g.errors, g.rows, g."totalMs", g."maxMs", g."hitBlocks", g."readBlocks",
        pg_catalog.decode(g.histogram, 'hex')
      from pg_catalog.jsonb_to_recordset($1::jsonb) as g (
        at timestamptz, "seriesId" integer, calls bigint, errors integer, rows bigint,
        "totalMs" float8, "maxMs" real, "hitBlocks" bigint, "readBlocks" bigint, histogram text)
      order by 1, 2
      on conflict (at, series_id) do nothing`,
    unindexedBecause: 'it reads what it was given',
  });
}

function declareDelete(tier: Tier): Statement<[before: Date, limit: number], never> {
  return statement<[before: Date, limit: number]>({
    name: `monitor.deleteOldQuery${nameOf(tier)}s`,
    lane: 'background',
    deadlineMs: 20_000,
    text: `
      delete from aquifer_monitor.query_${tier}
      where ctid = any (array(
        select ctid from aquifer_monitor.query_${tier} where at < $1 order by at limit $2 for update skip locked
      ))`,
  });
}

function declareClear(tier: 'hour' | 'day'): Statement<[at: Date], never> {
  return statement<[at: Date]>({
    name: `monitor.clearQuery${nameOf(tier)}`,
    lane: 'background',
    deadlineMs: 10_000,
    text: `delete from aquifer_monitor.query_${tier} where at = $1`,
  });
}

function nameOf(tier: Tier): string {
  return `${tier.charAt(0).toUpperCase()}${tier.slice(1)}`;
}

export const readSeries = { minute: declareRead('minute'), hour: declareRead('hour'), day: declareRead('day') };
export const readSteps = {
  minute: declareReadSteps('minute'),
  hour: declareReadSteps('hour'),
  day: declareReadSteps('day'),
};
export const readFirst = { minute: declareReadFirst('minute'), hour: declareReadFirst('hour') };
export const insertSums = { hour: declareInsertSums('hour'), day: declareInsertSums('day') };
export const clearSums = { hour: declareClear('hour'), day: declareClear('day') };
export const deleteOld = { minute: declareDelete('minute'), hour: declareDelete('hour'), day: declareDelete('day') };

/** The newest first, so that a limit cuts off the oldest. */
export const readMinuteRows = statement<[from: Date, to: Date, limit: number], StepRow>({
  name: 'monitor.readQueryMinuteRows',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    select
      q.at, ${KEY}, q.calls, q.errors, q.rows::float8 as rows, q.total_ms as "totalMs", q.max_ms::float8 as "maxMs",
      coalesce(q.hit_blocks, 0)::float8 as "hitBlocks", coalesce(q.read_blocks, 0)::float8 as "readBlocks", q.histogram
    from aquifer_monitor.query_minute q
    join aquifer_monitor.query_series s on s.id = q.series_id
    where q.at >= $1 and q.at < $2
    order by q.at desc
    limit $3`,
});

function declareReadFirst(tier: 'minute' | 'hour'): Statement<[from: Date], { at: Date | null }> {
  return statement<[from: Date], { at: Date | null }>({
    name: `monitor.readFirstQuery${nameOf(tier)}`,
    lane: 'background',
    deadlineMs: 5_000,
    text: `select min(at) as at from aquifer_monitor.query_${tier} where at >= $1`,
  });
}

export const readRolledUntil = statement<[], { tier: 'hour' | 'day'; rolledUntil: Date }>({
  name: 'monitor.readQueryRollUp',
  lane: 'background',
  deadlineMs: 5_000,
  text: 'select tier, rolled_until as "rolledUntil" from aquifer_monitor.query_roll_up',
  unindexedBecause: 'it has two rows',
});

export const saveRolledUntil = statement<[tier: string, until: Date]>({
  name: 'monitor.saveQueryRollUp',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    insert into aquifer_monitor.query_roll_up (tier, rolled_until)
    values ($1, $2)
    on conflict (tier) do update set rolled_until = greatest(query_roll_up.rolled_until, excluded.rolled_until)`,
});

/** An arbitrary number of ours: one process at a time sums up. */
const ROLL_UP_LOCK = 0x61717571;

export const tryRollUpLock = statement<[], { isOurs: boolean }>({
  name: 'monitor.tryQueryRollUpLock',
  lane: 'background',
  deadlineMs: 5_000,
  text: `select pg_catalog.pg_try_advisory_xact_lock(${ROLL_UP_LOCK}) as "isOurs"`,
  unindexedBecause: 'it reads no table',
});

/** SQL of the ledger of advice. */

import { statement } from '../../database/index.ts';
import type { AdviceState, LedgerVerdict } from '../schema.ts';

const asked = { lane: 'control', deadlineMs: 2_000 } as const;
const written = { lane: 'background', deadlineMs: 10_000 } as const;

export interface AdviceRow {
  id: string;
  kind: 'create' | 'drop';
  state: AdviceState;
  runId: string;
  place: number;
  offeredAt: Date;
  changedAt: Date;
  by: string | null;
  reason: string | null;
  /** The advice: compressed JSON. */
  body: Buffer;
  doneAt: Date | null;
  stage: 'waiting' | 'first_hour' | 'day' | null;
  realised: unknown;
}

const COLUMNS = `
  id, kind, state, run_id as "runId", place, offered_at as "offeredAt", changed_at as "changedAt", by_user as by, reason,
  body, done_at as "doneAt", stage, realised`;

/** What the last run says first, in its order; then the rest, the latest change first. */
export const readAdvice = statement<[limit: number], AdviceRow>({
  ...asked,
  name: 'planner.readAdvice',
  text: `
    select ${COLUMNS}
    from aquifer_planner.advice
    where state <> 'outdated'
    order by state <> 'offered', case when state = 'offered' then place end, changed_at desc
    limit $1`,
  unindexedBecause: 'advice is bounded, and most of it is read',
});

export const readAdviceItem = statement<[id: string], AdviceRow>({
  ...asked,
  name: 'planner.readAdviceItem',
  text: `select ${COLUMNS} from aquifer_planner.advice where id = $1`,
});

export const readFollowed = statement<[limit: number], AdviceRow>({
  ...asked,
  name: 'planner.readFollowedAdvice',
  text: `
    select ${COLUMNS}
    from aquifer_planner.advice
    where done_at is not null
    order by done_at desc
    limit $1`,
});

/** To be looked at for the first time an hour after it was followed, and for the last a day after. */
export const readDue = statement<[limit: number], AdviceRow>({
  ...written,
  name: 'planner.readAdviceDue',
  text: `
    select ${COLUMNS}
    from aquifer_planner.advice
    where done_at is not null and state = 'done'
      and ((stage = 'waiting' and done_at < now() - interval '1 hour')
        or (stage in ('waiting', 'first_hour') and done_at < now() - interval '1 day'))
    order by done_at
    limit $1`,
});

/**
 * What a run says. What was declined, or taken back, stays so; what was followed is offered again only where statistics taken after
 * it still ask for it. The prediction that was followed is kept.
 */
export const saveOffers = statement<
  [runId: string, takenAt: string, ids: readonly string[], kinds: readonly string[], bodies: readonly Buffer[]]
>({
  ...written,
  name: 'planner.saveOffers',
  text: `
    insert into aquifer_planner.advice as advice (id, kind, state, run_id, place, body)
    select offer.id, offer.kind, 'offered', $1, offer.place, offer.body
    from unnest($3::text[], $4::text[], $5::bytea[]) with ordinality as offer (id, kind, body, place)
    on conflict (id) do update
    set run_id = excluded.run_id, place = excluded.place,
      body = case when advice.state in ('done', 'undone') and not advice.done_at < $2::timestamptz
        then advice.body else excluded.body end,
      changed_at = case when advice.state in ('outdated', 'failed') or (advice.state = 'done' and advice.done_at < $2::timestamptz)
        then now() else advice.changed_at end,
      done_at = case when advice.state = 'done' and advice.done_at < $2::timestamptz then null else advice.done_at end,
      state = case when advice.state in ('outdated', 'failed') or (advice.state = 'done' and advice.done_at < $2::timestamptz)
        then 'offered' else advice.state end`,
  unindexedBecause: 'it reads what it was given',
});

/** What the run does not say any more. */
export const retireOffers = statement<[runId: string]>({
  ...written,
  name: 'planner.retireOffers',
  text: `
    update aquifer_planner.advice
    set state = 'outdated', changed_at = now()
    where state = 'offered' and run_id <> $1`,
  unindexedBecause: 'advice is bounded, and most of it is read',
});

/** @returns nothing where it is not in one of those states */
export const changeState = statement<
  [id: string, from: readonly string[], to: string, userId: string | null, reason: string | null],
  { id: string }
>({
  ...asked,
  name: 'planner.changeAdvice',
  text: `
    update aquifer_planner.advice
    set state = $3, by_user = coalesce($4, by_user), reason = $5, changed_at = now()
    where id = $1 and state = any ($2::text[])
    returning id`,
});

/** Work on it came to its end: it was followed, or by work of the other kind taken back. */
export const noteDone = statement<[id: string, endedAt: string, workKind: string]>({
  ...asked,
  name: 'planner.noteAdviceDone',
  text: `
    update aquifer_planner.advice
    set changed_at = now(), reason = null,
      state = case when kind = $3 then 'done' else 'undone' end,
      done_at = case when kind = $3 then $2::timestamptz else done_at end,
      stage = case when kind = $3 then 'waiting' else stage end,
      realised = case when kind = $3 then null else realised end
    where id = $1
      and (kind <> $3 or state <> 'done' or done_at is distinct from $2::timestamptz)`,
});

export const saveRealised = statement<[id: string, stage: string, realised: string]>({
  ...written,
  name: 'planner.saveRealised',
  text: 'update aquifer_planner.advice set stage = $2, realised = $3::jsonb where id = $1',
});

/** Work on them has ended, and nobody has said so: its server died between the two. */
export const readUntold = statement<[], { id: string }>({
  ...written,
  name: 'planner.readUntoldAdvice',
  text: `
    select advice.id
    from aquifer_planner.advice as advice
    where advice.state = 'under_way' and advice.changed_at < now() - interval '30 seconds'
      and not exists (
        select 1 from aquifer_planner.index_work as work where work.advice_id = advice.id and work.state = 'running'
      )`,
  unindexedBecause: 'advice is bounded, and most of it is read',
});

export const countAdvice = statement<[], { toCreate: number; toDrop: number }>({
  ...asked,
  name: 'planner.countAdvice',
  text: `
    select count(id) filter (where kind = 'create')::integer as "toCreate",
      count(id) filter (where kind = 'drop')::integer as "toDrop"
    from aquifer_planner.advice
    where state = 'offered'`,
  unindexedBecause: 'advice is bounded, and most of it is read',
});

export interface OutcomeRow {
  state: AdviceState;
  verdict: LedgerVerdict | null;
  millisecondsPerDay: number | null;
  predictionError: number | null;
}

/** Of what was followed, without what it was. */
export const readOutcomes = statement<[limit: number], OutcomeRow>({
  ...asked,
  name: 'planner.readOutcomes',
  text: `
    select state, realised ->> 'verdict' as verdict, (realised ->> 'millisecondsPerDay')::float8 as "millisecondsPerDay",
      (realised ->> 'predictionError')::float8 as "predictionError"
    from aquifer_planner.advice
    where done_at is not null
    order by done_at desc
    limit $1`,
});

export const deleteOldAdvice = statement<[]>({
  ...written,
  name: 'planner.deleteOldAdvice',
  text: `
    delete from aquifer_planner.advice
    where changed_at < now() - interval '30 days' and state in ('outdated', 'failed')
      or changed_at < now() - interval '400 days'`,
  unindexedBecause: 'advice is bounded, and most of it is read',
});

export interface IndexFacts {
  sizeBytes: number;
  scans: number;
}

export const readIndexFacts = statement<[schema: string, name: string], IndexFacts>({
  ...asked,
  name: 'planner.readIndexFacts',
  text: `
    select pg_catalog.pg_relation_size(c.oid)::float8 as "sizeBytes",
      coalesce(pg_catalog.pg_stat_get_numscans(c.oid), 0)::float8 as scans
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2 and c.relkind in ('i', 'I')`,
  unindexedBecause: 'it asks the catalog for one name',
});

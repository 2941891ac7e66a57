/** SQL on the chain of the audit trail. All of it is background: a trail that is sealed a little later is no harm. */

import { statement } from '../../database/index.ts';
import type { ChainedEvent } from './chain.ts';

const background = { lane: 'background', deadlineMs: 20_000 } as const;

/** Two numbers that nobody else locks by. */
const SEALING = `${0x61717566}, ${0x617564}`;

const CHAINED_COLUMNS = `
      e.id,
      to_char(e.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
      e.action,
      e.actor_kind as "actorKind",
      e.actor_id as "actorId",
      e.subject_kind as "subjectKind",
      e.subject_id as "subjectId",
      e.outcome,
      e.session_id as "sessionId",
      e.ip,
      e.user_agent as "userAgent",
      e.request_id as "requestId",
      e.details`;

export interface HeadRow {
  seq: number;
  hash: Buffer;
  signature: Buffer | null;
  sealedAt: Date;
  /** The chain is empty, and this is the last link that was cut off. */
  isCut: boolean;
}

/** Whether anything waits: what most runs end with. */
export const hasUnsealed = statement<[], { exists: boolean }>({
  ...background,
  name: 'accounts.hasUnsealedAuditEvents',
  text: 'select exists (select from aquifer_accounts.audit_unsealed) as exists',
  unindexedBecause: 'one row of any is enough',
});

/** One server seals at a time; who comes second leaves it to the first. */
export const lockChain = statement<[], { isOurs: boolean }>({
  ...background,
  name: 'accounts.lockAuditChain',
  text: `select pg_catalog.pg_try_advisory_xact_lock(${SEALING}) as "isOurs"`,
});

/** Of the chain, or of what was cut off where the chain is empty. */
export const findHead = statement<[], HeadRow>({
  ...background,
  name: 'accounts.findAuditHead',
  text: `
    (
      select c.seq::float8 as seq, c.hash, c.signature, c.sealed_at as "sealedAt", false as "isCut"
      from aquifer_accounts.audit_chain c
      order by c.seq desc
      limit 1
    )
    union all
    (
      select c.seq::float8 as seq, c.hash, c.signature, c.cut_at as "sealedAt", true as "isCut"
      from aquifer_accounts.audit_cuts c
      where not exists (select from aquifer_accounts.audit_chain)
      order by c.seq desc
      limit 1
    )`,
});

/** In the order of their ids, which is that of their making. `isSealed`: its note came back, or was never taken out. */
export const listUnsealed = statement<[limit: number], ChainedEvent & { isSealed: boolean }>({
  ...background,
  name: 'accounts.listUnsealedAuditEvents',
  text: `
    select
      ${CHAINED_COLUMNS},
      c.event_id is not null as "isSealed"
    from aquifer_accounts.audit_unsealed n
    join aquifer_accounts.audit_events e on e.id = n.event_id
    left join aquifer_accounts.audit_chain c on c.event_id = n.event_id
    order by n.event_id
    limit $1`,
});

export const insertLinks = statement<
  [seqs: number[], eventIds: string[], hashes: Buffer[], signatures: (Buffer | null)[]]
>({
  ...background,
  name: 'accounts.insertAuditLinks',
  text: `
    insert into aquifer_accounts.audit_chain (seq, event_id, hash, signature)
    select n.seq, n.event_id, n.hash, n.signature
    from unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bytea[]) n (seq, event_id, hash, signature)`,
});

export const deleteUnsealed = statement<[eventIds: string[]]>({
  ...background,
  name: 'accounts.deleteUnsealedAuditEvents',
  text: `
    delete from aquifer_accounts.audit_unsealed
    where event_id = any ($1::uuid[])`,
});

export const countUnsealed = statement<[upTo: number], { count: number }>({
  ...background,
  name: 'accounts.countUnsealedAuditEvents',
  text: `
    select count(1)::integer as count
    from (
      select
      from aquifer_accounts.audit_unsealed
      limit $1
    ) n`,
  unindexedBecause: 'it counts all rows, up to a bound',
});

export interface LinkRow extends ChainedEvent {
  seq: number;
  eventId: string;
  hash: Buffer;
  signature: Buffer | null;
  /** The event is not there any more; everything of it is null. */
  isMissing: boolean;
}

/** Links in order, with their events. */
export const listLinks = statement<[afterSeq: number, limit: number], LinkRow>({
  ...background,
  name: 'accounts.listAuditLinks',
  text: `
    select
      c.seq::float8 as seq,
      c.event_id as "eventId",
      c.hash,
      c.signature,
      e.id is null as "isMissing",
      ${CHAINED_COLUMNS}
    from aquifer_accounts.audit_chain c
    left join aquifer_accounts.audit_events e on e.id = c.event_id
    where c.seq > $1::bigint
    order by c.seq
    limit $2`,
});

export const findLastCut = statement<[], { seq: number; hash: Buffer; signature: Buffer | null; cutAt: Date }>({
  ...background,
  name: 'accounts.findLastAuditCut',
  text: `
    select c.seq::float8 as seq, c.hash, c.signature, c.cut_at as "cutAt"
    from aquifer_accounts.audit_cuts c
    order by c.seq desc
    limit 1`,
});

/** Events that neither stand in the chain nor wait for it: written past the server. */
export const listUnchained = statement<[limit: number], { id: string }>({
  ...background,
  name: 'accounts.listUnchainedAuditEvents',
  text: `
    select e.id
    from aquifer_accounts.audit_events e
    where not exists (
        select
        from aquifer_accounts.audit_chain c
        where c.event_id = e.id
      )
      and not exists (
        select
        from aquifer_accounts.audit_unsealed n
        where n.event_id = e.id
      )
    limit $1`,
  unindexedBecause: 'it holds all events against the whole chain',
});

/** The beginning of the chain: which of its links are old enough to be cut off. */
export const listOldLinks = statement<[keepMs: number, limit: number], { seq: number; hash: Buffer; isOld: boolean }>({
  ...background,
  name: 'accounts.listOldAuditLinks',
  text: `
    select
      c.seq::float8 as seq,
      c.hash,
      coalesce(e.at < now() - $1::float8 * interval '1 millisecond', false) as "isOld"
    from (
      select f.seq, f.hash, f.event_id
      from aquifer_accounts.audit_chain f
      order by f.seq
      limit $2
    ) c
    left join aquifer_accounts.audit_events e on e.id = c.event_id
    order by c.seq`,
});

export const cutTrail = statement<[lastSeq: number, signature: Buffer | null], { events: number }>({
  ...background,
  name: 'accounts.cutAuditTrail',
  text: 'select aquifer_accounts.cut_audit_trail($1::bigint, $2::bytea)::float8 as events',
});

/** Oldest first, for an export: what it is hashed of, with its link where it has one. */
export const listForExport = statement<
  [afterId: string, beforeId: string, from: string | null, to: string | null, limit: number],
  ChainedEvent & { seq: number | null; hash: string | null }
>({
  ...background,
  name: 'accounts.listAuditEventsForExport',
  text: `
    select
      ${CHAINED_COLUMNS},
      c.seq::float8 as seq,
      encode(c.hash, 'hex') as hash
    from aquifer_accounts.audit_events e
    left join aquifer_accounts.audit_chain c on c.event_id = e.id
    where e.id > $1
      and e.id < $2
      and ($3::timestamptz is null or e.at >= $3)
      and ($4::timestamptz is null or e.at < $4)
    order by e.id
    limit $5`,
});

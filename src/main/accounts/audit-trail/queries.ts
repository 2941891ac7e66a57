/** SQL on the audit trail: noting and reading. The chain's is in `chain-queries.ts`. */

import { statement } from '../../database/index.ts';

/** With the note that it waits to be sealed. */
export const insertAuditEvent = statement<
  [
    id: string,
    action: string,
    actorKind: string,
    actorId: string | null,
    subjectKind: string,
    subjectId: string | null,
    outcome: string,
    sessionId: string | null,
    ip: string | null,
    userAgent: string | null,
    requestId: string | null,
    details: string,
  ],
  { id: string }
>({
  name: 'accounts.insertAuditEvent',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with noted as (
      insert into aquifer_accounts.audit_events
        (id, action, actor_kind, actor_id, subject_kind, subject_id, outcome, session_id, ip, user_agent, request_id, details)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb)
      returning id
    )
    insert into aquifer_accounts.audit_unsealed (event_id)
    select noted.id
    from noted
    returning event_id as id`,
});

export interface AuditEventRow {
  id: string;
  at: Date;
  action: string;
  outcome: 'done' | 'refused';
  actorKind: string;
  actorId: string | null;
  actorEmail: string | null;
  subjectKind: string;
  subjectId: string | null;
  subjectEmail: string | null;
  sessionId: string | null;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  details: Record<string, string | number | boolean | null>;
  seq: number | null;
}

/** Addresses are those of today: the trail itself keeps ids alone. */
const EVENTS = `
    select
      e.id,
      e.at,
      e.action,
      e.outcome,
      e.actor_kind as "actorKind",
      e.actor_id as "actorId",
      actor.email as "actorEmail",
      e.subject_kind as "subjectKind",
      e.subject_id as "subjectId",
      subject.email as "subjectEmail",
      e.session_id as "sessionId",
      e.ip,
      e.user_agent as "userAgent",
      e.request_id as "requestId",
      e.details,
      c.seq::float8 as seq
    from aquifer_accounts.audit_events e
    left join aquifer_accounts.audit_chain c on c.event_id = e.id
    left join aquifer_accounts.users actor
      on actor.id = case when e.actor_kind in ('user', 'operator') then e.actor_id::uuid end
    left join aquifer_accounts.users subject
      on subject.id = case when e.subject_kind = 'user' then e.subject_id::uuid end`;

/** Ids are made in the order of time: of a span of time they are a range. */
type Range = [beforeId: string, sinceId: string, from: string | null, to: string | null, limit: number];

const IN_RANGE = `
      and e.id >= $2
      and ($3::timestamptz is null or e.at >= $3)
      and ($4::timestamptz is null or e.at < $4)`;

const NEWEST_FIRST = `
    order by e.id desc
    limit $5`;

export const listEvents = statement<Range, AuditEventRow>({
  name: 'accounts.listAuditEvents',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `${EVENTS}
    where e.id < $1${IN_RANGE}${NEWEST_FIRST}`,
});

export const listEventsOfAction = statement<[...Range, action: string], AuditEventRow>({
  name: 'accounts.listAuditEventsOfAction',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `${EVENTS}
    where e.action = $6 and e.id < $1${IN_RANGE}${NEWEST_FIRST}`,
});

/** Done by somebody, or to him: each by its own index, and what is both only once. */
export const listEventsAbout = statement<[...Range, userId: string, action: string | null], AuditEventRow>({
  name: 'accounts.listAuditEventsAbout',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `${EVENTS}
    where e.id in (
      (
        select e.id
        from aquifer_accounts.audit_events e
        where e.actor_id = $6 and ($7::text is null or e.action = $7) and e.id < $1${IN_RANGE}
        ${NEWEST_FIRST}
      )
      union
      (
        select e.id
        from aquifer_accounts.audit_events e
        where e.subject_kind = 'user' and e.subject_id = $6 and ($7::text is null or e.action = $7) and e.id < $1${IN_RANGE}
        ${NEWEST_FIRST}
      )
    )${NEWEST_FIRST}`,
});

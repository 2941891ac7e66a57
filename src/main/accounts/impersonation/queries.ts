/** SQL on acting as another user. That it may be done is decided in the statement that does it. */

import { statement } from '../../database/index.ts';
import { OWN_SESSION_COLUMNS, type OwnSessionRow } from '../queries/sessions.ts';

/**
 * Opens a session of the user for the operator's own. It names nothing that was proven, so that it is never a fresh proof;
 * address and browser are left out, because they are not the user's. It ends when the operator's own session ends, whatever
 * ends that: the reference deletes it.
 */
export const insertImpersonation = statement<
  [id: string, userId: string, tokenHash: Buffer, ownSessionId: string, ownUserId: string, lifetimeMs: number],
  OwnSessionRow
>({
  name: 'accounts.insertImpersonation',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.sessions as s
      (id, user_id, token_hash, expires_at, lifetime_ends_at, methods, impersonator_id, impersonator_session_id)
    select
      $1,
      u.id,
      $3,
      least(now() + $6::float8 * interval '1 millisecond', o.lifetime_ends_at),
      least(now() + $6::float8 * interval '1 millisecond', o.lifetime_ends_at),
      '{}',
      a.id,
      o.id
    from aquifer_accounts.users u
    join aquifer_accounts.sessions o on o.id = $4 and o.user_id = $5
    join aquifer_accounts.users a on a.id = o.user_id
    where u.id = $2
      and u.id <> a.id
      and u.role <> 'operator'
      and u.disabled_at is null
      and a.disabled_at is null
      and o.expires_at > now()
      and o.impersonator_id is null
    for share of u, a, o
    returning ${OWN_SESSION_COLUMNS}`,
});

/** One at a time: whoever begins another ends the one before. */
export const deleteImpersonations = statement<[ownSessionId: string]>({
  name: 'accounts.deleteImpersonations',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions
    where impersonator_session_id = $1`,
});

/** Of those who may act as nobody any more, by what their rows say in this transaction. */
export const deleteImpersonationsBy = statement<[operatorIds: readonly string[], permission: string]>({
  name: 'accounts.deleteImpersonationsBy',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_accounts.sessions s
    using aquifer_accounts.users a
    where s.impersonator_id = any ($1::uuid[])
      and a.id = s.impersonator_id
      and a.role <> 'operator'
      and not $2 = any (a.permissions)`,
});

export const deleteImpersonation = statement<
  [id: string],
  { userId: string; operatorId: string; ownSessionId: string | null }
>({
  name: 'accounts.deleteImpersonation',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions
    where id = $1 and impersonator_id is not null
    returning
      user_id as "userId",
      impersonator_id as "operatorId",
      impersonator_session_id as "ownSessionId"`,
});

/** The operator's own session, if this is its token. */
export const findOwnSession = statement<[id: string, tokenHash: Buffer], { lifetimeSeconds: number }>({
  name: 'accounts.findOwnSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select extract(epoch from s.lifetime_ends_at - now())::float8 as "lifetimeSeconds"
    from aquifer_accounts.sessions s
    where s.id = $1 and s.token_hash = $2 and s.expires_at > now()`,
});

export const findImpersonator = statement<[userId: string], { id: string; email: string }>({
  name: 'accounts.findImpersonator',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select u.id, u.email
    from aquifer_accounts.users u
    where u.id = $1`,
});

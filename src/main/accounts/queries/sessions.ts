/** SQL on sessions. Whether one is still good is decided by the database's clock, here and nowhere else. */

import { statement } from '../../database/index.ts';
import type { Method } from '../methods.ts';
import { countText } from './count-text.ts';
import { forgiving } from './throttles.ts';

export interface SessionRow {
  id: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  ip: string | null;
  userAgent: string | null;
  city: string | null;
  country: string | null;
  methods: string[];
  authenticatedAt: Date;
  isImpersonated: boolean;
}

/** A session of one's own, as it is opened or renewed. */
export interface OwnSessionRow extends SessionRow {
  /** Until the end of its life, however much it is used. */
  lifetimeSeconds: number;
  /** How long its access token is good; null where its one token is good for all its life. */
  accessSeconds: number | null;
}

const SESSION_COLUMNS = `
  s.id,
  s.created_at as "createdAt",
  s.last_used_at as "lastUsedAt",
  s.expires_at as "expiresAt",
  s.ip,
  s.user_agent as "userAgent",
  s.city,
  s.country,
  s.methods,
  s.authenticated_at as "authenticatedAt",
  s.impersonator_id is not null as "isImpersonated"`;

export const OWN_SESSION_COLUMNS = `${SESSION_COLUMNS},
  extract(epoch from s.lifetime_ends_at - now())::float8 as "lifetimeSeconds",
  case
    when s.access_ends_at < 'infinity' then extract(epoch from s.access_ends_at - now())::float8
  end as "accessSeconds"`;

type OpenParams = [
  id: string,
  userId: string,
  tokenHash: Buffer,
  passwordVersion: number,
  idleMs: number,
  lifetimeMs: number,
  ip: string | null,
  userAgent: string | null,
  keepNewest: number,
  clearedKeys: Buffer[],
  refundedKeys: Buffer[],
  /** To be remembered as one where the user logs in; null where that is known, or not to be. */
  network: string | null,
  methods: readonly Method[],
  /** Those of `methods` that count as a second factor. */
  secondFactors: readonly Method[],
  city: string | null,
  country: string | null,
  /** Of a session whose access token is renewed; null for the others. */
  accessMs: number | null,
  familyHash: Buffer | null,
  refreshHash: Buffer | null,
  noticeId: string,
  /** What to tell the user of, should neither this network be known nor this be his first session; null for nothing. */
  notice: string | null,
  askingNetwork: string,
];

/**
 * Opens a session for a password that was checked a moment ago. The shared lock makes it wait for a change of the password
 * or of the user under way; after that the row no longer matches. In the same statement, because each one more would be
 * another commit: the attempts that led here are taken back, the network is remembered, and of the user's sessions the
 * newest are kept.
 */
export const insertSession = statement<OpenParams, OwnSessionRow>({
  name: 'accounts.insertSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with opened as (
      insert into aquifer_accounts.sessions as s
        (id, user_id, token_hash, expires_at, lifetime_ends_at, ip, user_agent, methods, city, country,
         access_ends_at, family_hash, refresh_hash)
      select
        $1,
        u.id,
        $3,
        now() + least($5::float8, $6::float8) * interval '1 millisecond',
        now() + $6::float8 * interval '1 millisecond',
        $7,
        $8,
        $13,
        $15,
        $16,
        case
          when $17::float8 is null then 'infinity'
          else now() + least($17::float8, $6::float8) * interval '1 millisecond'
        end,
        $18,
        $19
      from aquifer_accounts.users u
      where u.id = $2
        and u.password_version = $4
        and u.disabled_at is null
        -- Whoever has a second factor has brought one, however the caller came here.
        and (u.second_factors = '{}' or cardinality($14::text[]) > 0)
      for share of u
      returning ${OWN_SESSION_COLUMNS}
    ),
    surplus as (
      delete from aquifer_accounts.sessions s
      using opened
      where s.user_id = $2 and s.id <= (
        select k.id
        from aquifer_accounts.sessions k
        where k.user_id = $2
        order by k.id desc
        offset $9::integer - 1
        limit 1
      )
    ),
    forgiven as (${forgiving('$10', '$11')}
    ),
    remembered as (
      insert into aquifer_accounts.known_networks as k (user_id, network)
      select $2, $12::text
      from opened
      where $12::text is not null
      on conflict (user_id, network) do update set last_seen_at = now()
    ),
    told as (
      insert into aquifer_accounts.mail_requests (id, template, email, email_key, requested_from, details)
      select $20, 'notice', u.email, u.email_key, $7, $21::jsonb
      from opened
      join aquifer_accounts.users u on u.id = $2
      where $21::jsonb is not null
        and not exists (
          select from aquifer_accounts.known_networks k where k.user_id = $2 and k.network = $22
        )
        and (
          exists (select from aquifer_accounts.known_networks k where k.user_id = $2)
          or exists (select from aquifer_accounts.sessions p where p.user_id = $2)
        )
    )
    select
      opened.id,
      opened."createdAt",
      opened."lastUsedAt",
      opened."expiresAt",
      opened.ip,
      opened."userAgent",
      opened.city,
      opened.country,
      opened.methods,
      opened."authenticatedAt",
      opened."isImpersonated",
      opened."lifetimeSeconds",
      opened."accessSeconds"
    from opened`,
});

/** Gives the session a new token, once: whoever comes second with the same token matches nothing. */
export const rotateSession = statement<
  [sessionId: string, tokenHash: Buffer, newTokenHash: Buffer, graceMs: number, olderThanMs: number],
  OwnSessionRow
>({
  name: 'accounts.rotateSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.sessions s
    set
      token_hash = $3,
      previous_token_hash = s.token_hash,
      previous_valid_until = least(s.access_ends_at, now() + $4::float8 * interval '1 millisecond'),
      rotated_at = now()
    where s.id = $1
      and s.token_hash = $2
      and s.rotated_at <= now() - $5::float8 * interval '1 millisecond'
    returning ${OWN_SESSION_COLUMNS}`,
});

/** As rotation. With a grace of 0 the old token dies at once; otherwise it serves requests under way, and is no fresh proof. */
export const replaceSessionToken = statement<
  [sessionId: string, userId: string, newTokenHash: Buffer, graceMs: number],
  OwnSessionRow
>({
  name: 'accounts.replaceSessionToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.sessions s
    set
      token_hash = $3,
      previous_token_hash = case when $4::float8 > 0 then s.token_hash end,
      previous_valid_until = case when $4::float8 > 0 then now() + $4::float8 * interval '1 millisecond' end,
      rotated_at = now()
    where s.id = $1 and s.user_id = $2
    returning ${OWN_SESSION_COLUMNS}`,
});

/** Rows that another process is touching are left to it. */
export const touchSessions = statement<[ids: string[], idleMs: number]>({
  name: 'accounts.touchSessions',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    with used as (
      select s.id
      from aquifer_accounts.sessions s
      where s.id = any ($1::uuid[])
      order by s.id
      for update skip locked
    )
    update aquifer_accounts.sessions s
    set
      last_used_at = now(),
      expires_at = least(s.lifetime_ends_at, now() + $2::float8 * interval '1 millisecond')
    from used
    where s.id = used.id and s.expires_at > now()`,
});

export const getOwnSession = statement<
  [sessionId: string, userId: string],
  SessionRow & { tokenAgeMs: number; isPasswordBreached: boolean }
>({
  name: 'accounts.getOwnSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select
      ${SESSION_COLUMNS},
      (extract(epoch from now() - s.rotated_at) * 1000)::float8 as "tokenAgeMs",
      coalesce(u.breached_password_version = u.password_version, false) as "isPasswordBreached"
    from aquifer_accounts.sessions s
    join aquifer_accounts.users u on u.id = s.user_id
    where s.id = $1 and s.user_id = $2 and s.expires_at > now()`,
});

export const listSessions = statement<[userId: string, limit: number], SessionRow>({
  name: 'accounts.listSessions',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${SESSION_COLUMNS}
    from aquifer_accounts.sessions s
    where s.user_id = $1 and s.expires_at > now()
    order by s.id desc
    limit $2`,
});

export const listAllSessions = statement<
  [beforeId: string, limit: number],
  SessionRow & { userId: string; userEmail: string }
>({
  name: 'accounts.listAllSessions',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select
      ${SESSION_COLUMNS},
      u.id as "userId",
      u.email as "userEmail"
    from aquifer_accounts.sessions s
    join aquifer_accounts.users u on u.id = s.user_id
    where s.id < $1 and s.expires_at > now()
    order by s.id desc
    limit $2`,
});

export const deleteSession = statement<[sessionId: string, userId: string]>({
  name: 'accounts.deleteSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions
    where id = $1 and user_id = $2 and expires_at > now()`,
});

/** By whichever of its tokens; a log-out must not fail because a rotation came first. */
export const deleteSessionByToken = statement<[tokenHash: Buffer]>({
  name: 'accounts.deleteSessionByToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions
    where token_hash = $1 or (previous_token_hash = $1 and previous_valid_until > now())`,
});

/** As `deleteSessionByToken`, and says whose they were. */
export const endSessionsByToken = statement<
  [tokenHashes: Buffer[]],
  { id: string; userId: string; impersonatorId: string | null }
>({
  name: 'accounts.endSessionsByToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions
    where token_hash = any ($1::bytea[])
      or (previous_token_hash = any ($1::bytea[]) and previous_valid_until > now())
    returning id, user_id as "userId", impersonator_id as "impersonatorId"`,
});

/** With those in which he acts as somebody else: who had a copy of the session that stays may have begun them from it. */
export const deleteOtherSessions = statement<[userId: string, keptSessionId: string]>({
  name: 'accounts.deleteOtherSessions',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions
    where (user_id = $1 and id <> $2) or impersonator_id = $1`,
});

/** All of a user's but the one that this token belongs to, if it belongs to one. */
export const deleteSessionsBut = statement<[userId: string, keptTokenHash: Buffer | null]>({
  name: 'accounts.deleteSessionsBut',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions
    where user_id = $1 and token_hash is distinct from $2`,
});

export const deleteAllSessions = statement<[userId: string]>({
  name: 'accounts.deleteAllSessions',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions
    where user_id = $1`,
});

export const countSessions = statement<[exactUpTo: number], { count: number }>({
  name: 'accounts.countSessions',
  lane: 'background',
  deadlineMs: 5_000,
  text: countText('aquifer_accounts.sessions', 'expires_at > now()'),
});

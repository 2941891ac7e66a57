/**
 * SQL on secrets that work once. Each is consumed by deleting its row: of any number of requests that bring it at the same
 * moment, one finds the row and the others wait for its lock and find nothing.
 */

import { statement } from '../../database/index.ts';
import { USER_COLUMNS, type UserRow } from './users.ts';

export type UserTokenPurpose = 'verify_email' | 'reset_password' | 'invitation';

/**
 * A user has one of each purpose; a newer one replaces the older. No row where the mail goes to an address that is not his
 * any more: it was looked up a moment ago, and a change of address since has ended all links to the one before.
 */
export const issueUserToken = statement<
  [tokenHash: Buffer, purpose: UserTokenPurpose, userId: string, lifetimeMs: number, emailKey: string]
>({
  name: 'accounts.issueUserToken',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    insert into aquifer_accounts.one_time_tokens (token_hash, purpose, user_id, expires_at)
    select $1, $2, u.id, now() + $4::float8 * interval '1 millisecond'
    from aquifer_accounts.users u
    where u.id = $3 and u.email_key = $5
    for key share of u
    on conflict (user_id, purpose) where user_id is not null
    do update set token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at`,
});

/** There is one set-up link at most, and none once there is an operator. */
export const issueFirstOperatorToken = statement<[tokenHash: Buffer, lifetimeMs: number], { expiresAt: Date }>({
  name: 'accounts.issueFirstOperatorToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.one_time_tokens as t (token_hash, purpose, expires_at)
    select $1, 'first_operator', now() + $2::float8 * interval '1 millisecond'
    where not exists (
      select
      from aquifer_accounts.users u
      where u.role = 'operator' and u.disabled_at is null
    )
    on conflict (purpose) where purpose = 'first_operator'
    do update set token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at
    returning t.expires_at as "expiresAt"`,
});

export const consumeFirstOperatorToken = statement<[tokenHash: Buffer]>({
  name: 'accounts.consumeFirstOperatorToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.one_time_tokens
    where token_hash = $1 and purpose = 'first_operator' and expires_at > now()`,
});

/** Only to spare the work of hashing for a link that is no good; consuming decides. */
export const peekFirstOperatorToken = statement<[tokenHash: Buffer], { isGood: true }>({
  name: 'accounts.peekFirstOperatorToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select true as "isGood"
    from aquifer_accounts.one_time_tokens
    where token_hash = $1 and purpose = 'first_operator' and expires_at > now()`,
});

/** Whose password a link would set: the policy wants to know what the password must not be. Consumes nothing. */
export const findUserOfResetToken = statement<[tokenHash: Buffer], { email: string; name: string | null }>({
  name: 'accounts.findUserOfResetToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select
      u.email,
      u.name
    from aquifer_accounts.one_time_tokens t
    join aquifer_accounts.users u on u.id = t.user_id
    where t.token_hash = $1
      and t.purpose in ('reset_password', 'invitation')
      and t.expires_at > now()
      and u.disabled_at is null`,
});

/** Sets the password that the link stands for. Who reads the mail owns the address, so it counts as verified too. */
export const consumeResetToken = statement<
  [tokenHash: Buffer, passwordHash: string],
  { userId: string; email: string; emailKey: string; isFirst: boolean }
>({
  name: 'accounts.consumeResetToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with consumed as (
      delete from aquifer_accounts.one_time_tokens
      where token_hash = $1 and purpose in ('reset_password', 'invitation') and expires_at > now()
      returning user_id
    )
    update aquifer_accounts.users u
    set
      password_hash = $2,
      password_version = u.password_version + 1,
      email_verified_at = coalesce(u.email_verified_at, now()),
      second_factors = case when u.email_verified_at is not null then u.second_factors else '{}' end,
      updated_at = now()
    from consumed
    where u.id = consumed.user_id and u.disabled_at is null
    returning u.id as "userId", u.email, u.email_key as "emailKey", u.email_verified_at = now() as "isFirst"`,
});

/** A user whose address was just verified. */
export interface VerifiedRow extends UserRow {
  passwordVersion: number;
  hasPassword: boolean;
  /** It was not verified before. */
  isFirst: boolean;
  /** Whoever opened the link brought a session of this very user. */
  isOwn: boolean;
}

/**
 * Verifies an address. The first time, its owner may not be the one who signed up with it and chose the password: unless
 * he brings a session of that very user, the password goes.
 */
export const consumeVerificationToken = statement<[tokenHash: Buffer, sessionTokenHash: Buffer | null], VerifiedRow>({
  name: 'accounts.consumeVerificationToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with consumed as (
      delete from aquifer_accounts.one_time_tokens
      where token_hash = $1 and purpose = 'verify_email' and expires_at > now()
      returning user_id
    ),
    brought as (
      select exists (
        select
        from aquifer_accounts.sessions s
        join consumed on consumed.user_id = s.user_id
        where s.token_hash = $2 and s.expires_at > now()
      ) as "isOwn"
    )
    update aquifer_accounts.users u
    set
      email_verified_at = coalesce(u.email_verified_at, now()),
      password_hash = case when u.email_verified_at is not null or brought."isOwn" then u.password_hash end,
      password_version = u.password_version
        + case when u.email_verified_at is not null or brought."isOwn" then 0 else 1 end,
      second_factors = case when u.email_verified_at is not null or brought."isOwn" then u.second_factors else '{}' end,
      updated_at = now()
    from consumed, brought
    where u.id = consumed.user_id and u.disabled_at is null
    returning
      ${USER_COLUMNS},
      u.password_version as "passwordVersion",
      u.password_hash is not null as "hasPassword",
      u.email_verified_at = now() as "isFirst",
      brought."isOwn"`,
});

/** A new password makes the links to set one worthless. */
export const deleteResetTokens = statement<[userId: string]>({
  name: 'accounts.deleteResetTokens',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.one_time_tokens
    where user_id = $1 and purpose in ('reset_password', 'invitation')`,
});

export const deleteUserTokens = statement<[userId: string]>({
  name: 'accounts.deleteUserTokens',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.one_time_tokens
    where user_id = $1`,
});

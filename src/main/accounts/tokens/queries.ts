/** SQL on token pairs and on the keys that short tokens are signed with. */

import { statement } from '../../database/index.ts';
import { OWN_SESSION_COLUMNS, type OwnSessionRow } from '../queries/sessions.ts';

type RefreshParams = [
  familyHash: Buffer,
  secretHash: Buffer,
  nextSecretHash: Buffer,
  salt: Buffer,
  accessHash: Buffer,
  accessMs: number,
  idleMs: number,
  /** How long the access token before is still good, for requests under way. */
  graceMs: number,
];

/**
 * Takes a refresh token for the next pair. Of any number of requests with the same token one matches: the others wait for
 * its lock, and then the secret is another. The end of the session's life is not moved.
 */
export const refreshSession = statement<RefreshParams, OwnSessionRow>({
  name: 'accounts.refreshSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.sessions s
    set
      refresh_hash = $3,
      previous_refresh_hash = s.refresh_hash,
      refresh_salt = $4,
      refreshed_at = now(),
      token_hash = $5,
      previous_token_hash = s.token_hash,
      previous_valid_until = least(s.access_ends_at, now() + $8::float8 * interval '1 millisecond'),
      rotated_at = now(),
      last_used_at = now(),
      access_ends_at = least(s.lifetime_ends_at, now() + $6::float8 * interval '1 millisecond'),
      expires_at = least(s.lifetime_ends_at, now() + $7::float8 * interval '1 millisecond')
    from aquifer_accounts.users u
    where s.family_hash = $1
      and s.refresh_hash = $2
      and s.expires_at > now()
      and u.id = s.user_id
      and u.disabled_at is null
    returning ${OWN_SESSION_COLUMNS}`,
});

/** What the same token got a moment ago. */
export const findSuccessor = statement<
  [familyHash: Buffer, secretHash: Buffer, reuseMs: number],
  OwnSessionRow & { salt: Buffer }
>({
  name: 'accounts.findSuccessor',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `
    select
      ${OWN_SESSION_COLUMNS},
      s.refresh_salt as salt
    from aquifer_accounts.sessions s
    join aquifer_accounts.users u on u.id = s.user_id
    where s.family_hash = $1
      and s.previous_refresh_hash = $2
      and s.refreshed_at > now() - $3::float8 * interval '1 millisecond'
      and s.expires_at > now()
      and u.disabled_at is null`,
});

/** Ends the session of a token that came again: somebody has a copy, and who is who cannot be told. */
export const endFamily = statement<
  [familyHash: Buffer, secretHash: Buffer, reuseMs: number],
  { sessionId: string; userId: string; email: string; emailKey: string }
>({
  name: 'accounts.endFamily',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.sessions s
    using aquifer_accounts.users u
    where s.family_hash = $1
      and s.refresh_hash <> $2
      and not (
        s.previous_refresh_hash is not distinct from $2
        and s.refreshed_at > now() - $3::float8 * interval '1 millisecond'
      )
      and u.id = s.user_id
    returning s.id as "sessionId", u.id as "userId", u.email, u.email_key as "emailKey"`,
});

/** After a change of the password: the refresh token before must not outlive it. Matches sessions with pairs alone. */
export const replaceRefreshToken = statement<
  [sessionId: string, familyHash: Buffer, secretHash: Buffer, accessMs: number],
  OwnSessionRow
>({
  name: 'accounts.replaceRefreshToken',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.sessions s
    set
      family_hash = $2,
      refresh_hash = $3,
      previous_refresh_hash = null,
      refresh_salt = null,
      access_ends_at = least(s.lifetime_ends_at, now() + $4::float8 * interval '1 millisecond')
    where s.id = $1 and s.family_hash is not null
    returning ${OWN_SESSION_COLUMNS}`,
});

export interface SigningKeyRow {
  id: string;
  algorithm: 'ES256' | 'EdDSA';
  publicJwk: Record<string, unknown>;
  sealedJwk: Buffer;
  createdAt: Date;
  signsFrom: Date;
  signsUntil: Date;
  publishedUntil: Date;
  /** It is its turn now. */
  isSigning: boolean;
  /** Until the end of its turn. */
  signsForMs: number;
}

/** All that are published, the newest first. There are a handful. */
export const listSigningKeys = statement<[], SigningKeyRow>({
  name: 'accounts.listSigningKeys',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `
    select
      k.id,
      k.algorithm,
      k.public_jwk as "publicJwk",
      k.sealed_jwk as "sealedJwk",
      k.created_at as "createdAt",
      k.signs_from as "signsFrom",
      k.signs_until as "signsUntil",
      k.published_until as "publishedUntil",
      k.signs_from <= now() and k.signs_until > now() as "isSigning",
      (extract(epoch from k.signs_until - now()) * 1000)::float8 as "signsForMs"
    from aquifer_accounts.signing_keys k
    where k.published_until > now()
    order by k.signs_from desc, k.id desc`,
});

/** One server at a time makes keys; the lock goes with the transaction. */
export const lockSigningKeys = statement<[], { locked: true }>({
  name: 'accounts.lockSigningKeys',
  lane: 'background',
  deadlineMs: 5_000,
  text: `select true as locked from (select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('aquifer signing keys'))) l`,
  unindexedBecause: 'it reads no table',
});

type SigningKeyParams = [
  id: string,
  algorithm: 'ES256' | 'EdDSA',
  publicJwk: string,
  sealedJwk: Buffer,
  waitMs: number,
  signingMs: number,
  keepMs: number,
];

export const insertSigningKey = statement<SigningKeyParams>({
  name: 'accounts.insertSigningKey',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    insert into aquifer_accounts.signing_keys
      (id, algorithm, public_jwk, sealed_jwk, signs_from, signs_until, published_until)
    values (
      $1,
      $2,
      $3::jsonb,
      $4,
      now() + $5::float8 * interval '1 millisecond',
      now() + ($5::float8 + $6::float8) * interval '1 millisecond',
      now() + ($5::float8 + $6::float8 + $7::float8) * interval '1 millisecond'
    )`,
});

/** What it signed is worth nothing to verifiers from the moment they fetch the list again. */
export const deleteSigningKey = statement<[id: string]>({
  name: 'accounts.deleteSigningKey',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.signing_keys
    where id = $1`,
});

export const deleteOldSigningKeys = statement({
  name: 'accounts.deleteOldSigningKeys',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_accounts.signing_keys
    where published_until <= now()`,
});

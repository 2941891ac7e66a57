/** SQL on who a user is elsewhere. */

import { statement } from '../../database/index.ts';

export interface IdentityRow {
  id: string;
  provider: string;
  instance: string | null;
  email: string | null;
  name: string | null;
  hasToken: boolean;
  createdAt: Date;
  lastUsedAt: Date;
}

const IDENTITY_COLUMNS = `
  i.id,
  i.provider,
  i.instance,
  i.email,
  i.name,
  i.access_token_sealed is not null as "hasToken",
  i.created_at as "createdAt",
  i.last_used_at as "lastUsedAt"`;

export const listIdentities = statement<[userId: string], IdentityRow>({
  name: 'accounts.listSocialIdentities',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${IDENTITY_COLUMNS}
    from aquifer_accounts.social_identities i
    where i.user_id = $1
    order by i.id
    limit 200`,
});

/** Whose it is; what the provider said this time is kept with it. */
export const useIdentity = statement<
  [issuer: string, subject: string, email: string | null, name: string | null],
  { id: string; userId: string }
>({
  name: 'accounts.useSocialIdentity',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.social_identities i
    set last_used_at = now(), email = coalesce($3, i.email), name = coalesce($4, i.name)
    where i.issuer = $1 and i.subject = $2
    returning i.id, i.user_id as "userId"`,
});

type NewIdentity = [
  id: string,
  userId: string,
  provider: string,
  instance: string | null,
  issuer: string,
  subject: string,
  email: string | null,
  name: string | null,
];

/** Returns nothing where the identity is somebody's already, whoever came first. */
export const insertIdentity = statement<NewIdentity, { id: string; userId: string }>({
  name: 'accounts.insertSocialIdentity',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.social_identities as i
      (id, user_id, provider, instance, issuer, subject, email, name)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (issuer, subject) do nothing
    returning i.id, i.user_id as "userId"`,
});

export interface FoundUserRow {
  id: string;
  email: string;
  emailKey: string;
  isVerified: boolean;
  isDisabled: boolean;
}

const FOUND_USER = `
  u.id,
  u.email,
  u.email_key as "emailKey",
  u.email_verified_at is not null as "isVerified",
  u.disabled_at is not null as "isDisabled"`;

/** Locks him, so that what is decided about him still holds when it is written. */
export const lockUserByEmail = statement<[emailKey: string], FoundUserRow>({
  name: 'accounts.lockUserByEmail',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select ${FOUND_USER}
    from aquifer_accounts.users u
    where u.email_key = $1
    for update of u`,
});

/** The user whose session asked, where it still stands. */
export const lockUserOfSession = statement<[userId: string, sessionId: string], FoundUserRow>({
  name: 'accounts.lockUserOfSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select ${FOUND_USER}
    from aquifer_accounts.users u
    join aquifer_accounts.sessions s on s.user_id = u.id
    where u.id = $1 and s.id = $2 and s.expires_at > now() and u.disabled_at is null
    for update of u`,
});

export const lockUser = statement<[userId: string], FoundUserRow>({
  name: 'accounts.lockUser',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select ${FOUND_USER}
    from aquifer_accounts.users u
    where u.id = $1
    for update of u`,
});

/**
 * Unlinks, unless that would leave its user without any way to log in: a password, a passkey, or another identity at a
 * provider that is still there. Asked with the user's row locked, so that two cannot each leave the other one to him.
 */
export const deleteIdentity = statement<
  [id: string, userId: string, providers: readonly string[]],
  { provider: string }
>({
  name: 'accounts.deleteSocialIdentity',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.social_identities i
    using aquifer_accounts.users u
    where i.id = $1
      and i.user_id = $2
      and u.id = i.user_id
      and (
        u.password_hash is not null
        or 'passkey' = any (u.second_factors)
        or exists (
          select
          from aquifer_accounts.social_identities o
          where o.user_id = i.user_id and o.id <> i.id and o.provider = any ($3::text[])
        )
      )
    returning i.provider`,
});

/** For an account whose owner shows himself for the first time. */
export const deleteAllIdentities = statement<[userId: string]>({
  name: 'accounts.deleteAllSocialIdentities',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.social_identities
    where user_id = $1`,
});

export const findIdentity = statement<[id: string, userId: string], { id: string }>({
  name: 'accounts.findSocialIdentity',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select i.id
    from aquifer_accounts.social_identities i
    where i.id = $1 and i.user_id = $2`,
});

/** SQL on the tokens of other sites: sealed, refreshed by one of all who ask. */

import { statement } from '../../database/index.ts';

export interface KeptTokensRow {
  provider: string;
  instance: string | null;
  accessTokenSealed: Buffer | null;
  refreshTokenSealed: Buffer | null;
  scopes: string[];
  expiresAt: Date | null;
  /** It lasts for a while, or nobody has said until when. */
  isFresh: boolean;
}

export const readTokens = statement<[id: string, userId: string, freshForMs: number], KeptTokensRow>({
  name: 'accounts.readSocialTokens',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select
      i.provider,
      i.instance,
      i.access_token_sealed as "accessTokenSealed",
      i.refresh_token_sealed as "refreshTokenSealed",
      i.scopes,
      i.token_expires_at as "expiresAt",
      coalesce(i.token_expires_at > now() + $3::float8 * interval '1 millisecond', true) as "isFresh"
    from aquifer_accounts.social_identities i
    where i.id = $1 and i.user_id = $2`,
});

/** Of all who find the token stale at once, one matches; should he die over it, another may try after a while. */
export const claimRefresh = statement<[id: string, freshForMs: number, claimMs: number]>({
  name: 'accounts.claimSocialRefresh',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.social_identities
    set refreshing_until = now() + $3::float8 * interval '1 millisecond'
    where id = $1
      and token_expires_at <= now() + $2::float8 * interval '1 millisecond'
      and (refreshing_until is null or refreshing_until <= now())`,
});

export const delayRefresh = statement<[id: string, delayMs: number]>({
  name: 'accounts.delaySocialRefresh',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.social_identities
    set refreshing_until = now() + $2::float8 * interval '1 millisecond'
    where id = $1`,
});

/** Null leaves the refresh token and the scopes as they are. */
export const storeTokens = statement<
  [id: string, accessToken: Buffer, refreshToken: Buffer | null, scopes: string[] | null, lifetimeMs: number | null]
>({
  name: 'accounts.storeSocialTokens',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.social_identities
    set
      access_token_sealed = $2,
      refresh_token_sealed = coalesce($3, refresh_token_sealed),
      scopes = coalesce($4, scopes),
      token_expires_at = now() + $5::float8 * interval '1 millisecond',
      refreshing_until = null
    where id = $1`,
});

export const forgetTokens = statement<[id: string]>({
  name: 'accounts.forgetSocialTokens',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.social_identities
    set access_token_sealed = null, refresh_token_sealed = null, token_expires_at = null, refreshing_until = null
    where id = $1`,
});

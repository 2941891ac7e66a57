/** Good requests for log-in by another site, for the test of every route. The site is one that is never asked. */

import pg from 'pg';
import { createSealer } from '../../main/foundation/sealing.ts';
import { createId, createToken, hashToken } from '../../main/foundation/tokens.ts';
import { writeSocialFile } from '../support/social.ts';
import type { Example, World } from './route-examples.ts';

const SECRET_KEY = 'a key of the test of every route';
const SITE = 'https://site.example';

/** For the server under test: a site whose endpoints are all told, and the key that its tokens are sealed with. */
export function socialEnvironment(): Record<string, string> {
  const endpoints = { authorization: `${SITE}/authorize`, token: `${SITE}/token`, userInfo: `${SITE}/me` };
  const site = {
    preset: 'oauth2',
    issuer: SITE,
    clientId: 'ours',
    clientSecret: 'secret',
    endpoints,
    keepTokens: true,
  };
  return { AQUIFER_SOCIAL_FILE: writeSocialFile({ mastodon: {}, site, bluesky: {} }), AQUIFER_SECRET_KEY: SECRET_KEY };
}

const params = { provider: 'site' };

/** Somebody who has linked an identity and has a password too, which nobody hashed. */
async function newIdentity({ databaseUrl }: World): Promise<Example> {
  const [userId, id, token] = [createId(), createId(), createToken()];
  const sealed = await createSealer(SECRET_KEY).seal('a token', `social_identities.access_token:${id}`);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `insert into aquifer_accounts.users (id, email, email_key, email_verified_at, password_hash)
     values ($1, $2, $2, now(), 'x')`,
    [userId, `${userId}@example.com`],
  );
  await client.query(
    `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at)
     values ($1, $2, $3, now() + interval '1 day', now() + interval '1 day')`,
    [createId(), userId, hashToken(token)],
  );
  await client.query(
    `insert into aquifer_accounts.social_identities
       (id, user_id, provider, issuer, subject, email, name, access_token_sealed, scopes)
     values ($1, $2, 'site', $3, $1::uuid::text, 'ada@site.example', 'Ada', $4, '{read}')`,
    [id, userId, SITE, sealed],
  );
  await client.end();
  return { token, params: { id } };
}

export const socialForEveryone = [
  ...['getAccountsSocialProviders', 'postAccountsSocialByProviderStart'],
  ...['getAccountsSocialByProviderCallback', 'postAccountsSocialByProviderCallback'],
  'getAccountsSocialByProviderClientMetadata',
  'getAccountsSocialByProviderCallbackByInstance',
] as const;

export const socialForUsers = [
  ...['postAccountsSocialByProviderLink', 'getAccountsSocialIdentities', 'deleteAccountsSocialIdentitiesById'],
  'postAccountsSocialIdentitiesByIdToken',
] as const;

export const socialExamples: Record<string, (world: World) => Example | Promise<Example>> = {
  postAccountsSocialByProviderStart: () => ({ params, body: { next: '/shop' } }),
  getAccountsSocialByProviderClientMetadata: () => ({ params: { provider: 'bluesky' } }),
  getAccountsSocialByProviderCallback: () => ({ params }),
  getAccountsSocialByProviderCallbackByInstance: () => ({ params: { provider: 'mastodon', instance: 'one.social' } }),
  postAccountsSocialByProviderCallback: () => ({ params }),
  postAccountsSocialByProviderLink: async (world) => ({
    ...(await newIdentity(world)),
    params,
    body: { next: '/shop' },
  }),
  getAccountsSocialIdentities: async (world) => ({ ...(await newIdentity(world)), params: {} }),
  deleteAccountsSocialIdentitiesById: newIdentity,
  postAccountsSocialIdentitiesByIdToken: newIdentity,
};

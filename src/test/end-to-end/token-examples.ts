/** Good requests for pairs of tokens, a change of address and one's own data. Nobody in them has a password: nothing is hashed. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createRefreshToken, partsOfRefreshToken } from '../../main/accounts/tokens/refresh-token.ts';
import { createId, createToken, hashToken } from '../../main/foundation/tokens.ts';
import { must } from '../support/api-session.ts';
import type { Example, World } from './route-examples.ts';

/** Of what a server must be told so that it makes tokens for another service. */
export const TOKEN_AUDIENCE = 'https://search.example';

export const tokensForEveryone = [
  ...['postAccountsTokensRefresh', 'postAccountsEmailConfirm', 'getWellKnownJwks', 'getWellKnownOpenidConfiguration'],
];
export const tokensForUsers = [
  ...['postAccountsTokensJwt', 'postAccountsSessionsRevokeAll', 'postAccountsEmail', 'getAccountsMeExport'],
  'deleteAccountsMe',
];

interface Somebody {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
}

async function newSomebody(world: World): Promise<Somebody> {
  const [id, token, refreshToken, email] = [
    createId(),
    createToken(),
    createRefreshToken(),
    `${randomUUID()}@example.com`,
  ];
  const { familyHash, secretHash } = partsOfRefreshToken(refreshToken);
  await inDatabase(world, async (client) => {
    await client.query(
      'insert into aquifer_accounts.users (id, email, email_key, email_verified_at) values ($1, $2, $2, now())',
      [id, email],
    );
    await client.query(
      `insert into aquifer_accounts.sessions
         (id, user_id, token_hash, expires_at, lifetime_ends_at, access_ends_at, methods, family_hash, refresh_hash)
       values ($1, $2, $3, now() + interval '1 day', now() + interval '1 day', now() + interval '1 hour', '{mail}', $4, $5)`,
      [createId(), id, hashToken(token), familyHash, secretHash],
    );
  });
  return { id, email, token, refreshToken };
}

/** The secret of a link that waits in somebody's new mailbox. */
async function newEmailChange(world: World): Promise<string> {
  const { id } = await newSomebody(world);
  const [token, address] = [createToken(), `${randomUUID()}@example.org`];
  await inDatabase(world, (client) =>
    client.query(
      `insert into aquifer_accounts.email_changes (id, user_id, new_email, new_email_key, token_hash, expires_at)
       values ($1, $2, $3, $3, $4, now() + interval '1 day')`,
      [createId(), id, address, hashToken(token)],
    ),
  );
  return token;
}

async function inDatabase({ databaseUrl }: World, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function newSigningKey(world: World): Promise<string> {
  const { url, operator: token } = world;
  const audience = { audience: TOKEN_AUDIENCE };
  await must(url, 'POST', '/v1/accounts/tokens/jwt', { token: (await newSomebody(world)).token, body: audience });
  const { keys } = await must<{ keys: { id: string }[] }>(url, 'GET', '/v1/accounts/signing-keys', { token });
  return keys[0]?.id ?? '';
}

export const tokenExamples: Record<string, (world: World) => Promise<Example>> = {
  postAccountsTokensRefresh: async (world) => ({ body: { refreshToken: (await newSomebody(world)).refreshToken } }),
  postAccountsTokensJwt: async (world) => ({
    token: (await newSomebody(world)).token,
    body: { audience: TOKEN_AUDIENCE },
  }),
  deleteAccountsSigningKeysById: async (world) => ({
    token: world.operator,
    params: { id: await newSigningKey(world) },
  }),
  postAccountsSessionsRevokeAll: async (world) => ({ token: (await newSomebody(world)).token }),
  postAccountsEmail: async (world) => ({
    token: (await newSomebody(world)).token,
    body: { newEmail: `${randomUUID()}@example.org` },
  }),
  postAccountsEmailConfirm: async (world) => ({ body: { token: await newEmailChange(world) } }),
  deleteAccountsMe: async (world) => {
    const { token, email } = await newSomebody(world);
    return { token, body: { email } };
  },
};

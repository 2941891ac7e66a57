/** Good requests for the endpoints of second factors. Nobody in them logs in with a password: nothing is hashed. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createId, createToken, hashToken } from '../../main/foundation/tokens.ts';
import { must } from '../support/api-session.ts';
import { codeOf } from '../support/second-factor.ts';
import type { Example, World } from './route-examples.ts';

const base = '/v1/accounts';

async function inDatabase({ databaseUrl }: World, text: string, params: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(text, params).finally(() => client.end());
}

async function newSomebody(world: World): Promise<{ id: string; token: string }> {
  const [id, token, email] = [createId(), createToken(), `${randomUUID()}@example.com`];
  await inDatabase(
    world,
    `with made as (
       insert into aquifer_accounts.users (id, email, email_key, email_verified_at) values ($1, $2, $2, now()) returning id
     )
     insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at, methods)
     select $3, id, $4, now() + interval '1 day', now() + interval '1 day', '{mail}' from made`,
    [id, email, createId(), hashToken(token)],
  );
  return { id, token };
}

async function begun(world: World): Promise<{ id: string; token: string; secret: string }> {
  const somebody = await newSomebody(world);
  const { secret } = await must<{ secret: string }>(world.url, 'POST', `${base}/factors/totp`, somebody);
  return { ...somebody, secret };
}

/** One step later than the code that confirmed, which is used up. */
async function holder(world: World): Promise<{ id: string; token: string; nextCode: string }> {
  const { id, token, secret } = await begun(world);
  const path = `${base}/factors/totp/confirm`;
  const done = await must<{ token: string }>(world.url, 'POST', path, { token, body: { code: codeOf(secret) } });
  return { id, token: done.token, nextCode: codeOf(secret, 1) };
}

async function challenge(world: World, userId: string): Promise<string> {
  const token = createToken();
  await inDatabase(
    world,
    `insert into aquifer_accounts.log_in_challenges (token_hash, user_id, password_version, methods, transport, expires_at)
     values ($1, $2, 1, '{mail}', 'bearer', now() + interval '10 minutes')`,
    [hashToken(token), userId],
  );
  return token;
}

async function device(world: World, userId: string): Promise<string> {
  const id = createId();
  await inDatabase(
    world,
    `insert into aquifer_accounts.remembered_devices (id, user_id, token_hash, password_version, expires_at)
     values ($1, $2, $3, 1, now() + interval '1 day')`,
    [id, userId, hashToken(createToken())],
  );
  return id;
}

export const factorExamples: Record<string, (world: World) => Example | Promise<Example>> = {
  postAccountsLogInSecondFactor: async (world) => {
    const { id, nextCode } = await holder(world);
    return { body: { challenge: await challenge(world, id), code: nextCode } };
  },
  postAccountsStepUp: async (world) => {
    const { token, nextCode } = await holder(world);
    return { token, body: { code: nextCode } };
  },
  getAccountsFactors: async (world) => ({ token: (await holder(world)).token }),
  postAccountsFactorsTotp: async (world) => ({ token: (await newSomebody(world)).token }),
  postAccountsFactorsTotpConfirm: async (world) => {
    const { token, secret } = await begun(world);
    return { token, body: { code: codeOf(secret) } };
  },
  deleteAccountsFactorsTotp: async (world) => ({ token: (await holder(world)).token }),
  postAccountsFactorsRecoveryCodes: async (world) => ({ token: (await holder(world)).token }),
  deleteAccountsFactorsRememberedDevices: async (world) => ({ token: (await holder(world)).token }),
  deleteAccountsFactorsRememberedDevicesById: async (world) => {
    const { id, token } = await holder(world);
    return { token, params: { id: await device(world, id) } };
  },
  postAccountsUsersByIdFactorsReset: async (world) => ({
    token: world.operator,
    params: { id: (await newSomebody(world)).id },
  }),
};

export const factorsForEveryone = ['postAccountsLogInSecondFactor'];
export const factorsForUsers = Object.keys(factorExamples).filter(
  (id) => !factorsForEveryone.includes(id) && id !== 'postAccountsUsersByIdFactorsReset',
);

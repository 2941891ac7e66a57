/** What tests of passkeys do over and over: having an account, adding a passkey to it, and logging in with it. */

import { randomUUID } from 'node:crypto';
import { createId, createToken, hashToken } from '../../main/foundation/tokens.ts';

import { type AccountsApp, BASE_URL, type Response } from './accounts.ts';
import { createSoftwarePasskey, type Deviation, type SoftwarePasskey } from './authenticator.ts';

export interface OwnPasskey {
  readonly passkey: SoftwarePasskey;
  /** Of the row, as the API names it. */
  readonly id: string;
  /** The session that added it goes on under this. */
  readonly token: string;
  readonly recoveryCodes: string[];
}

export interface Person {
  readonly user: { readonly id: string; readonly email: string };
  readonly token: string;
}

/** Somebody who is logged in and has no password: nothing is hashed, which is what takes time. Another at each call. */
export async function newPerson(app: AccountsApp, name = 'ada'): Promise<Person> {
  const [id, token, email] = [createId(), createToken(), `${name}-${randomUUID()}@example.com`];
  await app.sql(
    `insert into aquifer_accounts.users (id, email, email_key, email_verified_at) values ($1, $2, $2, now())`,
    [id, email],
  );
  await openSession(app, id, token);
  return { user: { id, email }, token };
}

export async function openSession(app: AccountsApp, userId: string, token = createToken()): Promise<string> {
  await app.sql(
    `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at, methods)
     values ($1, $2, $3, now() + interval '1 day', now() + interval '1 day', '{mail}')`,
    [createId(), userId, hashToken(token)],
  );
  return token;
}

/** Adds a passkey by the session of the token. */
export async function addPasskey(
  app: AccountsApp,
  token: string,
  { passkey = createSoftwarePasskey(BASE_URL), name }: { passkey?: SoftwarePasskey; name?: string } = {},
): Promise<OwnPasskey> {
  const begun = await app.ask('POST', 'passkeys/registration-options', { token });
  if (begun.statusCode !== 200) throw new Error(`registration options: ${begun.body}`);
  const response = passkey.register(begun.json().options);
  const added = await app.ask('POST', 'passkeys', {
    token,
    body: { response, ...(name === undefined ? {} : { name }) },
  });
  if (added.statusCode !== 201) throw new Error(`adding a passkey: ${added.body}`);
  const { passkey: row, token: newToken, recoveryCodes = [] } = added.json();
  return { passkey, id: row.id, token: newToken, recoveryCodes };
}

/** Logs in with a passkey, or tries to. */
export async function logInWith(app: AccountsApp, passkey: SoftwarePasskey, deviation?: Deviation): Promise<Response> {
  const { options, flow } = (await app.ask('POST', 'log-in/passkey/options')).json();
  return app.ask('POST', 'log-in/passkey', { body: { flow, response: passkey.answer(options, deviation) } });
}

/** Good requests for the endpoints of passkeys and of logging in by mail. Nobody in them has a password: nothing is hashed. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createId, createToken, hashToken } from '../../main/foundation/tokens.ts';
import { must } from '../support/api-session.ts';
import { createSoftwarePasskey, type SoftwarePasskey } from '../support/authenticator.ts';
import type { Example, World } from './route-examples.ts';

const base = '/v1/accounts';

interface Somebody {
  id: string;
  email: string;
  token: string;
}

interface Holder extends Somebody {
  passkey: SoftwarePasskey;
  passkeyId: string;
}

async function inDatabase({ databaseUrl }: World, ...statements: [text: string, params: unknown[]][]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const [text, params] of statements) await client.query(text, params);
  } finally {
    await client.end();
  }
}

async function newSomebody(world: World): Promise<Somebody> {
  const [id, token, email] = [createId(), createToken(), `${randomUUID()}@example.com`];
  await inDatabase(
    world,
    [
      'insert into aquifer_accounts.users (id, email, email_key, email_verified_at) values ($1, $2, $2, now())',
      [id, email],
    ],
    [
      `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at, methods)
       values ($1, $2, $3, now() + interval '1 day', now() + interval '1 day', '{mail}')`,
      [createId(), id, hashToken(token)],
    ],
  );
  return { id, email, token };
}

async function registration(world: World, { token }: Somebody, passkey: SoftwarePasskey): Promise<object> {
  const path = `${base}/passkeys/registration-options`;
  const { options } = await must<{ options: never }>(world.url, 'POST', path, { token });
  // The page's own origin, as the server was told it is.
  return { name: 'Blue key', response: passkey.register(options) };
}

async function newHolder(world: World): Promise<Holder> {
  const somebody = await newSomebody(world);
  const passkey = newPasskey();
  const body = await registration(world, somebody, passkey);
  const added = await must<{ passkey: { id: string }; token: string }>(world.url, 'POST', `${base}/passkeys`, {
    token: somebody.token,
    body,
  });
  return { ...somebody, token: added.token, passkey, passkeyId: added.passkey.id };
}

/** Where BASE_URL is not set, it is made of the port that was asked for: any. */
const newPasskey = () => createSoftwarePasskey('http://localhost:0');

async function ownPasskey(world: World): Promise<Required<Pick<Example, 'token' | 'params'>>> {
  const { token, passkeyId } = await newHolder(world);
  return { token, params: { id: passkeyId } };
}

async function passkeyLogIn(world: World): Promise<Example> {
  const { passkey } = await newHolder(world);
  const path = `${base}/log-in/passkey/options`;
  const { options, flow } = await must<{ options: never; flow: string }>(world.url, 'POST', path);
  return { body: { flow, response: passkey.answer(options), transport: 'bearer' } };
}

async function waitingLogIn(world: World): Promise<Example> {
  const { id } = await newHolder(world);
  const challenge = createToken();
  await inDatabase(world, [
    `insert into aquifer_accounts.log_in_challenges (token_hash, user_id, password_version, methods, transport, expires_at)
     values ($1, $2, 1, '{password}', 'bearer', now() + interval '10 minutes')`,
    [hashToken(challenge), id],
  ]);
  return { body: { challenge } };
}

async function mailLink(world: World): Promise<Example> {
  const { id, email } = await newSomebody(world);
  const [token, attempt] = [createToken(), createToken()];
  await inDatabase(world, [
    `insert into aquifer_accounts.mail_log_ins (id, browser_hash, email_key, user_id, token_hash, expires_at)
     values ($1, $2, $3, $4, $5, now() + interval '10 minutes')`,
    [createId(), hashToken(attempt), email, id, hashToken(token)],
  ]);
  return { body: { token, attempt, transport: 'bearer' } };
}

/** By the mail itself: the code is encrypted with a key that only the server has. */
async function mailCode(world: World): Promise<Example> {
  const { operator: token, url } = world;
  const { email } = await newSomebody(world);
  const { attempt } = await must<{ attempt: string }>(url, 'POST', `${base}/log-in/mail`, { body: { email } });
  for (let time = 0; time < 100; time += 1, await sleep(50)) {
    const { mails } = await must<{ mails: { to: string; text: string }[] }>(url, 'GET', `${base}/mailbox`, { token });
    const code = /: (\d{6})\./.exec(mails.find(({ to }) => to === email)?.text ?? '')?.[1];
    if (code !== undefined) return { body: { code, attempt, transport: 'bearer' } };
  }
  throw new Error(`no code came to ${email}`);
}

export const passkeyExamples: Record<string, (world: World) => Example | Promise<Example>> = {
  postAccountsPasskeys: async (world) => {
    const somebody = await newSomebody(world);
    return { token: somebody.token, body: await registration(world, somebody, newPasskey()) };
  },
  patchAccountsPasskeysById: async (world) => ({ ...(await ownPasskey(world)), body: { name: 'Green key' } }),
  deleteAccountsPasskeysById: ownPasskey,
  postAccountsLogInPasskey: passkeyLogIn,
  postAccountsLogInSecondFactorPasskeyOptions: waitingLogIn,
  postAccountsStepUpPasskeyOptions: async (world) => ({ token: (await newHolder(world)).token }),
  postAccountsLogInMail: () => ({ body: { email: `${randomUUID()}@example.com`, transport: 'bearer' } }),
  postAccountsLogInMailLink: mailLink,
  postAccountsLogInMailCode: mailCode,
};

/** Who may call what, said a second time. */
export const passkeysForEveryone = [
  ...['postAccountsLogInPasskeyOptions', 'postAccountsLogInPasskey', 'postAccountsLogInSecondFactorPasskeyOptions'],
  ...['postAccountsLogInMail', 'postAccountsLogInMailLink', 'postAccountsLogInMailCode'],
];
export const passkeysForUsers = [
  ...['getAccountsPasskeys', 'postAccountsPasskeys', 'postAccountsPasskeysRegistrationOptions'],
  ...['patchAccountsPasskeysById', 'deleteAccountsPasskeysById', 'postAccountsStepUpPasskeyOptions'],
];

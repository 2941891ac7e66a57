/**
 * Passkeys as browsers really make and use them: Chromium with an authenticator of its own (the WebAuthn domain of its protocol
 * for tools). Only the browser's part happens in the page; what goes to the server is sent from here.
 */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startApp } from '../../main/app.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { createId, createToken, hashToken } from '../../main/foundation/tokens.ts';
import { tokenIn } from '../support/accounts.ts';
import { type Answer, call } from '../support/api-session.ts';
import { launchBrowser } from '../support/browser.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { findFreePort } from '../support/free-port.ts';

const base = '/v1/accounts';
let url: string;
let database: pg.Client;
let browser: Browser;
let page: Page;
let tools: CDPSession;
let authenticatorId: string;

beforeAll(async () => {
  const testDatabase = await createTestDatabase();
  atEndOfFile(() => testDatabase.drop());
  const environment = { DATABASE_URL: testDatabase.url, PORT: String(await findFreePort()), HASH_THREADS: '1' };
  // Nothing here is about the monitor, nor about what it says.
  const quiet = { ...environment, AQUIFER_SAMPLER: 'false' };
  const app = await startApp({ environment: quiet, logger: createLogger({ level: 'silent' }) });
  atEndOfFile(() => app.stop());
  url = app.url;
  database = new pg.Client({ connectionString: testDatabase.url });
  await database.connect();
  atEndOfFile(() => database.end());
  browser = await launchBrowser();
  atEndOfFile(() => browser.close());
});

beforeEach(async () => {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  page = await context.newPage();
  // Any page of the server's origin will do: passkeys belong to the origin.
  await page.goto(`${url}/health/live`);
  tools = await context.newCDPSession(page);
  await tools.send('WebAuthn.enable');
  authenticatorId = await addAuthenticator();
});

async function addAuthenticator(): Promise<string> {
  const made = { protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true } as const;
  const options = { ...made, hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  return (await tools.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId;
}

interface Person {
  id: string;
  email: string;
  token: string;
}

/** Somebody who is logged in and has no password. */
async function newPerson(): Promise<Person> {
  const [id, token, email] = [createId(), createToken(), `${randomUUID()}@example.com`];
  const users =
    'insert into aquifer_accounts.users (id, email, email_key, email_verified_at) values ($1, $2, $2, now())';
  await database.query(users, [id, email]);
  await database.query(
    `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at, methods)
     values ($1, $2, $3, now() + interval '1 day', now() + interval '1 day', '{mail}')`,
    [createId(), id, hashToken(token)],
  );
  return { id, email, token };
}

const post = (path: string, body?: unknown, token?: string): Promise<Answer> =>
  call(url, 'POST', `${base}/${path}`, { body, ...(token === undefined ? {} : { token }) });
const optionsOf = async (path: string, body?: unknown, token?: string) =>
  (await post(path, body, token)).body as { options: PublicKeyCredentialRequestOptionsJSON; flow: string };

/** What the page's script does to make a passkey; resolves with the error's name where the browser refuses. */
function create(options: unknown): Promise<object | string> {
  return page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json as PublicKeyCredentialCreationOptionsJSON);
    try {
      const made = await navigator.credentials.create({ publicKey });
      return (made as PublicKeyCredential).toJSON();
    } catch (error) {
      return (error as Error).name;
    }
  }, options);
}

/** The same to answer with one. */
function answer(options: unknown, mediation?: 'conditional', asker = page): Promise<object | string> {
  return asker.evaluate(
    async ({ json, how }) => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json as PublicKeyCredentialRequestOptionsJSON);
      try {
        const given = await navigator.credentials.get({ publicKey, ...(how ? { mediation: how } : {}) });
        return (given as PublicKeyCredential).toJSON();
      } catch (error) {
        return (error as Error).name;
      }
    },
    { json: options, how: mediation },
  );
}

async function addPasskey({ token }: Person): Promise<{ id: string; token: string }> {
  const { options } = await optionsOf('passkeys/registration-options', undefined, token);
  const added = await post('passkeys', { response: await create(options) }, token);
  expect(added).toMatchObject({ status: 201 });
  const { passkey, token: fresh } = added.body as { passkey: { id: string }; token: string };
  return { id: passkey.id, token: fresh };
}

async function logIn(mediation?: 'conditional'): Promise<Answer> {
  const { options, flow } = await optionsOf('log-in/passkey/options');
  return post('log-in/passkey', { flow, response: await answer(options, mediation) });
}

const credentials = async () => (await tools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

test('a passkey is made, logs in without a name or a password, and counts as two factors', async () => {
  const person = await newPerson();
  const added = await addPasskey(person);
  const [kept] = await credentials();
  expect(kept).toMatchObject({ isResidentCredential: true, rpId: 'localhost' });
  expect(Buffer.from(kept?.userHandle ?? '', 'base64').toString('hex')).toBe(person.id.replaceAll('-', ''));
  const { status, body } = await logIn();
  expect(status).toBe(200);
  expect(body).toMatchObject({ user: { id: person.id }, session: { methods: ['passkey'] } });
  const listed = await call(url, 'GET', `${base}/passkeys`, { token: (body as { token: string }).token });
  expect(listed.body).toMatchObject({ passkeys: [{ id: added.id, transports: ['internal'] }] });
});

test('it is offered in the address field, where the browser can (conditional mediation)', async () => {
  const person = await newPerson();
  await addPasskey(person);
  expect(await page.evaluate(() => PublicKeyCredential.isConditionalMediationAvailable())).toBe(true);
  expect((await logIn('conditional')).body).toMatchObject({ user: { id: person.id } });
});

test('nothing is made, and nothing answered, where the authenticator could not verify its user', async () => {
  const person = await newPerson();
  await addPasskey(person);
  await tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  const { options } = await optionsOf('log-in/passkey/options');
  expect(await answer(options)).toBe('NotAllowedError');
});

test('the same authenticator makes no second one for the same account', async () => {
  const person = await newPerson();
  const { token } = await addPasskey(person);
  const { options } = await optionsOf('passkeys/registration-options', undefined, token);
  expect(await create(options)).toBe('InvalidStateError');
});

test('a passkey that was removed logs in no more', async () => {
  const person = await newPerson();
  const { id, token } = await addPasskey(person);
  expect((await call(url, 'DELETE', `${base}/passkeys/${id}`, { token })).status).toBe(204);
  expect(await logIn()).toMatchObject({ status: 401, body: { code: 'passkey_refused' } });
});

test('a copy of a passkey is found out by its count', async () => {
  const person = await newPerson();
  await addPasskey(person);
  const [original] = await credentials();
  if (!original) throw new Error('there is no credential');
  for (let time = 0; time < 2; time += 1) expect((await logIn()).status).toBe(200);
  // The copy was made before those log-ins: it still counts from there.
  await tools.send('WebAuthn.removeCredential', { authenticatorId, credentialId: original.credentialId });
  await tools.send('WebAuthn.addCredential', { authenticatorId, credential: original });
  expect(await logIn()).toMatchObject({ status: 401, body: { code: 'passkey_refused' } });
  const { rows } = await database.query(
    `select outcome from aquifer_accounts.audit_events where action = 'passkey.copy_suspected' and subject_id = $1`,
    [person.id],
  );
  expect(rows).toEqual([{ outcome: 'refused' }]);
});

describe('a page of another origin', () => {
  test('on another port of the same host, which browsers let ask: its answer is refused', async () => {
    const person = await newPerson();
    await addPasskey(person);
    const phisher = createServer((_request, response) => response.end('log in here'));
    phisher.listen(0, 'localhost');
    await once(phisher, 'listening');
    onTestFinished(() => void phisher.close());
    const { options, flow } = await optionsOf('log-in/passkey/options');
    await page.goto(`http://localhost:${(phisher.address() as AddressInfo).port}/`);
    const response = await answer(options);
    expect(response).toBeTypeOf('object');
    expect(await post('log-in/passkey', { flow, response })).toMatchObject({
      status: 401,
      body: { code: 'passkey_refused' },
    });
    await page.goto(`${url}/health/live`);
    expect((await logIn()).status).toBe(200);
  });

  test('under another name is refused by the browser already', async () => {
    const { options } = await optionsOf('log-in/passkey/options');
    await page.goto(url.replace('localhost', '127.0.0.1').concat('/health/live'));
    expect(await answer(options)).toBe('SecurityError');
  });
});

test('after a link from a mail it is the second factor, and before something sensitive the fresh proof', async () => {
  const person = await newPerson();
  await addPasskey(person);
  const { attempt } = (await post('log-in/mail', { email: person.email })).body as { attempt: string };
  const text = `select body_text as text from aquifer_accounts.mailbox where recipient = $1 and template = 'log_in'`;
  const token = await vi.waitFor(
    async () => tokenIn((await database.query(text, [person.email])).rows[0]?.text ?? ''),
    5_000,
  );
  const half = (await post('log-in/mail/link', { token, attempt })).body as { secondFactor: { challenge: string } };
  const { challenge } = half.secondFactor;
  const { options } = await optionsOf('log-in/second-factor/passkey-options', { challenge });
  const signed = await post('log-in/second-factor', { challenge, passkey: await answer(options) });
  expect(signed.body).toMatchObject({ user: { id: person.id }, session: { methods: ['mail', 'passkey'] } });

  await database.query(
    `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 hour' where user_id = $1`,
    [person.id],
  );
  const { token: stale } = signed.body as { token: string };
  const refused = await post('passkeys/registration-options', undefined, stale);
  expect(refused.body).toMatchObject({ code: 'step_up_required' });
  const { options: proof } = await optionsOf('step-up/passkey-options', undefined, stale);
  const raised = await post('step-up', { passkey: await answer(proof) }, stale);
  const { token: fresh } = raised.body as { token: string };
  expect((await post('passkeys/registration-options', undefined, fresh)).status).toBe(200);
});

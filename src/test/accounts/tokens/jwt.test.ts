import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, BASE_URL, createAccountsApp, GOOD_PASSWORD } from '../../support/accounts.ts';
import { newPerson } from '../../support/people.ts';

const AUDIENCE = 'https://search.example';
let app: AccountsApp;
let operator: { user: { id: string }; token: string };
beforeAll(async () => {
  app = await createAccountsApp({ environment: { JWT_AUDIENCES: `${AUDIENCE},billing`, JWT_LIFETIME_MS: '60000' } });
  operator = await app.operator();
});
afterAll(() => app.close());

const make = (audience: unknown = AUDIENCE, token = operator.token) =>
  app.ask('POST', 'tokens/jwt', { token, body: { audience } });
const wellKnown = (name: string) => app.server.fastify.inject({ method: 'GET', url: `/.well-known/${name}` });
const keySet = async (): Promise<JSONWebKeySet> => (await wellKnown('jwks.json')).json();
const verify = async (token: string, audience = AUDIENCE) =>
  jwtVerify(token, createLocalJWKSet(await keySet()), {
    ...{ issuer: BASE_URL, audience, typ: 'at+jwt', algorithms: ['ES256'] },
    requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
  });
const tokenFor = async () => (await make()).json().token as string;

interface Key {
  id: string;
  isSigning: boolean;
}
const listKeys = async (): Promise<Key[]> =>
  (await app.ask('GET', 'signing-keys', { token: operator.token })).json().keys;

describe('a short token', () => {
  test('is verified by the published keys alone, and says who, by what session and what was proven', async () => {
    const { token, expiresAt } = (await make()).json();
    const { payload, protectedHeader } = await verify(token);
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    const [session] = (await app.ask('GET', 'sessions', { token: operator.token })).json().sessions;
    expect(payload).toMatchObject({
      ...{ iss: BASE_URL, aud: AUDIENCE, sub: operator.user.id, sid: session.id, role: 'operator' },
      ...{ acr: 'aal1', amr: ['password'], permissions: [] },
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
    expect(expiresAt).toBe(new Date(Number(payload.exp) * 1_000).toISOString());
    expect(Math.abs(Number(payload.auth_time) - Date.now() / 1_000)).toBeLessThan(60);
  });

  test('is for one service: another refuses it', async () => {
    await expect(verify(await tokenFor(), 'billing')).rejects.toThrow('"aud"');
  });

  test('opens nothing here', async () => {
    expect((await app.ask('GET', 'me', { token: await tokenFor() })).statusCode).toBe(401);
  });

  test('says nothing secret', async () => {
    const token = await tokenFor();
    const text = JSON.stringify([decodeJwt(token), decodeProtectedHeader(token)]);
    expect(text).not.toContain(operator.token);
    expect(text).not.toContain('operator@example.com');
  });

  test('reg/D8-truncated-token-is-refused: a token with its end cut off, or changed anywhere, is not verified', async () => {
    const token = await tokenFor();
    await expect(verify(token.slice(0, -1))).rejects.toThrow();
    const [header, , signature] = token.split('.');
    const payload = Buffer.from(JSON.stringify({ ...decodeJwt(token), role: 'operator', sub: 'x' })).toString(
      'base64url',
    );
    await expect(verify(`${header}.${payload}.${signature}`)).rejects.toThrow();
  });

  test.each([
    ['a service that is not listed', 'https://evil.example', 422, 'audience_unknown'],
    ['a part of a listed one', 'https://search.exampl', 422, 'audience_unknown'],
    ['a list', [AUDIENCE], 400, 'invalid_input'],
  ])('is refused for %s', async (_name, audience, status, code) => {
    const answer = await make(audience);
    expect({ status: answer.statusCode, code: answer.json().code }).toEqual({ status, code });
  });

  test('an ended session makes none', async () => {
    const token = await app.logIn('operator@example.com');
    await app.ask('POST', 'log-out', { token });
    expect((await make(AUDIENCE, token)).statusCode).toBe(401);
  });
});

describe('the keys', () => {
  test('publish no private half, and the stored one is sealed', async () => {
    await tokenFor();
    const { keys } = await keySet();
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    const rows = await app.sql<{ sealed: string }>(
      `select encode(sealed_jwk, 'escape') as sealed from aquifer_accounts.signing_keys`,
    );
    for (const { sealed } of rows) expect(sealed).not.toContain('"d"');
  });

  test('the metadata names the issuer and where the keys are', async () => {
    expect((await wellKnown('openid-configuration')).json()).toMatchObject({
      issuer: BASE_URL,
      jwks_uri: `${BASE_URL}/.well-known/jwks.json`,
    });
  });

  test('the next one is published a day before it signs, and tokens of the one before stay good', async () => {
    await app.runService('signing keys');
    const before = await tokenFor();
    const [current] = await listKeys();
    expect(await listKeys()).toHaveLength(1);
    const shift = (interval: string) =>
      app.sql(
        `update aquifer_accounts.signing_keys
         set signs_from = signs_from - $1::interval, signs_until = signs_until - $1::interval,
           published_until = published_until - $1::interval`,
        [interval],
      );
    await shift('29 days 1 hour');
    await app.runService('signing keys');
    const announced = await listKeys();
    expect(announced.map(({ isSigning }) => isSigning)).toEqual([false, true]);
    expect(decodeProtectedHeader(await tokenFor()).kid).toBe(current?.id);
    // Once more changes nothing: the next one is there.
    await app.runService('signing keys');
    expect(await listKeys()).toHaveLength(2);

    await shift('23 hours');
    await app.sql(
      `update aquifer_accounts.signing_keys set published_until = now() + interval '1 hour' where id = $1`,
      [current?.id],
    );
    const next = await tokenFor();
    expect(decodeProtectedHeader(next).kid).toBe(announced[0]?.id);
    await verify(next);
    await verify(before);

    await app.sql('update aquifer_accounts.signing_keys set published_until = now() where id = $1', [current?.id]);
    await expect(verify(before)).rejects.toThrow('no applicable key');
    await app.runService('signing keys');
    const left = await app.sql('select id from aquifer_accounts.signing_keys where id = $1', [current?.id]);
    expect(left).toEqual([]);
  });

  test('one that is withdrawn verifies nothing any more, and another signs at once', async () => {
    const before = await tokenFor();
    const kid = decodeProtectedHeader(before).kid;
    const answer = await app.ask('DELETE', `signing-keys/${kid}`, { token: operator.token });
    expect(answer.statusCode).toBe(204);
    await expect(verify(before)).rejects.toThrow('no applicable key');
    const after = await tokenFor();
    expect(decodeProtectedHeader(after).kid).not.toBe(kid);
    await verify(after);
    const again = await app.ask('DELETE', `signing-keys/${kid}`, { token: operator.token });
    expect(again.json().code).toBe('signing_key_not_found');
    const [noted] = await app.sql(
      `select subject_id from aquifer_accounts.audit_events where action = 'signing_key.revoked'`,
    );
    expect(noted).toEqual({ subject_id: kid });
  });

  test('neither seen nor withdrawn by who may change users, nor by an operator’s key', async () => {
    const helper = await newPerson(app, { permissions: ['accounts.read', 'accounts.write'] });
    const body = { name: 'program', scopes: ['accounts.read', 'accounts.write'] };
    const { token: ofOperator } = await newPerson(app, { role: 'operator' });
    const { key } = (await app.ask('POST', 'api-keys', { token: ofOperator, body })).json();
    const kid = decodeProtectedHeader(await tokenFor()).kid;
    for (const token of [helper.token, key]) {
      expect((await app.ask('GET', 'signing-keys', { token })).statusCode).toBe(403);
      expect((await app.ask('DELETE', `signing-keys/${kid}`, { token })).statusCode).toBe(403);
    }
  });

  test('servers that need the first one at the same moment make one', async () => {
    await app.sql('delete from aquifer_accounts.signing_keys');
    const tokens = await Promise.all(Array.from({ length: 8 }, tokenFor));
    expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size).toBe(1);
    expect(await listKeys()).toHaveLength(1);
  });

  test('one that was sealed with a lost secret key is passed over', async () => {
    const kid = decodeProtectedHeader(await tokenFor()).kid;
    const lost = '01900000-0000-7000-8000-000000000000';
    await app.sql('delete from aquifer_accounts.signing_keys');
    await app.sql(
      `insert into aquifer_accounts.signing_keys
         (id, algorithm, public_jwk, sealed_jwk, signs_from, signs_until, published_until)
       values ($1, 'ES256', '{}', $2, now(), now() + interval '1 day', now() + interval '2 days')`,
      [lost, Buffer.from('sealed by somebody else')],
    );
    const next = decodeProtectedHeader(await tokenFor()).kid;
    expect([kid, lost]).not.toContain(next);
    expect(app.log.join('')).toContain('cannot be opened');
    await app.sql('delete from aquifer_accounts.signing_keys where id = $1', [lost]);
  });
});

test('EdDSA signs as well', async () => {
  const other = await createAccountsApp({ environment: { JWT_AUDIENCES: AUDIENCE, JWT_ALGORITHM: 'EdDSA' } });
  try {
    const { token } = await other.operator();
    const made = (await other.ask('POST', 'tokens/jwt', { token, body: { audience: AUDIENCE } })).json();
    const keys = (await other.server.fastify.inject({ method: 'GET', url: '/.well-known/jwks.json' })).json();
    const { protectedHeader } = await jwtVerify(made.token, createLocalJWKSet(keys), { audience: AUDIENCE });
    expect(protectedHeader.alg).toBe('EdDSA');
  } finally {
    await other.close();
  }
});

test('without JWT_AUDIENCES nothing is signed and nothing published', async () => {
  const off = await createAccountsApp();
  try {
    await off.accounts.createUser({ email: 'a@example.com', password: GOOD_PASSWORD, role: 'user' });
    const token = await off.logIn('a@example.com');
    const answer = await off.ask('POST', 'tokens/jwt', { token, body: { audience: AUDIENCE } });
    expect({ status: answer.statusCode, code: answer.json().code }).toEqual({ status: 404, code: 'jwt_off' });
    await off.runService('signing keys');
    expect(await off.sql('select id from aquifer_accounts.signing_keys')).toEqual([]);
    const keys = await off.server.fastify.inject({ method: 'GET', url: '/.well-known/jwks.json' });
    expect(keys.json()).toEqual({ keys: [] });
  } finally {
    await off.close();
  }
});

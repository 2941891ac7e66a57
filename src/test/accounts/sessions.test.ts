import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccountsApp, cookieIn, createAccountsApp, GOOD_PASSWORD } from '../support/accounts.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

let email = '';
let count = 0;
beforeEach(async () => {
  count += 1;
  email = `user${count}@example.com`;
  await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
});

const me = (token: string) => app.ask('GET', 'me', { token });
const isAlive = async (token: string) => {
  const { statusCode } = await app.ask('GET', 'sessions', { token });
  expect([200, 401]).toContain(statusCode);
  return statusCode === 200;
};
const logInByCookie = async () => {
  const body = { email, password: GOOD_PASSWORD, transport: 'cookie' };
  return cookieIn(await app.ask('POST', 'log-in', { body })) ?? '';
};

describe('the token', () => {
  test('is stored as a hash alone', async () => {
    const token = await app.logIn(email);
    const rows = await app.sql<{ hash: Buffer }>('select token_hash as hash from aquifer_accounts.sessions');
    expect(rows.some(({ hash }) => hash.toString('utf8').includes(token))).toBe(false);
    expect(rows.every(({ hash }) => hash.length === 32)).toBe(true);
  });

  test.each(['x', 'x'.repeat(43), 'a\u00e9', '../../etc', 'x'.repeat(5000)])('401 for rubbish', async (token) => {
    expect((await me(encodeURIComponent(token))).statusCode).toBe(401);
  });

  test('reg/D8-truncated-token-is-refused: 401 for a token with its end cut off, or with more behind it', async () => {
    const token = await app.logIn(email);
    expect((await me(token.slice(0, -1))).statusCode).toBe(401);
    expect((await me(`${token}A`)).statusCode).toBe(401);
    expect((await me(token)).statusCode).toBe(200);
  });

  test('a session check is one statement', async () => {
    const token = await app.logIn(email);
    app.statements.length = 0;
    await app.ask('GET', 'sessions', { token });
    expect(app.statements).toEqual(['accounts.findSession', 'accounts.listSessions']);
  });
});

describe('the end of a session', () => {
  test.each([
    ['unused for too long', `expires_at = now()`],
    ['older than its lifetime', `expires_at = now(), lifetime_ends_at = now()`],
  ])('401 when %s', async (_what, change) => {
    const token = await app.logIn(email);
    await app.sql(
      `update aquifer_accounts.sessions set ${change} where user_id in (select id from aquifer_accounts.users where email = $1)`,
      [email],
    );
    expect(await isAlive(token)).toBe(false);
  });

  test('use moves the idle end on, never past the lifetime', async () => {
    const token = await app.logIn(email);
    const { session } = (await me(token)).json();
    const where = `where id = '${session.id}'`;
    await app.sql(
      `update aquifer_accounts.sessions set last_used_at = now() - interval '2 minutes', expires_at = now() + interval '1 second' ${where}`,
    );
    await me(token);
    await app.runService('session use');
    const read = `select extract(epoch from expires_at - now())::float8 as left, extract(epoch from now() - last_used_at)::float8 as unused from aquifer_accounts.sessions ${where}`;
    const [moved] = await app.sql<{ left: number; unused: number }>(read);
    expect(moved?.left).toBeGreaterThan(6 * 86_400);
    expect(moved?.unused).toBeLessThan(5);
    await app.sql(
      `update aquifer_accounts.sessions set last_used_at = now() - interval '2 minutes', expires_at = now() + interval '1 second', lifetime_ends_at = now() + interval '1 minute' ${where}`,
    );
    await me(token);
    await app.runService('session use');
    const [bounded] = await app.sql<{ left: number }>(read);
    expect(bounded?.left).toBeLessThan(61);
  });

  test('use is written at most once a minute, and not by the request', async () => {
    const token = await app.logIn(email);
    app.statements.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => me(token)));
    await app.runService('session use');
    expect(app.statements).not.toContain('accounts.touchSessions');
  });

  test('reg/D1-logged-out-is-over: log-out kills the token at the server', async () => {
    const token = await app.logIn(email);
    expect((await app.ask('POST', 'log-out', { token })).statusCode).toBe(204);
    expect(await isAlive(token)).toBe(false);
  });

  test('log-out clears the cookie and leaves the storage of others alone', async () => {
    const cookie = await logInByCookie();
    const answer = await app.ask('POST', 'log-out', { cookie });
    expect(cookieIn(answer)).toBe('');
    expect(answer.headers['clear-site-data']).toBe('"cache"');
    expect((await app.ask('GET', 'me', { cookie })).statusCode).toBe(401);
  });

  test('log-out is never refused', async () => {
    expect((await app.ask('POST', 'log-out')).statusCode).toBe(204);
    expect((await app.ask('POST', 'log-out', { token: 'rubbish' })).statusCode).toBe(204);
  });

  test('a disabled user’s session dies at once, and an enabled user’s does not come back', async () => {
    const token = await app.logIn(email);
    const { user } = (await me(token)).json();
    const operator = await app.operator();
    const set = (disabled: boolean) =>
      app.ask('PATCH', `users/${user.id}`, { token: operator.token, body: { disabled } });
    expect((await set(true)).json().user.disabled).toBe(true);
    expect(await isAlive(token)).toBe(false);
    expect((await set(false)).json().user.disabled).toBe(false);
    expect(await isAlive(token)).toBe(false);
  });

  test('reg/D9-a-disabled-user-has-no-session: even one that outlived the disabling is worth nothing', async () => {
    const token = await app.logIn(email);
    await app.sql('update aquifer_accounts.users set disabled_at = now() where email = $1', [email]);
    expect(await isAlive(token)).toBe(false);
  });
});

describe('nothing of a session is the client’s to say', () => {
  test('reg/D6-expiry-is-checked-every-time: a session that was good a moment ago is over when its time is', async () => {
    const token = await app.logIn(email);
    for (let round = 0; round < 3; round += 1) expect(await isAlive(token)).toBe(true);
    const { session } = (await me(token)).json();
    const change = (what: string) =>
      app.sql(`update aquifer_accounts.sessions set ${what} where id = $1`, [session.id]);
    await change(`last_used_at = now() - interval '2 minutes'`);
    // Its use is to be noted; what is noted after its end must not bring it back.
    expect(await isAlive(token)).toBe(true);
    await change('expires_at = now()');
    expect(await isAlive(token)).toBe(false);
    await app.runService('session use');
    expect(await isAlive(token)).toBe(false);
  });

  const serverFields = [
    ...['id', 'userId', 'user_id', 'role', 'expiresAt', 'expires_at', 'lifetimeEndsAt', 'methods', 'authenticatedAt'],
    ...['impersonatorId', 'sessionToken', 'permissions', 'place', 'device', 'current'],
  ];
  test.each(serverFields)('reg/D6-server-fields-cannot-be-written: %s', async (field) => {
    const value = field === 'methods' || field === 'permissions' ? ['totp'] : 'x';
    const body = { email, password: GOOD_PASSWORD, [field]: value };
    const answer = await app.ask('POST', 'log-in', { body });
    expect({ status: answer.statusCode, code: answer.json().code }).toEqual({ status: 400, code: 'invalid_input' });
    expect(answer.json().errors).toMatchObject([{ field }]);
  });

  test('reg/D6-a-foreign-session-cannot-be-touched: neither ended nor renewed by who has only its id', async () => {
    const mine = await app.logIn(email);
    const stranger = await app.operator();
    const { session } = (await me(stranger.token)).json();
    expect((await app.ask('DELETE', `sessions/${session.id}`, { token: mine })).statusCode).toBe(404);
    const renewed = await app.ask('POST', 'sessions/rotate', { token: mine, body: { sessionId: session.id } });
    expect((await me(renewed.json().token)).json().user.email).toBe(email);
    await app.ask('DELETE', 'sessions', { token: mine });
    await app.ask('POST', 'sessions/revoke-all', { token: mine });
    expect(await isAlive(stranger.token)).toBe(true);
  });
});

describe('one’s own sessions', () => {
  test('are listed newest first, the one that asks marked', async () => {
    const first = await app.logIn(email);
    const second = await app.logIn(email, GOOD_PASSWORD, { headers: { 'user-agent': 'a browser' } });
    const { sessions } = (await app.ask('GET', 'sessions', { token: second })).json();
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toMatchObject({ current: true, userAgent: 'a browser', ip: '127.0.0.1' });
    expect(sessions[1].current).toBe(false);
    expect(JSON.stringify(sessions)).not.toContain(first);
    expect(Object.keys(sessions[0]).sort()).toEqual([
      'acr',
      'authenticatedAt',
      'createdAt',
      'current',
      'device',
      'expiresAt',
      'id',
      'ip',
      'isImpersonated',
      'lastUsedAt',
      'methods',
      'place',
      'userAgent',
    ]);
  });

  test('end one by one; another user’s is a 404', async () => {
    const [mine, other] = [await app.logIn(email), await app.logIn(email)];
    const { session } = (await me(other)).json();
    const stranger = await app.operator();
    expect((await app.ask('DELETE', `sessions/${session.id}`, { token: stranger.token })).statusCode).toBe(404);
    expect(await isAlive(other)).toBe(true);
    expect((await app.ask('DELETE', `sessions/${session.id}`, { token: mine })).statusCode).toBe(204);
    expect(await isAlive(other)).toBe(false);
    expect((await app.ask('DELETE', `sessions/${session.id}`, { token: mine })).statusCode).toBe(404);
    expect((await app.ask('DELETE', 'sessions/nonsense', { token: mine })).statusCode).toBe(400);
  });

  test('all end at once, this one too, and the cookie with it', async () => {
    const [one, two] = [await app.logIn(email), await app.logIn(email)];
    const cookie = await logInByCookie();
    const answer = await app.ask('POST', 'sessions/revoke-all', { cookie });
    expect(answer.json()).toEqual({ revoked: 3 });
    expect(cookieIn(answer)).toBe('');
    for (const token of [one, two, cookie]) expect(await isAlive(token)).toBe(false);
  });

  test('all others end at once', async () => {
    const [mine, ...others] = [await app.logIn(email), await app.logIn(email), await app.logIn(email)];
    const answer = await app.ask('DELETE', 'sessions', { token: mine });
    expect(answer.json()).toEqual({ revoked: 2 });
    expect(await isAlive(mine)).toBe(true);
    for (const other of others) expect(await isAlive(other)).toBe(false);
  });
});

describe('rotation', () => {
  test('gives a new token; the old one is good for 60 seconds', async () => {
    const old = await app.logIn(email);
    const { token, session } = (await app.ask('POST', 'sessions/rotate', { token: old })).json();
    expect(token).not.toBe(old);
    expect([await isAlive(old), await isAlive(token)]).toEqual([true, true]);
    const [row] = await app.sql<{ grace: number }>(
      'select extract(epoch from previous_valid_until - now())::float8 as grace from aquifer_accounts.sessions where id = $1',
      [session.id],
    );
    expect(row?.grace).toBeGreaterThan(55);
    expect(row?.grace).toBeLessThanOrEqual(60);
    await app.sql('update aquifer_accounts.sessions set previous_valid_until = now() where id = $1', [session.id]);
    expect([await isAlive(old), await isAlive(token)]).toEqual([false, true]);
  });

  test('of 16 rotations with one token, exactly one makes a new one; the others are told', async () => {
    const old = await app.logIn(email);
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => app.ask('POST', 'sessions/rotate', { token: old })),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(15).fill(409)]);
    const winner = answers.find(({ statusCode }) => statusCode === 200);
    expect(await isAlive(winner?.json().token)).toBe(true);
  });

  test('log-out with the token before the rotation ends the session too', async () => {
    const old = await app.logIn(email);
    const { token } = (await app.ask('POST', 'sessions/rotate', { token: old })).json();
    await app.ask('POST', 'log-out', { token: old });
    expect(await isAlive(token)).toBe(false);
  });

  test('a cookie older than a day is renewed when the browser asks who it is, once however many ask', async () => {
    const cookie = await logInByCookie();
    expect(cookieIn(await app.ask('GET', 'me', { cookie }))).toBeUndefined();
    await app.sql(`update aquifer_accounts.sessions set rotated_at = now() - interval '25 hours'`);
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.ask('GET', 'me', { cookie })));
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    const renewed = answers.map(cookieIn).filter((value) => value !== undefined);
    expect(renewed).toHaveLength(1);
    expect(renewed[0]).not.toBe(cookie);
    expect((await app.ask('GET', 'me', { cookie: renewed[0] ?? '' })).statusCode).toBe(200);
    expect((await app.ask('GET', 'me', { cookie })).statusCode).toBe(200);
  });

  test('a bearer token is left alone', async () => {
    const token = await app.logIn(email);
    await app.sql(`update aquifer_accounts.sessions set rotated_at = now() - interval '25 hours'`);
    const answer = await me(token);
    expect(answer.json().token).toBeUndefined();
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('oneself', () => {
  test('changes one’s name', async () => {
    const token = await app.logIn(email);
    const change = (name: unknown) => app.ask('PATCH', 'me', { token, body: { name } });
    expect((await change('  Ada \u00c5ngstr\u00f6m ')).json().user.name).toBe('Ada \u00c5ngstr\u00f6m');
    expect((await change(null)).json().user.name).toBeNull();
    expect((await change('a\u0000b')).json().code).toBe('invalid_name');
    expect((await app.ask('PATCH', 'me', { token, body: { name: 'x', role: 'operator' } })).statusCode).toBe(400);
  });

  test('a page of another site cannot use the cookie', async () => {
    const cookie = await logInByCookie();
    const headers = { origin: 'https://evil.example' };
    expect((await app.ask('DELETE', 'sessions', { cookie, headers })).statusCode).toBe(403);
  });
});

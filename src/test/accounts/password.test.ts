import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AccountsApp,
  comparable,
  cookieIn,
  createAccountsApp,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
} from '../support/accounts.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

let email = '';
let ip = '';
let count = 0;
beforeEach(async () => {
  count += 1;
  email = `user${count}@example.com`;
  // A network for each test: what one uses up, the next one has.
  ip = `198.51.100.${count}`;
  await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
});

const isAlive = async (token: string) => (await app.ask('GET', 'me', { token })).statusCode === 200;
const logInStatus = async (password: string) =>
  (await app.ask('POST', 'log-in', { body: { email, password }, ip })).statusCode;
const forgot = (address: string) => app.ask('POST', 'password/forgot', { body: { email: address }, ip });
const reset = (token: string, newPassword = OTHER_PASSWORD) =>
  app.ask('POST', 'password/reset', { body: { token, newPassword }, ip });
const askForLink = async () => {
  await forgot(email);
  return app.linkTokenFor(email);
};

describe('change', () => {
  const change = (token: string, currentPassword: string, newPassword = OTHER_PASSWORD) =>
    app.ask('POST', 'password/change', { token, body: { currentPassword, newPassword }, ip });

  test('200: a new token for this session, every other ended, the old password worthless, the owner told', async () => {
    const [mine, other] = [await app.logIn(email), await app.logIn(email)];
    const answer = await change(mine, GOOD_PASSWORD);
    expect(answer.statusCode).toBe(200);
    expect(await isAlive(mine)).toBe(false);
    expect(await isAlive(other)).toBe(false);
    expect(await isAlive(answer.json().token)).toBe(true);
    expect(await logInStatus(GOOD_PASSWORD)).toBe(401);
    expect(await logInStatus(OTHER_PASSWORD)).toBe(200);
    await app.sendMail();
    expect((await app.mailsTo(email))[0]?.template).toBe('password_changed');
  });

  test('with a cookie the new token is in the cookie alone', async () => {
    const body = { email, password: GOOD_PASSWORD, transport: 'cookie' };
    const cookie = cookieIn(await app.ask('POST', 'log-in', { body })) ?? '';
    const passwords = { currentPassword: GOOD_PASSWORD, newPassword: OTHER_PASSWORD };
    const answer = await app.ask('POST', 'password/change', { cookie, body: passwords });
    expect(answer.json().token).toBeUndefined();
    const fresh = cookieIn(answer) ?? '';
    // A request under way is not refused: with that the browser would lose its new cookie. It proves nothing afresh.
    const late = await app.ask('GET', 'me', { cookie });
    expect([late.statusCode, cookieIn(late)]).toEqual([200, undefined]);
    const sensitive = await app.ask('POST', 'email', { cookie, body: { newEmail: 'other@example.com' } });
    expect(sensitive.json().code).toBe('step_up_required');
    await app.sql(
      `update aquifer_accounts.sessions set previous_valid_until = previous_valid_until - interval '10 seconds'`,
    );
    expect((await app.ask('GET', 'me', { cookie })).statusCode).toBe(401);
    expect((await app.ask('GET', 'me', { cookie: fresh })).statusCode).toBe(200);
  });

  test('422 for a wrong current password, and 429 after five', async () => {
    const token = await app.logIn(email);
    for (let round = 0; round < 5; round += 1) {
      const answer = await change(token, OTHER_PASSWORD);
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'wrong_password']);
    }
    expect((await change(token, GOOD_PASSWORD)).statusCode).toBe(429);
    // Log-in shares the count.
    expect(await logInStatus(GOOD_PASSWORD)).toBe(429);
  });

  test('422 for a new password that is refused, named by its field', async () => {
    const token = await app.logIn(email);
    const answer = await change(token, GOOD_PASSWORD, 'short');
    expect(answer.json()).toMatchObject({ code: 'password_refused', errors: [{ field: 'newPassword' }] });
    expect(await isAlive(token)).toBe(true);
  });

  test('of 5 changes at once, one is made', async () => {
    const token = await app.logIn(email);
    const passwords = Array.from({ length: 5 }, (_, index) => `${OTHER_PASSWORD} ${index}`);
    const lock = 'select from aquifer_accounts.users where email = $1 for update';
    const answers = await app.race(lock, [email], () =>
      passwords.map((password) => change(token, GOOD_PASSWORD, password)),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });

  test('makes a link to reset the password worthless', async () => {
    const link = await askForLink();
    await change(await app.logIn(email), GOOD_PASSWORD);
    expect((await reset(link, 'twelve red boats rowing')).statusCode).toBe(400);
  });
});

describe('forgot', () => {
  test('202, the same answer and statements for a known and an unknown address', async () => {
    app.statements.length = 0;
    const known = await forgot(email);
    const forKnown = app.statements.splice(0);
    const unknown = await forgot('nobody@example.com');
    expect(known.statusCode).toBe(202);
    expect(comparable(known)).toEqual(comparable(unknown));
    expect(forKnown).toEqual(app.statements);
    await app.sendMail();
    expect(await app.mailsTo('nobody@example.com')).toEqual([]);
    expect((await app.mailsTo(email))[0]?.text).toContain('http://localhost:8400/accounts/reset-password#token=');
  });

  test('429 when one network asks too often for one address, the same for an unknown one', async () => {
    const statusesFor = async (address: string) => {
      const answers = [];
      for (let round = 0; round < 6; round += 1) answers.push((await forgot(address)).statusCode);
      return answers;
    };
    expect(await statusesFor(email)).toEqual([202, 202, 202, 202, 202, 429]);
    expect(await statusesFor('nobody-else@example.com')).toEqual([202, 202, 202, 202, 202, 429]);
  });

  test('a disabled user gets no mail', async () => {
    await app.accounts.disableUser(email);
    await forgot(email);
    await app.sendMail();
    expect(await app.mailsTo(email)).toEqual([]);
  });

  test('no secret is stored but in the mail', async () => {
    const link = await askForLink();
    const [dump] = await app.sql<{ text: string }>(
      `select (select string_agg(t::text, '') from aquifer_accounts.one_time_tokens t)
         || coalesce((select string_agg(r::text, '') from aquifer_accounts.mail_requests r), '') as text`,
    );
    expect(dump?.text).not.toContain(link);
    expect(dump?.text).not.toContain(Buffer.from(link, 'base64url').toString('hex'));
  });
});

describe('reset', () => {
  test('204: every session ended, nobody logged in, the new password good', async () => {
    const session = await app.logIn(email);
    const answer = await reset(await askForLink());
    expect([answer.statusCode, answer.body, answer.headers['set-cookie']]).toEqual([204, '', undefined]);
    expect(await isAlive(session)).toBe(false);
    expect(await logInStatus(GOOD_PASSWORD)).toBe(401);
    expect(await logInStatus(OTHER_PASSWORD)).toBe(200);
  });

  test('reg/A2-reset-token-is-used-once: of 16 who bring one link at once, one sets the password', async () => {
    const link = await askForLink();
    const lock = 'select from aquifer_accounts.users where email = $1 for update';
    const answers = await app.race(lock, [email], () =>
      Array.from({ length: 16 }, (_, index) => reset(link, `${OTHER_PASSWORD} ${index}`)),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, ...Array(15).fill(400)]);
    const winner = answers.findIndex(({ statusCode }) => statusCode === 204);
    expect(await logInStatus(`${OTHER_PASSWORD} ${winner}`)).toBe(200);
  });

  test('reg/D2-reset-ends-every-session: bearer, cookie and pairs alike, whatever the caller says of himself', async () => {
    const body = { email, password: GOOD_PASSWORD };
    const cookie = cookieIn(await app.ask('POST', 'log-in', { body: { ...body, transport: 'cookie' } })) ?? '';
    const pair = (await app.ask('POST', 'log-in', { body: { ...body, transport: 'tokens' } })).json();
    const bearer = await app.logIn(email);
    const link = await askForLink();
    const extra = { token: link, newPassword: OTHER_PASSWORD, deviceId: 'mine' };
    expect((await app.ask('POST', 'password/reset', { body: extra, ip })).statusCode).toBe(400);
    expect((await reset(link)).statusCode).toBe(204);
    expect((await app.ask('GET', 'me', { cookie })).statusCode).toBe(401);
    expect(await isAlive(pair.accessToken)).toBe(false);
    expect(await isAlive(bearer)).toBe(false);
    const renewal = await app.ask('POST', 'tokens/refresh', { body: { refreshToken: pair.refreshToken } });
    expect(renewal.json().code).toBe('invalid_refresh_token');
  });

  test('a refused password does not use the link up', async () => {
    const link = await askForLink();
    const refused = await reset(link, 'short');
    expect(refused.json()).toMatchObject({ code: 'password_refused', errors: [{ field: 'newPassword' }] });
    expect((await reset(link)).statusCode).toBe(204);
  });

  test('400 for a link that a newer one replaced, one too old, one used, one for another purpose', async () => {
    const first = await askForLink();
    const second = await askForLink();
    expect((await reset(first)).json().code).toBe('invalid_link');
    await app.sql('update aquifer_accounts.one_time_tokens set expires_at = now()');
    expect((await reset(second)).json().code).toBe('invalid_link');
    const third = await askForLink();
    expect((await app.ask('POST', 'verify-email', { body: { token: third } })).json().code).toBe('invalid_link');
    expect((await reset(third)).statusCode).toBe(204);
    expect((await reset(third)).json().code).toBe('invalid_link');
    expect((await reset('x'.repeat(43))).json().code).toBe('invalid_link');
  });

  test('400 for an object in place of the token', async () => {
    const body = { token: { $regex: '.*' }, newPassword: OTHER_PASSWORD };
    expect((await app.ask('POST', 'password/reset', { body })).statusCode).toBe(400);
  });

  test('lives half an hour', async () => {
    await askForLink();
    const [row] = await app.sql<{ minutes: number }>(
      `select extract(epoch from t.expires_at - now())::float8 / 60 as minutes
       from aquifer_accounts.one_time_tokens t join aquifer_accounts.users u on u.id = t.user_id where u.email = $1`,
      [email],
    );
    expect(row?.minutes).toBeGreaterThan(29);
    expect(row?.minutes).toBeLessThanOrEqual(30);
  });

  test('the policy knows whose password it is', async () => {
    const name = 'A Very Particular Person';
    const address = 'particular@example.com';
    await app.accounts.createUser({ email: address, password: GOOD_PASSWORD, name, role: 'user' });
    await forgot(address);
    expect((await reset(await app.linkTokenFor(address), name.toLowerCase())).statusCode).toBe(422);
  });

  test('guesses of others do not keep out who has just reset his password', async () => {
    for (let round = 0; round < 6; round += 1) await logInStatus('a wrong password, again');
    expect(await logInStatus(GOOD_PASSWORD)).toBe(429);
    await reset(await askForLink());
    expect(await logInStatus(OTHER_PASSWORD)).toBe(200);
  });

  test('429 when one network tries too many links', async () => {
    const answers = [];
    for (let round = 0; round < 61; round += 1) answers.push((await reset('x'.repeat(43))).statusCode);
    expect(answers).toEqual([...Array(60).fill(400), 429]);
  });
});

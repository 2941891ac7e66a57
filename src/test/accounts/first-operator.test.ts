import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AccountsApp, cookieIn, createAccountsApp, GOOD_PASSWORD, tokenIn } from '../support/accounts.ts';

let app: AccountsApp;
beforeEach(async () => {
  app = await createAccountsApp();
});
afterEach(() => app.close());

const setUp = (token: string, email = 'first@example.com', more: object = {}) =>
  app.ask('POST', 'first-operator', { body: { token, email, password: GOOD_PASSWORD, ...more } });
const isNeeded = async () => (await app.ask('GET', 'first-operator')).json().needed;
const newLink = async () => (await app.accounts.createSetupLink()) ?? '';

test('the link makes the first operator, once, and there is none after', async () => {
  expect(await isNeeded()).toBe(true);
  const link = await newLink();
  expect(link).toMatch(/^http:\/\/localhost:8400\/console\/setup#token=[\w-]{43}$/);
  const answer = await setUp(tokenIn(link), 'first@example.com', { name: 'Ada', transport: 'cookie' });
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toMatchObject({ user: { role: 'operator', emailVerified: true, name: 'Ada' } });
  expect((await app.ask('GET', 'users', { cookie: cookieIn(answer) ?? '' })).statusCode).toBe(200);
  expect(await isNeeded()).toBe(false);
  expect(await app.accounts.createSetupLink()).toBeNull();
  expect((await setUp(tokenIn(link), 'second@example.com')).json().code).toBe('invalid_link');
});

test('of 16 who bring the link at once, one becomes operator', async () => {
  const token = tokenIn(await newLink());
  const answers = await Promise.all(Array.from({ length: 16 }, (_, index) => setUp(token, `user${index}@example.com`)));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, ...Array(15).fill(400)]);
  expect(await app.sql('select id from aquifer_accounts.users')).toHaveLength(1);
});

test('a newer link ends the older one, also when two servers start at once', async () => {
  const older = tokenIn(await newLink());
  const links = await Promise.all([newLink(), newLink(), newLink()]);
  expect(await app.sql('select purpose from aquifer_accounts.one_time_tokens')).toHaveLength(1);
  expect((await setUp(older)).json().code).toBe('invalid_link');
  const statuses = [];
  for (const link of links) statuses.push((await setUp(tokenIn(link))).statusCode);
  expect(statuses.sort()).toEqual([201, 400, 400]);
});

test('a link made before another operator came is worth nothing', async () => {
  const token = tokenIn(await newLink());
  await app.accounts.createUser({ email: 'made@example.com', password: GOOD_PASSWORD, role: 'operator' });
  expect((await setUp(token)).json().code).toBe('first_operator_exists');
});

test('409 for an address that a user has already; the link stays good for another', async () => {
  await app.signUp('user@example.com');
  const token = tokenIn(await newLink());
  expect((await setUp(token, 'user@example.com')).json().code).toBe('email_taken');
  expect((await setUp(token)).statusCode).toBe(201);
});

test('400 when the link is too old, 422 when the password is refused', async () => {
  const token = tokenIn(await newLink());
  const refused = await setUp(token, 'first@example.com', { password: 'short' });
  expect(refused.json()).toMatchObject({ code: 'password_refused', errors: [{ field: 'password' }] });
  await app.sql('update aquifer_accounts.one_time_tokens set expires_at = now()');
  expect((await setUp(token)).json().code).toBe('invalid_link');
});

test('a fresh link is made again once the last operator was disabled by hand', async () => {
  await setUp(tokenIn(await newLink()));
  await app.sql('update aquifer_accounts.users set disabled_at = now()');
  expect(await newLink()).toContain('#token=');
});

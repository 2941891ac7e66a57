import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD } from '../support/accounts.ts';

const EMAIL = 'ada@example.com';

let app: AccountsApp;
let token: string;
beforeAll(async () => {
  app = await createAccountsApp();
  await app.accounts.createUser({ email: EMAIL, password: GOOD_PASSWORD, role: 'user', name: 'Ada' });
  token = await app.logIn(EMAIL);
});
afterAll(() => app.close());

const change = (body: object) => app.ask('PATCH', 'me', { token, body });
const me = async () => (await app.ask('GET', 'me', { token })).json();

test('what is left out of a change stays as it is', async () => {
  expect((await change({ locale: 'pt-BR' })).json().user).toMatchObject({ name: 'Ada', locale: 'pt-BR' });
  expect((await change({ name: 'Ada L.' })).json().user).toMatchObject({ name: 'Ada L.', locale: 'pt-BR' });
  expect((await change({ name: null })).json().user).toMatchObject({ name: null, locale: 'pt-BR' });
  expect((await change({ locale: null })).json().user).toMatchObject({ name: null, locale: null });
});

test.each(['', 'x', '../de', 'de DE', `de${'-abcdefgh'.repeat(5)}`])('400 for the language “%s”', async (locale) => {
  expect((await change({ locale })).statusCode).toBe(400);
});

test('400 when nothing is to be changed', async () => {
  expect((await change({})).statusCode).toBe(400);
});

test('nobody acts as a user who logged in himself', async () => {
  expect(await me()).toMatchObject({ user: { secondFactors: [] }, impersonator: null });
});

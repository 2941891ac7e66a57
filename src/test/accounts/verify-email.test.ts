import { afterAll, beforeAll, expect, test } from 'vitest';
import { attempt, rules } from '../../main/accounts/throttle.ts';
import { createToken } from '../../main/foundation/tokens.ts';
import { type AccountsApp, comparable, createAccountsApp, GOOD_PASSWORD, OTHER_PASSWORD } from '../support/accounts.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

const resend = (email: string) => app.ask('POST', 'verify-email/resend', { body: { email } });
const newestTemplate = async (email: string) => {
  await app.sendMail();
  return (await app.mailsTo(email))[0]?.template;
};

test('202, the same answer and statements whatever is known of the address', async () => {
  await app.signUp('known@example.com');
  app.statements.length = 0;
  const known = await resend('known@example.com');
  const forKnown = app.statements.splice(0);
  const unknown = await resend('nobody@example.com');
  expect(known.statusCode).toBe(202);
  expect(comparable(known)).toEqual(comparable(unknown));
  expect(forKnown).toEqual(app.statements);
  expect(await newestTemplate('nobody@example.com')).toBeUndefined();
  expect(await newestTemplate('known@example.com')).toBe('account_exists');
});

test('a sign-up that waits gets a new link, and the older one dies', async () => {
  const email = 'pending@example.com';
  await app.ask('POST', 'sign-up', { body: { email, password: GOOD_PASSWORD } });
  const first = await app.linkTokenFor(email);
  await resend(email);
  const second = await app.linkTokenFor(email);
  expect((await app.ask('POST', 'verify-email', { body: { token: first } })).json().code).toBe('invalid_link');
  expect((await app.ask('POST', 'verify-email', { body: { token: second } })).statusCode).toBe(200);
});

test('with two sign-ups waiting, a stranger’s perhaps, no link to either is given out', async () => {
  const email = 'wanted@example.com';
  for (const password of [GOOD_PASSWORD, OTHER_PASSWORD]) {
    await app.ask('POST', 'sign-up', { body: { email, password } });
  }
  await app.sendMail();
  await resend(email);
  expect(await newestTemplate(email)).toBe('sign_up_again');
  expect((await app.mailsTo(email))[0]?.text).not.toContain('#token');
});

test('an existing user’s address is verified by the link, which logs in and works once', async () => {
  const email = 'later@example.com';
  await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
  await app.sql('update aquifer_accounts.users set email_verified_at = null where email = $1', [email]);
  await resend(email);
  const token = await app.linkTokenFor(email);
  const answers = await Promise.all(
    Array.from({ length: 16 }, () => app.ask('POST', 'verify-email', { body: { token } })),
  );
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(15).fill(400)]);
  const winner = answers.find(({ statusCode }) => statusCode === 200)?.json();
  expect(winner.user.emailVerified).toBe(true);
  expect((await app.ask('GET', 'me', { token: winner.token })).statusCode).toBe(200);
});

test('400 for the link of a user who was disabled since', async () => {
  const email = 'gone@example.com';
  await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
  await app.sql('update aquifer_accounts.users set email_verified_at = null where email = $1', [email]);
  await resend(email);
  const token = await app.linkTokenFor(email);
  await app.sql('update aquifer_accounts.users set disabled_at = now() where email = $1', [email]);
  expect((await app.ask('POST', 'verify-email', { body: { token } })).json().code).toBe('invalid_link');
});

test('a good link is not counted against its network; a bad one is', async () => {
  const ip = '203.0.113.200';
  const counted = async () => {
    const { key } = attempt(rules.tokenByNetwork, ip);
    const [row] = await app.sql<{ n: number }>('select attempts as n from aquifer_accounts.throttles where key = $1', [
      key,
    ]);
    return row?.n;
  };
  await app.ask('POST', 'verify-email', { body: { token: createToken() }, ip });
  expect(await counted()).toBe(1);
  const email = 'refunded@example.com';
  await app.ask('POST', 'sign-up', { body: { email, password: GOOD_PASSWORD } });
  const token = await app.linkTokenFor(email);
  expect((await app.ask('POST', 'verify-email', { body: { token }, ip })).statusCode).toBe(200);
  expect(await counted()).toBe(1);
  await app.ask('POST', 'password/forgot', { body: { email } });
  const body = { token: await app.linkTokenFor(email), newPassword: OTHER_PASSWORD };
  expect((await app.ask('POST', 'password/reset', { body, ip })).statusCode).toBe(204);
  expect(await counted()).toBe(1);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD } from '../support/accounts.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

const tables: [table: string, age: string][] = [
  ['sessions', `update aquifer_accounts.sessions set expires_at = now()`],
  ['one_time_tokens', `update aquifer_accounts.one_time_tokens set expires_at = now()`],
  ['sign_ups', `update aquifer_accounts.sign_ups set expires_at = now()`],
  ['throttles', `update aquifer_accounts.throttles set expires_at = now()`],
  ['known_networks', `update aquifer_accounts.known_networks set last_seen_at = now() - interval '91 days'`],
  ['mailbox', `update aquifer_accounts.mailbox set created_at = now() - interval '25 hours'`],
  ['mail_requests', `update aquifer_accounts.mail_requests set failed_at = now() - interval '8 days'`],
];

test('deletes what is over and leaves the rest', async () => {
  await app.accounts.createUser({ email: 'ada@example.com', password: GOOD_PASSWORD, role: 'user' });
  await app.logIn('ada@example.com');
  await app.ask('POST', 'sign-up', { body: { email: 'grace@example.com', password: GOOD_PASSWORD } });
  await app.accounts.createUser({ email: 'invited@example.com', role: 'user' });
  await app.sendMail();
  await app.ask('POST', 'password/forgot', { body: { email: 'ada@example.com' } });
  const count = async (table: string) =>
    (await app.sql<{ n: number }>(`select count(1)::integer as n from aquifer_accounts.${table}`))[0]?.n;

  for (const [table] of tables) expect([table, await count(table)]).not.toEqual([table, 0]);
  await app.runService('accounts cleanup');
  for (const [table] of tables) expect([table, await count(table)]).not.toEqual([table, 0]);
  for (const [, age] of tables) await app.sql(age);
  await app.runService('accounts cleanup');
  for (const [table] of tables) expect([table, await count(table)]).toEqual([table, 0]);
  expect(await count('users')).toBe(2);
});

test('works through more than one batch', async () => {
  await app.sql(
    `insert into aquifer_accounts.throttles (key, attempts, max_attempts, window_ms, pause_ms, pause_max_ms, counted_since, blocked_until, expires_at)
     select sha256(n::text::bytea), 1, 1, 1, 1, 1, now(), now(), now() from generate_series(1, 1234) n`,
  );
  await app.runService('accounts cleanup');
  expect(await app.sql('select key from aquifer_accounts.throttles')).toEqual([]);
});

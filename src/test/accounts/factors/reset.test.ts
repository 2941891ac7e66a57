import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { answerChallenge, challengesFor, signUpWithTotp, type TotpOwner } from '../../support/second-factor.ts';

let app: AccountsApp;
let ada: TotpOwner;
let operator: string;
beforeAll(async () => {
  app = await createAccountsApp();
  ada = await signUpWithTotp(app, 'ada@example.com');
  operator = (await app.operator()).token;
});
afterAll(() => app.close());

const reset = (id: string, token: string) => app.ask('POST', `users/${id}/factors/reset`, { token });

test('is for operators with a fresh proof', async () => {
  expect((await reset(ada.userId, ada.token)).json().code).toBe('operator_only');
  await app.sql(`update aquifer_accounts.sessions set authenticated_at = now() - interval '16 minutes'`);
  expect((await reset(ada.userId, operator)).json().code).toBe('step_up_required');
  await app.sql('update aquifer_accounts.sessions set authenticated_at = now()');
  const unknown = await reset('00000000-0000-7000-8000-000000000000', operator);
  expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'user_not_found']);
});

test('a role that may change users may not take an operator’s factors away', async () => {
  const { user: helper, token } = await app.signUp('helper@example.com');
  await app.sql(`update aquifer_accounts.users set permissions = '{accounts.write}' where id = $1`, [helper.id]);
  const { user } = await app.operator();
  const refused = await reset(user.id, token);
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'operator_only']);
});

test('takes everything that is a factor, ends every session and waiting log-in, and tells the user and the trail', async () => {
  const [challenge] = await challengesFor(app, ada.email, 1);
  await app.sql(
    `insert into aquifer_accounts.remembered_devices (id, user_id, token_hash, password_version, expires_at)
     values (gen_random_uuid(), $1, '\\x00', 1, now() + interval '1 day')`,
    [ada.userId],
  );
  expect((await reset(ada.userId, operator)).statusCode).toBe(204);
  expect((await app.ask('GET', 'me', { token: ada.token })).statusCode).toBe(401);
  const late = await answerChallenge(app, { challenge, recoveryCode: ada.recoveryCodes[0] });
  expect(late.json().code).toBe('invalid_challenge');
  const token = await app.logIn(ada.email);
  const left = (await app.ask('GET', 'factors', { token })).json();
  expect(left).toMatchObject({ totp: null, passkeys: 0, recoveryCodes: null, rememberedDevices: [] });
  await app.sendMail();
  const subjects = (await app.mailsTo(ada.email)).map(({ subject }) => subject);
  expect(subjects).toContain('Your second factors for Aquifer were removed');
  const [noted] = await app.sql<{ actor_kind: string; subject_id: string }>(
    `select actor_kind, subject_id from aquifer_accounts.audit_events where action = 'factors.reset'`,
  );
  expect(noted).toEqual({ actor_kind: 'operator', subject_id: ada.userId });
});

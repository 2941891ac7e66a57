import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccountsApp, cookieIn, createAccountsApp, GOOD_PASSWORD, type Response } from '../../support/accounts.ts';
import { codeOf, forgetSteps, signUpWithTotp, type TotpOwner } from '../../support/second-factor.ts';

let app: AccountsApp;
let ada: TotpOwner;
let token: string;
beforeAll(async () => {
  app = await createAccountsApp();
  ada = await signUpWithTotp(app, 'ada@example.com');
  token = ada.token;
});
afterAll(() => app.close());
beforeEach(() => forgetSteps(app));

const stepUp = async (body: object, as = token): Promise<Response> => app.ask('POST', 'step-up', { token: as, body });
const age = () => app.sql(`update aquifer_accounts.sessions set authenticated_at = now() - interval '16 minutes'`);
const sensitive = (as: string) => app.ask('POST', 'factors/recovery-codes', { token: as });

describe('a route that asks for a fresh proof', () => {
  test('says so in the problem and, as RFC 9470 has it, in the header', async () => {
    await age();
    const refused = await sensitive(token);
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({
      code: 'step_up_required',
      ...{ acr: 'aal2', maxAgeSeconds: 900, methods: ['totp', 'recovery_code'] },
    });
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="900"',
    );
  });

  test('is open again after it, under a new token; the one before opens nothing that asks for a proof, and dies soon', async () => {
    await age();
    const done = await stepUp({ code: codeOf(ada.secret) });
    expect(done.statusCode).toBe(200);
    const old = token;
    token = done.json().token;
    expect(done.json().session).toMatchObject({ id: expect.any(String), acr: 'aal2', current: true });
    // A page that was polling is not logged out by it.
    expect((await app.ask('GET', 'me', { token: old })).statusCode).toBe(200);
    expect((await sensitive(old)).json().code).toBe('step_up_required');
    await app.sql(
      `update aquifer_accounts.sessions set previous_valid_until = previous_valid_until - interval '10 seconds'`,
    );
    expect((await app.ask('GET', 'me', { token: old })).statusCode).toBe(401);
    expect((await sensitive(token)).statusCode).toBe(200);
    const noted = await app.sql<object>(`select from aquifer_accounts.audit_events where action = 'step_up.succeeded'`);
    expect(noted.length).toBeGreaterThan(0);
  });

  test('in a cookie it stays a cookie', async () => {
    const { email } = await app.signUp('cookie@example.com').then(({ user }) => user);
    const body = { email, password: GOOD_PASSWORD, transport: 'cookie' };
    const cookie = cookieIn(await app.ask('POST', 'log-in', { body })) ?? '';
    const done = await app.ask('POST', 'step-up', { cookie, body: { password: GOOD_PASSWORD } });
    expect([done.statusCode, done.json().token]).toEqual([200, undefined]);
    expect((await app.ask('GET', 'me', { cookie: cookieIn(done) ?? '' })).statusCode).toBe(200);
    expect(cookieIn(done)).not.toBe(cookie);
  });
});

describe('the proof', () => {
  test('is the second factor for who has one: the password is not enough, right or wrong', async () => {
    for (const password of [GOOD_PASSWORD, 'wrong']) {
      const refused = await stepUp({ password });
      expect([refused.statusCode, refused.json().code]).toEqual([422, 'second_factor_needed']);
    }
  });

  test('is the password for who has none; a wrong one is counted as at log-in', async () => {
    const bob = (await app.signUp('bob@example.com')).token;
    await age();
    expect((await stepUp({ code: '123456' }, bob)).json().code).toBe('wrong_second_factor');
    for (let guess = 0; guess < 5; guess += 1) {
      expect((await stepUp({ password: `wrong ${guess}` }, bob)).json().code).toBe('wrong_password');
    }
    expect((await stepUp({ password: GOOD_PASSWORD }, bob)).statusCode).toBe(429);
  });

  test('that is wrong is in the trail', async () => {
    const carol = (await app.signUp('carol@example.com')).token;
    await stepUp({ password: 'wrong' }, carol);
    await stepUp({ recoveryCode: 'nothing of the kind' });
    await app.runService('audit refusals');
    const noted = await app.sql<{ method: string; outcome: string; hasActor: boolean }>(
      `select details ->> 'method' as method, outcome, actor_id is not null as "hasActor"
       from aquifer_accounts.audit_events where action = 'step_up.failed'`,
    );
    const refused = { outcome: 'refused', hasActor: true };
    expect(noted).toEqual(expect.arrayContaining([{ ...refused, method: 'password' }]));
    expect(noted).toEqual(expect.arrayContaining([{ ...refused, method: 'recovery_code' }]));
  });

  test('a remembered device is none', async () => {
    await app.sql(
      `update aquifer_accounts.sessions set authenticated_at = now(), methods = '{password,remembered_device}'`,
    );
    const refused = await sensitive(token);
    expect(refused.json().code).toBe('step_up_required');
    token = (await stepUp({ code: codeOf(ada.secret) })).json().token;
    expect((await sensitive(token)).statusCode).toBe(200);
  });

  test('of one code is taken once by 16 at the same moment', async () => {
    const code = codeOf(ada.secret);
    const lock = 'select from aquifer_accounts.totp_factors where user_id = $1 for update';
    const answers = await app.race(lock, [ada.userId], () => Array.from({ length: 16 }, () => stepUp({ code })));
    const done = answers.filter(({ statusCode }) => statusCode === 200);
    expect(done).toHaveLength(1);
    token = done[0]?.json().token;
  });

  test('is one thing, of the right shape', async () => {
    for (const body of [
      {},
      { code: codeOf(ada.secret), password: GOOD_PASSWORD },
      { code: 123456 },
      { method: 'totp' },
    ])
      expect((await stepUp(body)).statusCode).toBe(400);
  });
});

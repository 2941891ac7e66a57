/** Who must have a second factor, and that he can do nothing else without one. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFactorPolicy } from '../../../main/accounts/factors/policy.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD } from '../../support/accounts.ts';
import { answerChallenge, codeOf, forgetSteps, setUpTotp } from '../../support/second-factor.ts';

const DAY_MS = 86_400_000;
const logger = createLogger({ level: 'silent' });

describe('in production', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    app = await createAccountsApp({
      environment: {
        ...{ AQUIFER_MODE: 'production', BASE_URL: 'https://app.example', AQUIFER_SECRET_KEY: 'a key for tests' },
        SMTP_URL: 'smtp://localhost:1',
      },
    });
  });
  afterAll(() => app.close());

  /** What is open to an operator without a factor, besides what is open to anyone. */
  async function openRoutes(token: string): Promise<string[]> {
    const open: string[] = [];
    for (const { method, path, access } of app.accounts.routes) {
      if (access === 'public') continue;
      const url = path.replace(/:\w+/g, '00000000-0000-7000-8000-000000000000');
      const answer = await app.server.fastify.inject({ method, url, headers: { authorization: `Bearer ${token}` } });
      if (answer.statusCode === 400 || answer.json().code !== 'second_factor_setup_required')
        open.push(`${method} ${path}`);
    }
    return open.sort();
  }

  /** A body that the schema refuses is refused before the caller is looked at; so each gets a good one. */
  const refused = async (token: string) => {
    for (const [method, path, body] of [
      ['GET', 'users', undefined],
      ['GET', 'all-sessions', undefined],
      ['POST', 'users', { email: 'x@example.com', role: 'operator' }],
      ['PATCH', 'me', { name: 'Ada' }],
      ['POST', 'password/change', { currentPassword: GOOD_PASSWORD, newPassword: 'nine amber ladders hum' }],
    ] as const) {
      const answer = await app.ask(method, path, { token, ...(body === undefined ? {} : { body }) });
      expect([path, answer.statusCode, answer.json().code]).toEqual([path, 403, 'second_factor_setup_required']);
    }
  };

  test('the first operator can do nothing but set one up; with it he can do everything, and cannot remove it', async () => {
    const link = (await app.accounts.createSetupLink()) ?? '';
    const token = link.split('#token=')[1];
    const body = { token, email: 'first@example.com', password: GOOD_PASSWORD };
    const first = (await app.ask('POST', 'first-operator', { body })).json().token;
    await refused(first);
    const { isRequired, dueAt } = (await app.ask('GET', 'factors', { token: first })).json();
    expect([isRequired, new Date(dueAt).getTime() <= Date.now()]).toEqual([true, true]);
    const { token: proven, secret } = await setUpTotp(app, first);
    expect((await app.ask('GET', 'users', { token: proven })).statusCode).toBe(200);
    const removed = await app.ask('DELETE', 'factors/totp', { token: proven });
    expect(removed.json().code).toBe('last_factor_needed');
    // At his next log-in too.
    const half = await app.ask('POST', 'log-in', { body: { email: 'first@example.com', password: GOOD_PASSWORD } });
    await forgetSteps(app);
    const { challenge } = half.json().secondFactor;
    const whole = await answerChallenge(app, { challenge, code: codeOf(secret) });
    expect((await app.ask('GET', 'users', { token: whole.json().token })).statusCode).toBe(200);
  });

  test('one made at the command line, and one who was promoted in a session of his, can do as little', async () => {
    await app.accounts.createUser({ email: 'cli@example.com', password: GOOD_PASSWORD, role: 'operator' });
    await refused(await app.logIn('cli@example.com'));
    const user = await app.accounts.createUser({ email: 'risen@example.com', password: GOOD_PASSWORD, role: 'user' });
    const token = await app.logIn('risen@example.com');
    expect((await app.ask('GET', 'sessions', { token })).statusCode).toBe(200);
    await app.sql(`update aquifer_accounts.users set role = 'operator' where id = $1`, [user.id]);
    await refused(token);
  });

  test('nothing is open to him by oversight', async () => {
    await app.accounts.createUser({ email: 'oversight@example.com', password: GOOD_PASSWORD, role: 'operator' });
    const beforeFactor = app.accounts.routes
      .filter((one) => one.beforeFactor)
      .map(({ method, path }) => `${method} ${path}`);
    expect(beforeFactor.sort()).toEqual(
      [
        ...['GET /v1/accounts/me', 'GET /v1/accounts/factors', 'POST /v1/accounts/step-up'],
        ...['POST /v1/accounts/factors/totp', 'POST /v1/accounts/factors/totp/confirm'],
        ...['POST /v1/accounts/passkeys', 'POST /v1/accounts/passkeys/registration-options'],
        'POST /v1/accounts/step-up/passkey-options',
      ].sort(),
    );
    const open = await openRoutes(await app.logIn('oversight@example.com'));
    const withoutBody = open.filter((one) => one.startsWith('GET') || one.startsWith('DELETE'));
    expect(withoutBody.filter((one) => !beforeFactor.includes(one))).toEqual([]);
  });
});

describe('the settings', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    app = await createAccountsApp({ environment: { REQUIRE_SECOND_FACTOR: 'everyone' } });
  });
  afterAll(() => app.close());
  const policy = (requireSecondFactor: 'nobody' | 'operators' | 'everyone', secondFactorGraceMs = 0) =>
    createFactorPolicy(app.database, { mode: 'development', requireSecondFactor, secondFactorGraceMs }, logger);

  test('that ask it of everyone ask it of each at once, where there is no time to wait', async () => {
    const { token } = await app.signUp('everyone@example.com');
    const answer = await app.ask('PATCH', 'me', { token, body: { name: 'Ada' } });
    expect(answer.json().code).toBe('second_factor_setup_required');
    const proven = await setUpTotp(app, token);
    expect((await app.ask('PATCH', 'me', { token: proven.token, body: { name: 'Ada' } })).statusCode).toBe(200);
  });

  test('name whom they name', () => {
    const [user, operator] = [{ role: 'user' as const }, { role: 'operator' as const }];
    const createdAt = new Date('2026-01-01');
    const due = (setting: 'nobody' | 'operators' | 'everyone') =>
      [user, operator].map((one) => policy(setting).isDue({ ...one, createdAt }));
    expect([due('nobody'), due('operators'), due('everyone')]).toEqual([
      [false, false],
      [false, true],
      [true, true],
    ]);
  });

  test('give those who were there before their time from when they first asked, whichever server was first', async () => {
    const early = { role: 'user', createdAt: new Date('2026-01-01') } as const;
    const first = policy('everyone', 10 * DAY_MS);
    expect(first.isDue(early)).toBe(false);
    await first.service.runOnce();
    await app.sql(`update aquifer_accounts.factor_demands set since = now() - interval '9 days'`);
    const second = policy('everyone', 10 * DAY_MS);
    await second.service.runOnce();
    expect(second.isDue(early)).toBe(false);
    expect((second.dueAt(early)?.getTime() ?? 0) - Date.now()).toBeLessThan(1.1 * DAY_MS);
    expect(second.isDue({ role: 'user', createdAt: new Date() })).toBe(false);
    await app.sql(`update aquifer_accounts.factor_demands set since = now() - interval '11 days'`);
    const third = policy('everyone', 10 * DAY_MS);
    await third.service.runOnce();
    expect(third.isDue(early)).toBe(true);
    expect(third.isDue({ role: 'user', createdAt: new Date(Date.now() - 9 * DAY_MS) })).toBe(false);
    // Asked of nobody in between, the time begins anew.
    await policy('nobody').service.runOnce();
    const anew = policy('everyone', 10 * DAY_MS);
    await anew.service.runOnce();
    expect(anew.isDue(early)).toBe(false);
  });

  test('and roles: whichever is due first', () => {
    const roleDueAt = new Date(Date.now() - 1_000);
    const one = { role: 'user', createdAt: new Date(), roleDueAt } as const;
    expect(policy('nobody').dueAt(one)).toEqual(roleDueAt);
    expect(policy('everyone', DAY_MS).dueAt(one)).toEqual(roleDueAt);
    expect(policy('everyone').dueAt({ ...one, roleDueAt: new Date(Date.now() + DAY_MS) })).toEqual(one.createdAt);
    expect(policy('nobody').dueAt({ ...one, roleDueAt: null })).toBeNull();
  });
});

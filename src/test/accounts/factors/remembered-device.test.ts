import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { REMEMBERED_COOKIE } from '../../../main/accounts/factors/remembered-device.ts';
import {
  type AccountsApp,
  createAccountsApp,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
  type Response,
} from '../../support/accounts.ts';
import {
  answerChallenge,
  challengeFor,
  codeOf,
  forgetSteps,
  signUpWithTotp,
  type TotpOwner,
} from '../../support/second-factor.ts';

let app: AccountsApp;
let ada: TotpOwner;
beforeAll(async () => {
  app = await createAccountsApp();
  ada = await signUpWithTotp(app, 'ada@example.com');
});
afterAll(() => app.close());
beforeEach(() => forgetSteps(app));

const deviceIn = (response: Response) => response.cookies.find(({ name }) => name === REMEMBERED_COOKIE);

async function remember(transport = 'cookie'): Promise<Response> {
  await forgetSteps(app);
  const challenge = await challengeFor(app, ada.email, transport);
  return answerChallenge(app, { challenge, code: codeOf(ada.secret), rememberDevice: true });
}

const logInWith = (device: string, email = ada.email, password = GOOD_PASSWORD) =>
  app.ask('POST', 'log-in', { body: { email, password }, headers: { cookie: `${REMEMBERED_COOKIE}=${device}` } });

describe('a device that is remembered', () => {
  test('has a cookie of its own, is kept as a hash, and stands in for the factor at the next log-in', async () => {
    const cookie = deviceIn(await remember());
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, path: '/', sameSite: 'Lax', maxAge: 30 * 86_400 });
    const device = cookie?.value ?? '';
    const rows = await app.sql<{ text: string }>('select d::text as text from aquifer_accounts.remembered_devices d');
    expect(JSON.stringify(rows)).not.toContain(device);
    const next = await logInWith(device);
    expect(next.json().session).toMatchObject({ acr: 'aal1', methods: ['password', 'remembered_device'] });
    const { rememberedDevices } = (await app.ask('GET', 'factors', { token: next.json().token })).json();
    expect(rememberedDevices[0]).toMatchObject({ id: expect.any(String), device: expect.any(String) });
  });

  test('is none without the cookie transport, nor unasked', async () => {
    expect(deviceIn(await remember('bearer'))).toBeUndefined();
    await forgetSteps(app);
    const challenge = await challengeFor(app, ada.email, 'cookie');
    expect(deviceIn(await answerChallenge(app, { challenge, code: codeOf(ada.secret) }))).toBeUndefined();
  });

  test('is one user’s: the same browser asks another user for his factor', async () => {
    const eve = await signUpWithTotp(app, `eve-${Date.now()}@example.com`);
    const device = deviceIn(await remember())?.value ?? '';
    expect(Object.keys((await logInWith(device, eve.email)).json())).toEqual(['secondFactor']);
    expect((await logInWith(device, ada.email, 'wrong password')).statusCode).toBe(401);
    for (const rubbish of ['x', 'A'.repeat(43), `${device}x`]) {
      expect(Object.keys((await logInWith(rubbish)).json())).toEqual(['secondFactor']);
    }
  });

  test('is forgotten by its user, one or all, and by time', async () => {
    const [one, two, three] = [await remember(), await remember(), await remember()].map(
      (each) => deviceIn(each)?.value ?? '',
    );
    const { token } = (await logInWith(one ?? '')).json();
    const listed = (await app.ask('GET', 'factors', { token })).json().rememberedDevices;
    const gone = await app.ask('DELETE', `factors/remembered-devices/${listed[0].id}`, { token });
    expect(gone.statusCode).toBe(204);
    expect(Object.keys((await logInWith(three ?? '')).json())).toEqual(['secondFactor']);
    expect((await logInWith(two ?? '')).json().session).toBeDefined();
    await app.sql('update aquifer_accounts.remembered_devices set expires_at = now() where id = $1', [listed[1].id]);
    expect(Object.keys((await logInWith(two ?? '')).json())).toEqual(['secondFactor']);
    const all = await app.ask('DELETE', 'factors/remembered-devices', { token });
    expect(all.json().forgotten).toBeGreaterThan(0);
    expect(Object.keys((await logInWith(one ?? '')).json())).toEqual(['secondFactor']);
  });

  test('of another user is not found', async () => {
    await remember();
    const [row] = await app.sql<{ id: string }>(
      'select id from aquifer_accounts.remembered_devices where user_id = $1 limit 1',
      [ada.userId],
    );
    const { token } = await app.signUp(`mallory-${Date.now()}@example.com`);
    const answer = await app.ask('DELETE', `factors/remembered-devices/${row?.id}`, { token });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'factor_not_found']);
  });

  test('ends with a new password', async () => {
    const device = deviceIn(await remember())?.value ?? '';
    const { token } = (await logInWith(device)).json();
    const body = { currentPassword: GOOD_PASSWORD, newPassword: OTHER_PASSWORD };
    expect((await app.ask('POST', 'password/change', { token, body })).statusCode).toBe(200);
    expect(Object.keys((await logInWith(device, ada.email, OTHER_PASSWORD)).json())).toEqual(['secondFactor']);
  });
});

test('with a factor added or removed all are forgotten', async () => {
  const bob = await signUpWithTotp(app, `bob-${Date.now()}@example.com`);
  const challenge = await challengeFor(app, bob.email, 'cookie');
  const device =
    deviceIn(await answerChallenge(app, { challenge, code: codeOf(bob.secret), rememberDevice: true }))?.value ?? '';
  expect((await logInWith(device, bob.email)).json().session).toBeDefined();
  const begun = await app.ask('POST', 'factors/totp', { token: bob.token });
  await app.ask('POST', 'factors/totp/confirm', { token: bob.token, body: { code: codeOf(begun.json().secret) } });
  expect(Object.keys((await logInWith(device, bob.email)).json())).toEqual(['secondFactor']);
});

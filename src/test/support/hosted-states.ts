/**
 * The hosted pages in each of their states, with the answers of the server that lead there: for tests that look at the pages
 * themselves, in a browser, without a database behind them.
 */

import type { Page } from 'playwright-core';

/** Status and body by method and path. */
export type Answers = Readonly<Record<string, readonly [status: number, body?: unknown]>>;

export interface HostedState {
  path: string;
  answers?: Answers;
  /** What the visitor does. */
  act?: (page: Page) => Promise<unknown>;
  /** What is there once the state is reached, where that is more than a heading. */
  arrival?: string;
}

const SOON = new Date(Date.now() + 5 * 60_000).toISOString();
const PAST = new Date(Date.now() - 60_000).toISOString();
const LATER = new Date(Date.now() + 9 * 24 * 3_600_000).toISOString();
const user = {
  ...{ id: '0199a000-0000-7000-8000-000000000001', email: 'mira@example.com', emailVerified: true, name: 'Mira' },
  ...{ role: 'user', disabled: false, locale: null, createdAt: SOON, updatedAt: SOON },
};
const session = { id: '0199a000-0000-7000-8000-000000000002', createdAt: SOON, lastUsedAt: SOON, expiresAt: LATER };
const me = { user, session: { ...session, ip: null, userAgent: null, current: true } };

export const refusal = (status: number, code: string, more: object = {}) =>
  [
    status,
    {
      type: `/docs/errors#${code}`,
      title: 'Refused',
      status,
      detail: `(${code})`,
      code,
      requestId: 'hosted-1',
      ...more,
    },
  ] as const;

const providers = (...names: string[]) =>
  [200, { providers: names.map((name) => ({ id: name.toLowerCase(), name, ...asking[name] })) }] as const;
const asking: Record<string, object> = { Mastodon: { asksFor: 'instance' }, Bluesky: { asksFor: 'handle' } };

const needed = (...methods: string[]) =>
  [200, { secondFactor: { challenge: 'a-challenge', methods, expiresAt: SOON } }] as const;
const factors = {
  ...{ totp: null, passkeys: 0, recoveryCodes: null, hasPassword: true, isRequired: true, dueAt: PAST },
  rememberedDevices: [],
};
const recoveryCodes = Array.from({ length: 10 }, (_, index) => `K7FQ-2M9D-XW4${index}-P8SN-C3VB-6HTE-${index}RZA`);
const totpSetUp = {
  secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  uri: 'otpauth://totp/Tea%20House:mira%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Tea%20House',
  expiresAt: SOON,
};

/** What every page finds unless its state says otherwise. */
export const usualAnswers: Answers = {
  'GET /v1/accounts/settings': [
    200,
    {
      application: { name: 'Tea House', accent: '#7a3e9d', logoUrl: null },
      ...{ passwordMinLength: 15, requireVerifiedEmail: true, mailLogIn: true, passkeys: true, isWatch: false },
    },
  ],
  'GET /v1/accounts/social/providers': providers('Google', 'GitHub'),
  'GET /v1/accounts/factors': [200, factors],
  'GET /v1/accounts/me': [200, me],
  'POST /v1/accounts/log-in/mail': [202, { status: 'check_mail' }],
  'POST /v1/accounts/sign-up': [202, { status: 'check_mail' }],
  'POST /v1/accounts/password/forgot': [202, { status: 'check_mail' }],
  'POST /v1/accounts/factors/totp': [200, totpSetUp],
};

const submit = (page: Page) => page.locator('form button[type="submit"]').click();

async function typeIn(page: Page, typed: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(typed)) await page.locator(`form [name="${name}"]`).fill(text);
  await submit(page);
}

const mira = { email: 'mira@example.com', password: 'seven green kettles sing' };
const logIn = (page: Page) => typeIn(page, mira);
/** The buttons between the form and the end of the page, from the top: passkey, mail, other sites. */
const pressOther = (page: Page, place: number) => page.locator('.other-ways .button').nth(place).click();
const pressLink = (page: Page, place: number) => page.locator('.page-links button').nth(place).click();
const askForMail = async (page: Page) => {
  await pressOther(page, 1);
  await typeIn(page, { email: mira.email });
};
const press = (page: Page) => page.locator('.page-step > .button[data-weight="primary"]').click();
const chooseApp = (page: Page) => page.locator('.factor-way .button').nth(1).click();

export const hostedStates: Readonly<Record<string, HostedState>> = {
  'log-in': { arrival: '.social-buttons', path: '/accounts/log-in' },
  'log-in-many': {
    arrival: '.social-buttons',
    path: '/accounts/log-in',
    answers: {
      'GET /v1/accounts/social/providers': providers(
        ...['Google', 'GitHub', 'Microsoft', 'Apple', 'Facebook', 'LinkedIn', 'Mastodon', 'Bluesky'],
      ),
    },
  },
  'log-in-empty': { arrival: '.field-fault', path: '/accounts/log-in', act: submit },
  'log-in-wrong': {
    arrival: '.notice',
    path: '/accounts/log-in',
    answers: { 'POST /v1/accounts/log-in': refusal(401, 'invalid_credentials') },
    act: logIn,
  },
  'log-in-unconfirmed': {
    arrival: '.notice',
    path: '/accounts/log-in',
    answers: { 'POST /v1/accounts/log-in': refusal(403, 'email_not_verified') },
    act: logIn,
  },
  'log-in-many-attempts': {
    arrival: '.notice',
    path: '/accounts/log-in',
    answers: { 'POST /v1/accounts/log-in': refusal(429, 'too_many_attempts', { retryAfterSeconds: 240 }) },
    act: logIn,
  },
  'log-in-from-elsewhere': { arrival: '.notice', path: '/accounts/log-in?problem=social_link_first' },
  'log-in-where': {
    arrival: '[name="instance"]',
    path: '/accounts/log-in',
    answers: { 'GET /v1/accounts/social/providers': providers('Mastodon') },
    act: (page) => pressOther(page, 2),
  },
  'second-factor': {
    arrival: '[name="code"]',
    path: '/accounts/log-in',
    answers: { 'POST /v1/accounts/log-in': needed('totp', 'recovery_code') },
    act: logIn,
  },
  'second-factor-wrong': {
    arrival: '.notice',
    path: '/accounts/log-in',
    answers: {
      'POST /v1/accounts/log-in': needed('totp', 'passkey', 'recovery_code'),
      'POST /v1/accounts/log-in/second-factor': refusal(422, 'wrong_second_factor'),
    },
    act: async (page) => {
      await logIn(page);
      await pressLink(page, 0);
      await page.locator('[name="code"]').fill('123456');
    },
  },
  'second-factor-passkey': {
    arrival: '.page-form .button',
    path: '/accounts/log-in#challenge=a-challenge&methods=totp,passkey,recovery_code',
  },
  'second-factor-recovery': {
    arrival: '[name="recoveryCode"]',
    path: '/accounts/log-in#challenge=a-challenge&methods=totp,recovery_code',
    act: (page) => pressLink(page, 0),
  },
  'second-factor-late': {
    arrival: '.page-step > .button',
    path: '/accounts/log-in#challenge=a-challenge&methods=totp',
    answers: { 'POST /v1/accounts/log-in/second-factor': refusal(400, 'invalid_challenge') },
    act: (page) => page.locator('[name="code"]').fill('123456'),
  },
  'mail-ask': { arrival: '.page-end', path: '/accounts/log-in', act: (page) => pressOther(page, 1) },
  'mail-code': { arrival: '[name="code"]', path: '/accounts/log-in', act: askForMail },
  'mail-code-wrong': {
    arrival: '.notice',
    path: '/accounts/log-in',
    answers: { 'POST /v1/accounts/log-in/mail/code': refusal(401, 'wrong_code') },
    act: async (page) => {
      await askForMail(page);
      await page.locator('[name="code"]').fill('123456');
    },
  },
  'mail-link': { arrival: '.page-step > .button', path: '/accounts/log-in/mail#token=a-token' },
  'mail-link-elsewhere': {
    arrival: '.page-links',
    path: '/accounts/log-in/mail#token=a-token',
    answers: { 'POST /v1/accounts/log-in/mail/link': refusal(403, 'other_browser') },
    act: press,
  },
  'mail-link-spent': { path: '/accounts/log-in/mail' },
  'sign-up': { path: '/accounts/sign-up' },
  'sign-up-refused': {
    arrival: '.field-fault',
    path: '/accounts/sign-up',
    answers: {
      'POST /v1/accounts/sign-up': refusal(422, 'password_refused', {
        errors: [{ field: 'password', message: 'is one that attackers try first' }],
      }),
    },
    act: logIn,
  },
  'check-mail': { arrival: '.page-step > .button', path: '/accounts/sign-up', act: logIn },
  verify: { path: '/accounts/verify#token=a-token' },
  'verify-wiped': {
    arrival: '.page-links',
    path: '/accounts/verify#token=a-token',
    answers: { 'POST /v1/accounts/verify-email': [200, { ...me, needsPassword: true }] },
    act: press,
  },
  forgot: { path: '/accounts/forgot-password' },
  reset: { path: '/accounts/reset-password#token=a-token' },
  'reset-done': {
    arrival: '.page-links',
    path: '/accounts/reset-password#token=a-token',
    answers: { 'POST /v1/accounts/password/reset': [204] },
    act: (page) => typeIn(page, { newPassword: mira.password }),
  },
  'reset-spent': { path: '/accounts/reset-password' },
  'set-up': { arrival: '.factor-way', path: '/accounts/set-up-factor' },
  'set-up-later': {
    arrival: '.factor-way',
    path: '/accounts/set-up-factor',
    answers: { 'GET /v1/accounts/factors': [200, { ...factors, dueAt: LATER }] },
  },
  'set-up-app': { arrival: '.qr-code', path: '/accounts/set-up-factor', act: chooseApp },
  'set-up-app-wrong': {
    arrival: '.field-fault',
    path: '/accounts/set-up-factor',
    answers: {
      'POST /v1/accounts/factors/totp/confirm': refusal(422, 'wrong_code', {
        errors: [{ field: 'code', message: 'is not right' }],
      }),
    },
    act: async (page) => {
      await chooseApp(page);
      await page.locator('[name="code"]').fill('123456');
    },
  },
  'set-up-codes': {
    arrival: '.codes-list',
    path: '/accounts/set-up-factor',
    answers: { 'POST /v1/accounts/factors/totp/confirm': [200, { session, recoveryCodes }] },
    act: async (page) => {
      await chooseApp(page);
      await page.locator('[name="code"]').fill('123456');
    },
  },
  'step-up': {
    arrival: 'dialog',
    path: '/accounts/set-up-factor',
    answers: {
      'POST /v1/accounts/factors/totp': refusal(403, 'step_up_required', { methods: ['passkey', 'recovery_code'] }),
    },
    act: chooseApp,
  },
  'step-up-password': {
    arrival: 'dialog .notice',
    path: '/accounts/set-up-factor',
    answers: {
      'POST /v1/accounts/factors/totp': refusal(403, 'step_up_required', { methods: ['password'] }),
      'POST /v1/accounts/step-up': refusal(422, 'wrong_password'),
    },
    act: async (page) => {
      await chooseApp(page);
      await page.locator('dialog [name="password"]').fill(mira.password);
      await page.locator('dialog button[type="submit"]').click();
    },
  },
  'email-confirm': { path: '/accounts/email/confirm#token=a-token' },
  'email-done': {
    arrival: '.page-links',
    path: '/accounts/email/confirm#token=a-token',
    answers: { 'POST /v1/accounts/email/confirm': [200, { email: 'new@example.com', isUndone: false }] },
    act: press,
  },
  'email-revert': { path: '/accounts/email/confirm#token=a-token&undo=true' },
  'not-found': { path: '/accounts/elsewhere' },
};

/** Answers the pages' calls in the server's place; what no state foresees is not found. */
export async function answerCalls(page: Page, { answers = {} }: HostedState): Promise<void> {
  const all: Answers = { ...usualAnswers, ...answers };
  await page.route('**/v1/**', async (route) => {
    const request = route.request();
    const key = `${request.method()} ${new URL(request.url()).pathname}`;
    const [status, body] = all[key] ?? refusal(404, 'route_not_found');
    await route.fulfill({
      status,
      ...(body === undefined ? {} : { body: JSON.stringify(body), contentType: 'application/json' }),
    });
  });
}

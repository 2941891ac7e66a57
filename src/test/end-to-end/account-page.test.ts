/** The account page in a real Chromium: what each part shows and does, and that everybody can use it, on a phone too. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import fastify from 'fastify';
import type { Page, Request } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { servePages } from '../../main/http/pages.ts';
import { accountAnswers, breached, EMAIL, factors, impersonated, usual } from '../support/account-states.ts';
import { launchBrowser, newVisitor, type Visitor } from '../support/browser.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { type Answers, answerCalls, refusal } from '../support/hosted-states.ts';
import { CONSOLE_PAGE, requireBuild } from '../support/server-process.ts';

const PHONE = { width: 360, height: 720 };
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const COLORS: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast'] } };
const parts = ['profile', 'security', 'devices', 'connections', 'keys', 'activity', 'data'] as const;

let origin: string;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  requireBuild();
  const server = fastify();
  await servePages(server, dirname(CONSOLE_PAGE));
  await server.listen({ port: 0, host: '127.0.0.1' });
  atEndOfFile(() => server.close());
  origin = `http://localhost:${(server.server.address() as AddressInfo).port}`;
  const browser = await launchBrowser();
  atEndOfFile(() => browser.close());
  visitor = await newVisitor(browser, origin);
  ({ page } = visitor);
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

beforeEach(() => {
  visitor.faults.length = 0;
});

/** Chromium writes a line for every refusal that a test is made of. */
const faults = () => visitor.faults.filter((fault) => !/status of 4\d\d/.test(fault));

/** A fresh page at a part of the account. */
async function open(part: string, answers: Answers = {}, search = '?lang=en'): Promise<void> {
  await page.unrouteAll();
  await answerCalls(page, { path: '', answers: { ...accountAnswers, ...answers } });
  await page.goto('about:blank');
  await page.goto(`${origin}/accounts/${search}#${part}`);
  await page.getByRole('heading', { level: 2 }).waitFor();
}

/** What axe holds against the page, one line a fault. */
async function axeFaults(options: RunOptions = {}): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate((given) => {
    const { axe } = window as unknown as { axe: { run: (options: RunOptions) => Promise<AxeResults> } };
    return axe.run(given);
  }, options);
  return found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${impact} ${id}: ${target} ${failureSummary}`),
  );
}

const requestsTo = (method: string, path: string): Request[] => {
  const seen: Request[] = [];
  page.on('request', (request) => {
    if (request.method() === method && new URL(request.url()).pathname === path) seen.push(request);
  });
  return seen;
};

describe('everybody can use', () => {
  test.each(parts)('%s', async (part) => {
    await open(part);
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
    expect(await axeFaults(), 'light, from the left').toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);

    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await page.locator('.language-picker select').selectOption('ar');
    await page.locator('html[dir="rtl"]').waitFor({ state: 'attached' });
    await expect.poll(() => axeFaults(COLORS), { message: 'dark, from the right' }).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    expect(faults()).toEqual([]);
  });

  test('the parts by their links, and the one that is open is said to be', async () => {
    await open('profile');
    const nav = page.getByRole('navigation', { name: 'Parts of your account' });
    await nav.getByRole('link', { name: 'Activity' }).click();
    await page.getByRole('heading', { level: 2, name: 'Activity' }).waitFor();
    expect(await nav.getByRole('link', { name: 'Activity' }).getAttribute('aria-current')).toBe('page');
    // Who hears the page is told where he is now.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Activity');
    await page.goBack();
    await page.getByRole('heading', { level: 2, name: 'Profile' }).waitFor();
  });

  test('it in the language that the account asks for, where this browser has picked none', async () => {
    const { user, ...more } = usual;
    await page.evaluate(() => localStorage.clear());
    await open('profile', { 'GET /v1/accounts/me': [200, { ...more, user: { ...user, locale: 'de' } }] }, '');
    await page.getByRole('heading', { level: 1, name: 'Ihr Konto' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
  });

  test('a form by the keyboard: its field has the focus when it opens', async () => {
    await open('profile');
    await page.getByRole('button', { name: 'Change' }).nth(1).press('Enter');
    await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('newEmail');
    expect(await axeFaults()).toEqual([]);
  });
});

describe('what is done', () => {
  test('a passkey is removed after a fresh proof, and the call is made again', async () => {
    let isProven = false;
    await open('security', { 'POST /v1/accounts/step-up': [200, {}] });
    const path = '/v1/accounts/passkeys/0199a000-0000-7000-8000-000000000030';
    await page.route(`**${path}`, async (route) => {
      const [status, body] = isProven ? [204] : refusal(403, 'step_up_required', { methods: ['password'] });
      isProven = true;
      await route.fulfill({ status, ...(body ? { body: JSON.stringify(body), contentType: 'application/json' } : {}) });
    });
    const calls = requestsTo('DELETE', path);
    await page.getByRole('button', { name: 'Remove the passkey' }).click();
    await page.getByText('You can no longer log in with “Mira’s phone”').waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByLabel('Password', { exact: true }).fill('nine amber ladders hum');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => calls.length).toBe(2);
    await page.getByText('You can no longer log in').waitFor({ state: 'detached' });
  });

  test('who puts the question for a proof away has done nothing, and is told nothing', async () => {
    await open('security', {
      'DELETE /v1/accounts/factors/totp': refusal(403, 'step_up_required', { methods: ['totp'] }),
    });
    await page.getByRole('button', { name: 'Turn off the authenticator app' }).click();
    await page.getByRole('button', { name: 'Turn off', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('recovery codes are shown once, and then how many are left', async () => {
    const codes = Array.from({ length: 10 }, (_, index) => `CODE-${index}`);
    await open('security', { 'POST /v1/accounts/factors/recovery-codes': [200, { codes }] });
    await page.getByText('8 of 10 left').waitFor();
    await page.getByRole('button', { name: 'Make new ones' }).click();
    await page.getByRole('button', { name: 'Make new ones' }).click();
    await page.getByRole('list', { name: 'Recovery codes' }).getByText('CODE-9').waitFor();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('8 of 10 left').waitFor();
    expect(await page.getByText('CODE-9').count()).toBe(0);
  });

  test('one session is ended, and this device comes first', async () => {
    const path = '/v1/accounts/sessions/0199a000-0000-7000-8000-000000000012';
    await open('devices', { [`DELETE ${path}`]: [204] });
    const sessions = page.getByRole('region', { name: 'Where you are logged in' }).getByRole('listitem');
    await expect.poll(() => sessions.first().textContent()).toContain('This device');
    await expect.poll(() => sessions.first().textContent()).toContain('Wien, Austria');
    await sessions.getByText('An operator, acting as you').waitFor();
    const calls = requestsTo('DELETE', path);
    await page.getByRole('button', { name: 'Log out Safari on iPhone' }).click();
    await expect.poll(() => calls.length).toBe(1);
  });

  test('a new key is shown this once, and what only operators may do is not offered', async () => {
    const apiKey = { id: '0199a000-0000-7000-8000-000000000041', name: 'Printer' };
    await open('keys', { 'POST /v1/accounts/api-keys': [201, { apiKey, key: 'aq_secret' }] });
    const calls = requestsTo('POST', '/v1/accounts/api-keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByLabel('What is it for?').fill('Printer');
    await page.getByRole('checkbox', { name: /own\.data\.read/ }).check();
    expect(await page.getByRole('checkbox').count()).toBe(1);
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByText('aq_secret').waitFor();
    expect(calls[0]?.postDataJSON()).toMatchObject({ name: 'Printer', scopes: ['own.data.read'] });
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('aq_secret').waitFor({ state: 'detached' });
  });

  test('an account is deleted only by who types its address', async () => {
    await open('data', { 'DELETE /v1/accounts/me': [204] });
    await page.getByRole('button', { name: 'Delete your account' }).click();
    const button = page.getByRole('button', { name: 'Delete my account' });
    expect(await button.isDisabled()).toBe(true);
    await page.getByLabel(`Type ${EMAIL}`).fill(EMAIL.toUpperCase());
    await button.click();
    await page.getByRole('heading', { level: 1, name: 'Your account is deleted' }).waitFor();
  });
});

describe('what is said', () => {
  test('an operator who acts as the user is seen in every part, with the way out', async () => {
    await open('profile', {
      'GET /v1/accounts/me': [200, impersonated],
      'POST /v1/accounts/impersonation/end': [200, { returned: false }],
    });
    await page.getByText('olga@example.com').waitFor();
    expect(await axeFaults()).toEqual([]);
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByRole('heading', { level: 1, name: /Log in/ }).waitFor();
  });

  test('a stolen password, and that nothing but it protects the account', async () => {
    await open('security', {
      'GET /v1/accounts/me': [200, breached],
      'GET /v1/accounts/factors': [200, { ...factors, totp: null, passkeys: 0, recoveryCodes: null }],
      'GET /v1/accounts/passkeys': [200, { passkeys: [] }],
    });
    await page.getByText('stolen elsewhere').waitFor();
    await page.getByText('Only a password protects your account').waitFor();
    expect(await axeFaults()).toEqual([]);
  });

  test('what was refused and what an operator did are told from one’s own doing', async () => {
    await open('activity');
    const entry = (text: string) => page.getByRole('listitem').filter({ hasText: text });
    await expect.poll(() => entry('A log-in failed').textContent()).toContain('refused');
    const operators = entry('An operator began to act as this user');
    await expect.poll(() => operators.textContent()).toContain('by an operator');
    await expect.poll(() => operators.textContent()).toContain('Letter 4711');
  });

  test('a part that cannot be loaded says so and can be asked again', async () => {
    await open('devices', { 'GET /v1/accounts/sessions': refusal(503, 'pool_exhausted') });
    await page.getByRole('alert').first().waitFor();
    await answerCalls(page, { path: '', answers: accountAnswers });
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByText('This device').waitFor();
  });
});

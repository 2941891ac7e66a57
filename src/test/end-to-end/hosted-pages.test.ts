/**
 * The hosted pages as a visitor uses them, in a real browser against the built server: sign-up, the second factor that
 * everyone must have here, and every way in.
 */

import pg from 'pg';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { PASSWORD } from '../support/api-session.ts';
import { launchBrowser, newVisitor, type Visitor } from '../support/browser.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { findFreePort } from '../support/free-port.ts';
import { codeOf } from '../support/second-factor.ts';
import { startServer } from '../support/server-process.ts';

const MIRA = 'mira@example.com';

let url: string;
let database: pg.Client;
let browser: Browser;
let mira: Visitor;
let page: Page;
/** What Mira keeps. */
let recoveryCodes: string[] = [];

beforeAll(async () => {
  const testDatabase = await createTestDatabase();
  atEndOfFile(() => testDatabase.drop());
  const environment = {
    ...{ DATABASE_URL: testDatabase.url, PORT: String(await findFreePort()), HASH_THREADS: '1' },
    ...{ REQUIRE_SECOND_FACTOR: 'everyone', REQUIRE_VERIFIED_EMAIL: 'false', APP_NAME: 'Tea House' },
  };
  url = (await startServer({ environment }, atEndOfFile)).url;
  database = new pg.Client({ connectionString: testDatabase.url });
  await database.connect();
  atEndOfFile(() => database.end());
  browser = await launchBrowser();
  atEndOfFile(() => browser.close());
  mira = await newVisitor(browser, url);
  page = mira.page;
  // What the pages do with a refusal is what is looked at here.
  mira.expectRefusal(422, '/v1/accounts/log-in/second-factor');
  mira.expectRefusal(403, '/v1/accounts/passkeys/registration-options');
});

afterEach(() => {
  expect(mira.faults).toEqual([]);
});

const heading = (name: string, of = page) => of.getByRole('heading', { name, level: 1, exact: true }).waitFor();
const press = (name: string, of = page) => of.getByRole('button', { name, exact: true }).click();

/** At the account page, logged in. */
const arrived = (of = page) => heading('Your account', of);

async function logOut(): Promise<void> {
  await press('Log out');
  await heading('Log in');
}

async function giveNameAndPassword(of = page): Promise<void> {
  await of.getByLabel('Email address').fill(MIRA);
  await of.getByLabel('Password', { exact: true }).fill(PASSWORD);
}

async function mailedToMira(): Promise<string> {
  const newest = 'select body_text from aquifer_accounts.mailbox where recipient = $1 order by created_at desc limit 1';
  const find = async () => (await database.query<{ body_text: string }>(newest, [MIRA])).rows[0]?.body_text ?? '';
  await expect.poll(find).toContain('#token=');
  return find();
}

test('who signs up where everyone must have a second factor sets one up and keeps the codes', async () => {
  await page.goto(`${url}/accounts/sign-up`);
  await heading('Sign up');
  await giveNameAndPassword();
  await press('Sign up');

  await heading('Secure your account');
  await press('Set up an app');
  await heading('Scan the code');
  await page.getByRole('img', { name: /^The key as a picture/ }).waitFor();
  const secret = (await page.locator('.totp-secret code').textContent())?.replaceAll(' ', '') ?? '';
  await page.getByLabel('The six digits that the app shows then').fill(codeOf(secret));

  await heading('Keep your recovery codes');
  recoveryCodes = await page.locator('.codes-list code').allTextContents();
  expect(recoveryCodes).toHaveLength(10);
  const saving = page.waitForEvent('download');
  await press('Download');
  expect((await saving).suggestedFilename()).toBe('tea-house-recovery-codes.txt');
  await press('I have kept them');
  await arrived();
});

test('a password alone opens nothing then; a code that is wrong is said to be, and a recovery code works once', async () => {
  await logOut();
  await giveNameAndPassword();
  await press('Log in');
  await heading('One more step');
  await page.getByLabel('Code from the app').fill('000000');
  await page.getByText('That is not right').waitFor();
  expect(await page.getByLabel('Code from the app').inputValue()).toBe('');

  await press('Use a recovery code');
  await page.getByLabel('Recovery code').fill(recoveryCodes[0]!.toLowerCase());
  await page.getByLabel('Do not ask again in this browser for 30 days').check();
  await press('Confirm');
  await arrived();
});

test('a remembered browser is not asked again; another one is', async () => {
  await logOut();
  await giveNameAndPassword();
  await press('Log in');
  await arrived();

  const stranger = await newVisitor(browser, url);
  await stranger.page.goto(`${url}/accounts/log-in`);
  await giveNameAndPassword(stranger.page);
  await press('Log in', stranger.page);
  await heading('One more step', stranger.page);
  expect(stranger.faults).toEqual([]);
  await stranger.context.close();
});

test('a mail logs in by its code where it was asked for, and its link nowhere else', async () => {
  // An address that nobody has confirmed would be proven by the mail, and all else that opens the account be removed.
  await database.query('update aquifer_accounts.users set email_verified_at = now() where email = $1', [MIRA]);
  await logOut();
  await press('Have a code sent by mail');
  await page.getByLabel('Email address').fill(MIRA);
  await press('Send the mail');
  await heading('Check your mail');
  const mail = await mailedToMira();
  const link = /http\S+\/accounts\/log-in\/mail#token=\S+/.exec(mail)?.[0] ?? '';
  const code = /asked for it: (\d{6})/.exec(mail)?.[1] ?? '';

  const stranger = await newVisitor(browser, url);
  stranger.expectRefusal(403, '/v1/accounts/log-in/mail/link');
  await stranger.page.goto(link);
  await heading('Log in to Tea House', stranger.page);
  expect(stranger.page.url()).not.toContain('token=');
  await press('Log in', stranger.page);
  await heading('Open it where you asked for it', stranger.page);
  expect(stranger.faults).toEqual([]);
  await stranger.context.close();

  await page.getByLabel('Code from the mail').fill(code);
  await arrived();
});

test('a passkey is made and logs in: by the button, and by itself where the browser offers it in the field', async () => {
  const tools = await page.context().newCDPSession(page);
  await tools.send('WebAuthn.enable');
  await addAuthenticator(tools);
  await page.goto(`${url}/accounts/set-up-factor`);
  await press('Set up a passkey');
  await proveByRecoveryCode();
  await arrived();

  // The next page this browser loads offers passkeys in the field again.
  await page.evaluate(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  await logOut();
  await press('Log in with a passkey');
  await arrived();

  // Somebody touches this authenticator whenever it asks, so that the offer is taken as soon as it is made.
  const taken = page.waitForResponse((response) => response.url().endsWith('/v1/accounts/log-in/passkey'));
  await press('Log out');
  expect((await taken).status()).toBe(200);
  await arrived();
  // Nobody touches it from here on: a page of log-in that is only looked at would log in by itself.
  await tools.send('WebAuthn.disable');
});

async function addAuthenticator(tools: CDPSession): Promise<void> {
  const made = { protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true } as const;
  const options = { ...made, hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  await tools.send('WebAuthn.addVirtualAuthenticator', { options });
}

/** A mail is no fresh second factor: the dialog asks for one in the middle of it, and the passkey is made afterwards. */
async function proveByRecoveryCode(): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Use a recovery code' }).click();
  await dialog.getByLabel('Recovery code').fill(recoveryCodes[1]!);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
}

test('the pages speak the language that is picked, from the right where it is read from there, and keep it', async () => {
  await page.context().clearCookies();
  await page.goto(`${url}/accounts/log-in`);
  await page.getByLabel('Language').selectOption('العربية');
  await heading('تسجيل الدخول');
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  await page.goto(`${url}/accounts/sign-up`);
  await heading('إنشاء حساب');
  await page.goto(`${url}/accounts/sign-up?lang=de`);
  await heading('Registrieren');
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
});

/** What a person does in the first hour, in a real browser against the built server with its embedded Postgres. */

import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newVisitor, type Visitor } from '../support/browser.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { type ServerProcess, serverFolder, settingsFor, startServer } from '../support/server-process.ts';

const OPERATOR = { email: 'olga@example.com', password: 'seven green kettles sing' };
const USER = { email: 'ursula@example.com', password: 'nine amber ladders hum', next: 'eleven pale harbours wait' };

let server: ServerProcess;
let browser: Browser;
let operator: Visitor;
let user: Visitor;

beforeAll(async () => {
  const folder = await serverFolder(atEndOfFile);
  server = await startServer({ folder, environment: await settingsFor(folder) }, atEndOfFile);
  browser = await launchBrowser();
  atEndOfFile(() => browser.close());
  operator = await newVisitor(browser, server.url);
  user = await newVisitor(browser, server.url);
});

afterEach(() => {
  expect({ operator: operator.faults, user: user.faults }).toEqual({ operator: [], user: [] });
});

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 });

/** By the console's own navigation. */
const visit = (place: string) =>
  operator.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: place }).click();

async function logIn(page: Page, password: string): Promise<void> {
  await page.goto(`${server.url}/accounts/log-in`);
  await page.getByLabel('Email address').fill(USER.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

/** Opens the newest mail with a subject in the console's mailbox, as its reader would, and returns its link. */
async function linkInMailbox(subject: RegExp): Promise<string> {
  const { page } = operator;
  await visit('Mailbox');
  await page.getByRole('list', { name: 'Mails' }).getByRole('link', { name: subject }).first().click();
  const mail = page.getByRole('article', { name: subject });
  await mail.getByText(`To ${USER.email}`).waitFor();
  return (await mail.getByRole('link', { name: /#token=/ }).getAttribute('href')) ?? '';
}

test('the link from the terminal makes the first operator, and he sees the well', async () => {
  const { page } = operator;
  expect(server.setupLink).toMatch(`${server.url}/console/setup#token=`);
  await page.goto(server.setupLink ?? '');
  await page.getByLabel('Email address').fill(OPERATOR.email);
  // Out of the address bar, and so out of the browser's history.
  expect(page.url()).not.toContain('token=');
  await page.getByLabel('Name').fill('Olga');
  await page.getByLabel('Password', { exact: true }).fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Create the account' }).click();

  const well = page.getByRole('region', { name: 'The connection pool' });
  await well.waitFor();
  await expect.poll(() => well.locator('svg .lane-column').count()).toBe(5);
  expect(await well.getByRole('button').count()).toBe(5);
  await page.getByText(/of 16 connections (is|are) in use/).waitFor();
});

test('the link works once', async () => {
  const second = await newVisitor(browser, server.url);
  second.expectRefusal(400, '/v1/accounts/first-operator');
  await second.page.goto(server.setupLink ?? '');
  await second.page.getByLabel('Email address').fill('mallory@example.com');
  await second.page.getByLabel('Password', { exact: true }).fill('thirteen sly magpies lurk');
  await second.page.getByRole('button', { name: 'Create the account' }).click();
  await second.page.getByText('This link is not valid').waitFor();
  expect(second.faults).toEqual([]);
  await second.context.close();
});

test('the operator makes a collection', async () => {
  const { page } = operator;
  await visit('Collections');
  await page
    .getByRole('link', { name: /create a collection/i })
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Name' }).first().fill('notes');
  await page.getByPlaceholder('title').fill('title');
  await page.getByLabel('required').check();
  await page.getByRole('button', { name: 'Create the collection' }).click();
  await heading(page, 'notes').waitFor();
  await page.getByText('No records yet').waitFor();
});

test('a user signs up, and the mail’s link confirms the address', async () => {
  const { page } = user;
  await page.goto(`${server.url}/accounts/sign-up`);
  await page.getByLabel('Email address').fill(USER.email);
  await page.getByLabel('Password', { exact: true }).fill(USER.password);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await heading(page, 'Check your mail').waitFor();

  const link = await linkInMailbox(/Confirm your address/);
  expect(link).toMatch(`${server.url}/accounts/verify#token=`);
  await page.goto(link);
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await heading(page, 'Your account').waitFor();
});

test('he logs out and in again', async () => {
  const { page } = user;
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await heading(page, 'Log in').waitFor();
  await logIn(page, USER.password);
  await heading(page, 'Your account').waitFor();
  const cookies = await user.context.cookies();
  expect(cookies.map(({ name }) => name)).toContain('__Host-aquifer_session');
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax' });
});

test('his page makes a record with the session’s cookie, and the operator sees it', async () => {
  const made = await user.page.evaluate(async () => {
    const answer = await fetch('/v1/data/records/notes', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'from the browser' }),
    });
    return { status: answer.status, body: await answer.json() };
  });
  expect(made).toMatchObject({ status: 201, body: { record: { title: 'from the browser' } } });
  await visit('Collections');
  await operator.page.getByRole('link', { name: 'notes' }).click();
  // What a screen has just shown, it shows again for five seconds without asking anew.
  await operator.page.reload();
  await operator.page.getByText('from the browser').waitFor();
});

test('a forgotten password is set anew by mail, which logs out everywhere', async () => {
  const { page } = user;
  await page.goto(`${server.url}/accounts/forgot-password`);
  await page.getByLabel('Email address').fill(USER.email);
  await page.getByRole('button', { name: 'Send the mail' }).click();
  await heading(page, 'Check your mail').waitFor();
  await page.goto(await linkInMailbox(/new password/));
  await page.getByLabel('New password', { exact: true }).fill(USER.next);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await heading(page, 'Your password is changed').waitFor();

  user.expectRefusal(401, '/v1/accounts/log-in');
  await logIn(page, USER.password);
  await page.getByRole('alert').first().waitFor();
  await logIn(page, USER.next);
  await heading(page, 'Your account').waitFor();
});

test('he sees his other session and ends it', async () => {
  const elsewhere = await newVisitor(browser, server.url);
  await logIn(elsewhere.page, USER.next);
  await heading(elsewhere.page, 'Your account').waitFor();

  await user.page.reload();
  await user.page
    .getByRole('navigation', { name: 'Parts of your account' })
    .getByRole('link', { name: 'Devices' })
    .click();
  const sessions = user.page.getByRole('region', { name: 'Where you are logged in' }).getByRole('listitem');
  await user.page.getByText('This device').waitFor();
  expect(await sessions.count()).toBe(2);
  await sessions.getByRole('button', { name: /^Log out/ }).click();
  await expect.poll(() => sessions.count()).toBe(1);

  await elsewhere.page.reload();
  await heading(elsewhere.page, 'Log in').waitFor();
  expect(elsewhere.faults).toEqual([]);
  await elsewhere.context.close();
});

test('the page for a wall says whether users are hurt, and leads back to the console', async () => {
  const { page } = operator;
  await page.goto(`${server.url}/console/`);
  await visit('Live');
  await page.getByRole('region', { name: 'Users hurt now' }).getByText('in the last minute').waitFor();
  await page.getByRole('region', { name: 'The connection pool' }).waitFor();
  await page.getByRole('figure', { name: /^Throughput/ }).waitFor();
  // A lane that is chosen is looked at alone.
  await page
    .getByRole('region', { name: 'The connection pool' })
    .getByRole('button', { name: /critical/i })
    .click();
  await page.getByRole('button', { name: 'All lanes' }).click();
  await page.getByRole('link', { name: 'Back to the console' }).click();
  await page.getByRole('navigation', { name: 'Console' }).waitFor();
});

test('every screen of the console opens without a fault, and the log-out ends it', async () => {
  const { page } = operator;
  const addresses = [
    ...['', 'live', 'pool', 'queries', 'tables', 'tables/indexes', 'incidents', 'alerts', 'statements'],
    ...['users', 'sessions', 'roles', 'api-keys', 'audit', 'mailbox', 'collections', 'collections/notes', 'nowhere'],
  ];
  for (const address of addresses) {
    await page.goto(`${server.url}/console/${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  await page.goto(`${server.url}/console/`);
  await page.getByRole('button', { name: OPERATOR.email }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await heading(page, 'Log in').waitFor();
}, 60_000);

test('the server stops cleanly', async () => {
  expect(await server.end('SIGINT')).toMatchObject({ exitCode: 0, stderr: '' });
});

/** What an operator does about an incident and its alerts, in a real browser against the built server. */

import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newVisitor, type Visitor } from '../support/browser.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { type ServerProcess, serverFolder, settingsFor, startServer } from '../support/server-process.ts';

const OPERATOR = { email: 'olga@example.com', password: 'seven green kettles sing' };

let server: ServerProcess;
let browser: Browser;
let operator: Visitor;

beforeAll(async () => {
  const folder = await serverFolder(atEndOfFile);
  server = await startServer({ folder, environment: await settingsFor(folder) }, atEndOfFile);
  browser = await launchBrowser();
  atEndOfFile(() => browser.close());
  operator = await newVisitor(browser, server.url);
  const token = server.setupLink?.split('#token=')[1];
  const data = { ...OPERATOR, token, transport: 'cookie' };
  const answer = await operator.page.request.post(`${server.url}/v1/accounts/first-operator`, { data });
  expect(answer.status()).toBe(201);
});

afterEach(() => {
  expect(operator.faults).toEqual([]);
});

const open = (path: string) => operator.page.goto(`${server.url}/console${path}`);
const press = (name: string | RegExp) => operator.page.getByRole('button', { name }).click();
const heading = (name: string | RegExp, level = 1) => operator.page.getByRole('heading', { name, level });

test('an incident is opened by hand, noted and closed; its postmortem is changed', async () => {
  const { page } = operator;
  await open('/incidents');
  await press('Open an incident');
  await page.getByLabel('What is wrong, in a sentence').fill('Checkout is slow for some');
  await press('Open it');
  await heading('Checkout is slow for some').waitFor();
  // Seen from every page as long as it is open.
  await page.getByText('1 incident open').first().waitFor();

  await page.getByLabel('Write down what you see or do').fill('The queue of the bank is long.');
  await press('Add the note');
  const timeline = page.getByRole('list', { name: /^Timeline/ });
  await timeline.getByText('The queue of the bank is long.').waitFor();
  expect(await timeline.getByText(`by ${OPERATOR.email}`).count()).toBeGreaterThan(0);

  await press('Close it now');
  await page.getByRole('link', { name: 'Postmortem' }).click();
  await heading(/Checkout is slow for some/).waitFor();
  await press('Change “Summary”');
  await page.getByLabel('Summary, as Markdown').fill('The **bank** was slow.\n\n<img src="https://evil.example/x">');
  await press('Save');
  await page.getByText('changed by hand', { exact: true }).waitFor();
  expect(await page.getByRole('region', { name: 'Summary' }).locator('strong').textContent()).toBe('bank');
});

test('a measure of one’s own is added, ticked off and still there after a reload', async () => {
  const { page } = operator;
  await press('Add a measure');
  await page.getByLabel('What is to be done').fill('Ask the bank for a second line');
  await press('Add it');
  const measure = page.getByRole('checkbox', { name: 'Ask the bank for a second line' });
  await measure.click();
  await page.getByText(/^Ticked off/).waitFor();
  await page.reload();
  await measure.waitFor();
  expect(await measure.isChecked()).toBe(true);
});

test('a channel is added and its test arrives in the mailbox', async () => {
  const { page } = operator;
  await open('/alerts');
  await page.getByText('Alerts reach nobody').waitFor();
  await page.getByRole('link', { name: 'Add a channel' }).click();
  await press('Add a channel');
  await page.getByLabel('Name').fill('On call');
  await page.getByLabel('Addresses').fill(OPERATOR.email);
  await press('Add it');
  await press('Send a test');
  await page.getByText('The test has arrived').waitFor();
  await press('What was sent');
  await page.getByRole('region', { name: 'Deliveries' }).getByText('Delivered').waitFor();
});

test('a silence is made, ended, and taken back', async () => {
  const { page } = operator;
  await open('/alerts/silences');
  await press('Make a silence');
  await page.getByLabel('Why').fill('We move to another disk');
  await press('Silence it');
  await heading('We move to another disk', 2).waitFor();
  await page.getByText('Silent now').waitFor();
  await press('End it');
  await page.getByText('Nothing is silenced').waitFor();
  await press('Undo');
  await heading('We move to another disk', 2).waitFor();
});

test('a rule of one’s own is watched, switched off, and deleted', async () => {
  const { page } = operator;
  await open('/alerts/rules');
  await press('A rule of your own');
  await page.getByLabel('Name').fill('Checkout is slow');
  await page.getByLabel('Figure').fill('http.p99Ms');
  await page.getByLabel('Bound, ms').fill('1500');
  await press('Watch it');
  const rule = page.getByRole('listitem').filter({ hasText: 'your own' });
  await rule.getByText('Above 1.5 s for 1 min').waitFor();
  await rule.getByRole('radio', { name: 'Off' }).click();
  await page.getByText('Nobody will be told').waitFor();
  await rule.getByRole('button', { name: 'Change' }).click();
  await press('Delete');
  await press('Delete the rule and what it has learnt');
  await rule.waitFor({ state: 'detached' });
});

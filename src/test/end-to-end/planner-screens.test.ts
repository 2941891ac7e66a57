/** The planner's pages in a real browser against the built server: an index is tried, a snapshot taken, and a plan walked through. */

import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newVisitor, type Visitor } from '../support/browser.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { type ServerProcess, serverFolder, settingsFor, startServer } from '../support/server-process.ts';

const OPERATOR = { email: 'olga@example.com', password: 'seven green kettles sing' };
const SESSIONS = 'select id from aquifer_accounts.sessions where user_agent = $1 order by created_at';
/** A twin is made for the first answer, while other tests run. */
const TWIN_MS = 40_000;
const TEST_MS = 60_000;

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

const open = (path: string) => operator.page.goto(`${server.url}/console/planner${path}`);
const button = (name: string | RegExp) => operator.page.getByRole('button', { name });

test(
  'an index is tried on a statement, and both its plans are there',
  async () => {
    const { page } = operator;
    await open('/what-if');
    await page.getByLabel('Statement').fill(SESSIONS);
    await button('Add an index').click();
    await page.getByLabel('Index 1', { exact: true }).fill('create index on aquifer_accounts.sessions (user_agent)');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('region', { name: 'Indexes tried' }).waitFor({ timeout: TWIN_MS });
    expect(await page.getByRole('tree').count()).toBe(2);
    await page.getByLabel('$1, text').waitFor();
  },
  TEST_MS,
);

test('a plan is walked through by keys, and a step says what it does', async () => {
  const { page } = operator;
  const steps = page.getByRole('tree').first().getByRole('treeitem');
  const all = await steps.count();
  expect(all).toBeGreaterThan(1);
  await steps.first().focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByText('Reads the whole table, row by row, and keeps what fits.').waitFor();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  expect(await steps.count()).toBe(1);
  await page.keyboard.press('ArrowRight');
  expect(await steps.count()).toBe(all);
});

test(
  'what was written is still there after another page; what cannot be planned is told',
  async () => {
    const { page } = operator;
    await open('/review');
    await page.getByRole('heading', { name: 'Nothing has been reviewed yet' }).waitFor();
    await open('/what-if');
    expect(await page.getByLabel('Statement').inputValue()).toBe(SESSIONS);
    await page.getByLabel('Statement').fill('select nothing from nowhere_at_all');
    operator.expectRefusal(422, '/v1/planner/what-if');
    await button('Plan it').click();
    await page.getByRole('alert').waitFor({ timeout: TWIN_MS });
  },
  TEST_MS,
);

test(
  'a snapshot is taken, and stands first',
  async () => {
    const { page } = operator;
    await open('/snapshots');
    await button(/^Take/).click();
    const rows = page.getByRole('region', { name: 'Snapshots' }).getByRole('row');
    await rows.filter({ hasText: 'an operator' }).first().waitFor({ timeout: TWIN_MS });
  },
  TEST_MS,
);

// Makes the documentation's pictures from a real server with invented people and records, so that they stay current.

import './node-version.js';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepare } from './build.js';
import { root } from './install.js';
import { askForReports, holdConnections, keepReading, reportRoutes, seed } from './screenshots-data.js';
import { findChromium } from './system-packages.js';
import { Fault, runScript, say, step } from './terminal.js';

const help = `
Usage: npm run screenshots [-- NAME …]

Builds, starts a server of its own on an empty database, fills it with invented data, and writes the pictures to
docs/images/. With NAMEs, those alone: hosted-log-in, hosted-set-up, account, collection, statements, overview, lane.

  PORT            shown in the pictures, so 8400 unless said; it must be free
  CHROMIUM_PATH   a Chromium or Chrome
`;

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
/** What moves has come to rest, and the counts of the last request have arrived. */
const SETTLE_MS = 1_500;
const REPORTS_MS = 25_000;
const INCIDENT_TURNS = 40;
const PLANNER_TURNS = 80;
const SALES_OF_CUSTOMER = 'select sum(grams)::text as grams from shop.sales where customer_email = $1';

/** The load comes last: statements that wait for a lock are the first thing one would see in the others. */
const pictures = {
  'hosted-log-in': { path: '/accounts/log-in', width: 900, height: 800, isStranger: true },
  'hosted-arabic': { path: '/accounts/log-in?lang=ar', width: 400, height: 790, isStranger: true, scheme: 'dark' },
  'hosted-set-up': { path: '/accounts/set-up-factor', width: 900, height: 780, isPerson: true, prepare: withAppSetUp },
  account: { path: '/accounts/#security', width: 1100, height: 820, isPerson: true, prepare: withPasskey },
  user: { path: '/console/users?search=ada', height: 1100, prepare: withUserOpen },
  audit: { path: '/console/audit', height: 820 },
  collection: { path: '/console/collections/orders', height: 760 },
  statements: { path: '/console/statements', height: 640, prepare: afterSomeReading },
  rules: { path: '/console/rules', height: 900, prepare: withRehearsal },
  cause: { path: '/console/cause', height: 1000, prepare: withReports },
  pool: { path: '/console/pool', height: 1160, prepare: withReports },
  queries: { path: '/console/queries', height: 760, prepare: withReports },
  review: { path: '/console/planner/review', height: 820, prepare: withPlannerRun('review') },
  'reviewed-statement': { path: '/console/planner/review', height: 1500, prepare: withReviewedStatement },
  'index-advice': { path: '/console/planner/indexes', height: 900, prepare: withPlannerRun('advice') },
  forecast: { path: '/console/planner/forecast', height: 900, prepare: withPlannerRun('forecast') },
  'what-if': { path: '/console/planner/what-if', height: 1000, prepare: withWhatIf },
  tables: { path: '/console/tables', height: 760, prepare: withTableOpen },
  live: { path: '/console/live', width: 1920, height: 1080, scale: 1, prepare: withReports },
  incident: { path: '/console/incidents', height: 1000, prepare: withIncident },
  timeline: { path: '/console/incidents', height: 820, prepare: withTimeline },
  postmortem: { path: '/console/incidents', height: 1000, prepare: withPostmortem },
  alerts: { path: '/console/alerts', height: 900, prepare: withAlertOpen },
  overview: { path: '/console/', width: 1440, height: 900, scale: 2, prepare: withLoad },
  lane: { path: '/console/', width: 1440, height: 1160, scale: 1.25, prepare: withLaneOpen },
  activity: { path: '/console/activity', height: 760, prepare: withLocks },
};

function startServer(dataDir) {
  return import('../dist/main/app.js').then(({ route, startApp, Type }) =>
    startApp({
      routes: ({ pool }) => reportRoutes({ pool, route, Type }),
      environment: {
        ...{ PORT: process.env.PORT || '8400', AQUIFER_DATA_DIR: dataDir, LOG_LEVEL: 'error' },
        ...{ APP_NAME: 'Tea House', APP_ACCENT: '#7a3e9d', TRUSTED_PROXIES: '127.0.0.1,::1' },
      },
    }),
  );
}

async function afterSomeReading(page, world, take) {
  const stopReading = keepReading(world);
  await sleep(2 * SETTLE_MS);
  await stopReading();
  await page.reload();
  await sleep(SETTLE_MS);
  await take();
}

/**
 * People read their records while the picture is taken, and some wait for a lock that someone holds: for less than the
 * 5 s after which their statements are ended.
 */
async function withLoad(page, world, take) {
  await page.getByRole('region', { name: 'The connection pool' }).waitFor();
  const stopReading = keepReading(world);
  const release = await holdConnections(world);
  try {
    await sleep(SETTLE_MS);
    await take();
  } finally {
    await release();
    await stopReading();
  }
}

/** A report without an index, six times a second: long enough to be named, and to draw its hill. */
async function withReports(_page, world, take) {
  const stopReading = keepReading(world);
  const stopReports = askForReports(world);
  try {
    await sleep(REPORTS_MS);
    await take();
  } finally {
    await stopReports();
    await stopReading();
  }
}

/** The reports hurt those who read: the incident that opens by it, or the one that has just been. */
async function withIncident(page, world, take) {
  await withReports(page, world, async () => {
    await goToIncident(page, world);
    await take();
  });
}

/** In the middle of it, where there is something to see before and after. */
async function withTimeline(page, world, take) {
  await withReports(page, world, async () => {
    await goToIncident(page, world);
    await page
      .getByRole('button', { name: /^Go to .*\+/ })
      .nth(6)
      .click();
    await page.getByRole('heading', { name: 'What happened' }).scrollIntoViewIfNeeded();
    await page.getByRole('heading', { name: 'What happened' }).evaluate((heading) => heading.scrollIntoView());
    await sleep(SETTLE_MS);
    await take();
  });
}

async function withPostmortem(page, world, take) {
  const id = await goToIncident(page, world);
  await page.request.post(`${world.url}/v1/monitor/incidents/${id}/postmortem`, { data: {} });
  await page.goto(`${world.url}/console/incidents/${id}/postmortem`);
  await sleep(SETTLE_MS);
  await take();
}

/** What the reports have set off still fires, or has just been. */
async function withAlertOpen(page, _world, take) {
  await page.getByRole('list').getByRole('button', { expanded: false }).first().click();
  await sleep(SETTLE_MS);
  await take();
}

/** On a quick machine it takes a while until somebody waits too long for a report. */
async function findIncident(page, url) {
  for (let turn = 0; turn < INCIDENT_TURNS; turn += 1) {
    const answer = await page.request.get(`${url}/v1/monitor/incidents?limit=1`);
    const { incidents } = await answer.json();
    if (incidents[0]) return incidents[0].id;
    await sleep(SETTLE_MS);
  }
  throw new Fault('No incident has opened: the reports hurt nobody.');
}

async function goToIncident(page, { url }) {
  const id = await findIncident(page, url);
  await page.goto(`${url}/console/incidents/${id}`);
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  await sleep(SETTLE_MS);
  return id;
}

/** A passkey of a device that the browser invents, and the recovery codes that come with it. */
async function withPasskey(page, _world, take) {
  const browser = await page.context().newCDPSession(page);
  await browser.send('WebAuthn.enable');
  await browser.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await sleep(SETTLE_MS);
  await take();
}

async function withUserOpen(page, _world, take) {
  await page.getByRole('link', { name: 'ada@example.com' }).click();
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
  await sleep(SETTLE_MS);
  await take();
}

/** What the planner finds, once it has looked: it takes its snapshot, and works in a thread of its own. */
function withPlannerRun(kind) {
  return async (page, world, take) => {
    await askPlanner(page, world, kind);
    await page.reload();
    await sleep(SETTLE_MS);
    await take();
  };
}

/** After some reports, so that the planner knows how often each statement is called. */
async function askPlanner(page, world, kind) {
  const stopReading = keepReading(world);
  const stopReports = askForReports(world);
  await sleep(4 * SETTLE_MS);
  await stopReports();
  await stopReading();
  const asked = await page.request.post(`${world.url}/v1/planner/runs`, { data: { kind } });
  const { run } = await asked.json();
  for (let turn = 0; turn < PLANNER_TURNS; turn += 1) {
    const answer = await page.request.get(`${world.url}/v1/planner/runs/${run.id}`);
    const { state, sentence } = (await answer.json()).run;
    if (state === 'done') return;
    if (state !== 'waiting' && state !== 'running') throw new Fault(`The planner has not done it: ${sentence}`);
    await sleep(SETTLE_MS);
  }
  throw new Fault('The planner takes too long.');
}

async function withReviewedStatement(page, world, take) {
  await askPlanner(page, world, 'review');
  await page.reload();
  await page.getByRole('region', { name: 'Statements' }).getByRole('link').first().click();
  await page.getByRole('tree').first().waitFor();
  await sleep(SETTLE_MS);
  await take();
}

async function withWhatIf(page, _world, take) {
  await page.getByLabel('Statement').fill(SALES_OF_CUSTOMER);
  await page.getByRole('button', { name: 'Add an index' }).click();
  await page.getByLabel('Index 1', { exact: true }).fill('create index on shop.sales (customer_email)');
  await page.getByRole('button', { name: 'Plan it' }).click();
  await page.getByRole('tree').first().waitFor();
  await sleep(SETTLE_MS);
  await take();
}

async function withTableOpen(page, _world, take) {
  await page.getByRole('button', { name: 'shop.sales' }).click();
  await sleep(SETTLE_MS);
  await take();
}

async function withAppSetUp(page, _world, take) {
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await page.getByRole('heading', { name: 'Scan the code' }).waitFor();
  await sleep(SETTLE_MS);
  await take();
}

async function withLocks(_page, world, take) {
  const release = await holdConnections(world);
  try {
    await sleep(2 * SETTLE_MS);
    await take();
  } finally {
    await release();
  }
}

async function withRehearsal(page, _world, take) {
  await page.getByRole('button', { name: 'Whom would it have hit?' }).nth(2).click();
  await sleep(SETTLE_MS);
  await take();
}

async function withLaneOpen(page, world, take) {
  const lane = page.getByRole('region', { name: 'The connection pool' }).getByRole('button', { name: /interactive/i });
  await withLoad(page, world, async () => {
    await lane.click();
    await sleep(SETTLE_MS);
    await take();
  });
}

async function takePicture(browser, world, [name, picture]) {
  const { path, width = 1200, height, scale = 1.5, isStranger, isPerson, scheme = 'light' } = picture;
  const context = await browser.newContext({
    ...{ viewport: { width, height }, deviceScaleFactor: scale, colorScheme: scheme, locale: 'en-GB' },
    ...{ timezoneId: 'UTC', extraHTTPHeaders: { 'x-forwarded-for': '192.0.2.10' } },
  });
  try {
    const page = await context.newPage();
    if (!isStranger) {
      const { email, password } = isPerson ? world.people[0] : world.operator;
      await page.request.post(`${world.url}/v1/accounts/log-in`, { data: { email, password, transport: 'cookie' } });
    }
    await page.goto(world.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const take = () => page.screenshot({ path: join(root, 'docs', 'images', `${name}.png`) });
    if (picture.prepare) return await picture.prepare(page, world, take);
    await sleep(SETTLE_MS);
    await take();
  } finally {
    await context.close();
  }
}

async function takePictures(names, world) {
  const executablePath = await findChromium();
  if (!executablePath) throw new Fault('Pictures need a Chromium: set CHROMIUM_PATH to one.');
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    for (const entry of Object.entries(pictures)) {
      if (names.length === 0 || names.includes(entry[0])) {
        await step(`docs/images/${entry[0]}.png`, () => takePicture(browser, world, entry));
      }
    }
  } finally {
    await browser.close();
  }
}

await runScript(help, async (names) => {
  const unknown = names.filter((name) => !(name in pictures));
  if (unknown.length > 0) throw new Fault(`There is no picture ${unknown[0]}; there are: ${Object.keys(pictures)}.`);
  await prepare();
  mkdirSync(join(root, 'docs', 'images'), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'aquifer-screenshots-'));
  const dataDir = join(folder, '.aquifer');
  try {
    const app = await step('Starting a server', () => startServer(dataDir)).catch((error) => {
      throw new Fault(error.message);
    });
    try {
      const world = await step('Inventing people and records', () => seed(app, dataDir));
      await takePictures(names, world);
    } finally {
      await app.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say('Look at each picture before you commit it.');
});

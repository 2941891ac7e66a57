/**
 * Claim: the live page's first paint takes at most 1 s on loopback, and it holds 60 frames a second while the pool moves.
 * A real server with people who read their records, a real Chromium with an empty cache for each visit.
 */

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type AquiferServer, PASSWORD, startAquifer } from './support/aquifer-server.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';
import { type FrameReport, recordFrames } from './support/frames.ts';
import { type OwnRecords, prepareRecords } from './support/own-records.ts';
import { median } from './support/paired-rounds.ts';

const VISITS = 7;
const READERS = 12;
const PAUSE_MS = 120;
const WATCHED_MS = 20_000;
const SETTLE_MS = 3_000;
const SCREEN = { width: 1920, height: 1080 };
const PAINT_GOAL_MS = 1_000;
const FRAMES_GOAL = 60;
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

interface Visit {
  firstPaintMs: number;
  /** Until the first figure of the stream stood there. */
  firstFigureMs: number;
}

await withEmbeddedDatabase(async ({ url: databaseUrl }) => {
  const aquifer = await startAquifer(databaseUrl);
  const records = await prepareRecords(aquifer);
  const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS });
  const stopReading = keepReading(aquifer, records);
  try {
    const visits: Visit[] = [];
    for (let round = 0; round < VISITS; round += 1) visits.push(await visit(browser, aquifer));
    const paintMs = median(visits.map(({ firstPaintMs }) => firstPaintMs));
    const figureMs = median(visits.map(({ firstFigureMs }) => firstFigureMs));
    console.log(`First paint: median ${paintMs.toFixed(0)} ms of ${VISITS} visits (goal ${PAINT_GOAL_MS} ms)`);
    console.log(`First figure of the stream: median ${figureMs.toFixed(0)} ms`);
    console.log(frameWords(await watchFrames(browser, aquifer)));
  } finally {
    await stopReading();
    await browser.close();
    await aquifer.stop();
  }
});

function findChromium(): string {
  const named = process.env.CHROMIUM_PATH;
  const path = [...(named ? [named] : []), ...PLACES].find((place) => existsSync(place));
  if (!path) throw new Error('There is no Chromium here: set CHROMIUM_PATH to one.');
  return path;
}

/** A browser of its own, with nothing in its cache, logged in. */
async function open(browser: Browser, { url }: AquiferServer): Promise<Page> {
  const context = await browser.newContext({ viewport: SCREEN });
  const page = await context.newPage();
  const data = { email: 'operator@example.org', password: PASSWORD, transport: 'cookie' };
  const answer = await page.request.post(new URL('/v1/accounts/log-in', url).href, { data });
  if (!answer.ok()) throw new Error(`The log-in was refused: ${answer.status()}`);
  return page;
}

async function visit(browser: Browser, aquifer: AquiferServer): Promise<Visit> {
  const page = await open(browser, aquifer);
  try {
    const startedAt = performance.now();
    await page.goto(new URL('/console/live', aquifer.url).href, { waitUntil: 'commit' });
    await page.locator('.live-table tbody tr').first().waitFor();
    const firstFigureMs = performance.now() - startedAt;
    const firstPaintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    return { firstPaintMs, firstFigureMs };
  } finally {
    await page.context().close();
  }
}

async function watchFrames(browser: Browser, aquifer: AquiferServer): Promise<FrameReport> {
  const page = await open(browser, aquifer);
  try {
    await page.goto(new URL('/console/live', aquifer.url).href);
    await page.locator('.live-table tbody tr').first().waitFor();
    await sleep(SETTLE_MS);
    return await recordFrames(page, WATCHED_MS);
  } finally {
    await page.context().close();
  }
}

function frameWords({ framesPerSecond, lateShare, longestMs, longTasks }: FrameReport): string {
  const late = `${(lateShare * 100).toFixed(2)} % of them late`;
  const longest = `the longest wait for one ${longestMs.toFixed(0)} ms, ${longTasks} tasks over 50 ms`;
  return `Frames: ${framesPerSecond.toFixed(1)} a second over ${WATCHED_MS / 1000} s (goal ${FRAMES_GOAL}), ${late}, ${longest}`;
}

/** People who read their records at a modest pace, so that the water moves. Returns what ends it. */
function keepReading({ url }: AquiferServer, { ids, token }: OwnRecords): () => Promise<void> {
  const pace = { isOver: false };
  const headers = { authorization: `Bearer ${token}` };
  const readers = Array.from({ length: READERS }, async (_, reader) => {
    for (let turn = reader; !pace.isOver; turn += READERS) {
      const path =
        turn % 3 === 0 ? '/v1/data/records/notes?limit=20' : `/v1/data/records/notes/${ids[turn % ids.length]}`;
      await fetch(new URL(path, url), { headers }).then((answer) => answer.text());
      await sleep(PAUSE_MS);
    }
  });
  return async () => {
    pace.isOver = true;
    await Promise.all(readers);
  };
}

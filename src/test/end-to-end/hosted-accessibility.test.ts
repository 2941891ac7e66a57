/**
 * The hosted pages, each in each of its states, held against axe in a real Chromium: in the light and the dark theme, read
 * from the left and from the right, on a screen as wide as a small phone's.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import fastify from 'fastify';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { servePages } from '../../main/http/pages.ts';
import { launchBrowser, newVisitor, type Visitor } from '../support/browser.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { answerCalls, hostedStates } from '../support/hosted-states.ts';
import { CONSOLE_PAGE, requireBuild } from '../support/server-process.ts';

const PHONE = { width: 360, height: 720 };
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Another theme or direction has the same structure: its colours are looked at. */
const COLORS: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast'] } };

let origin: string;
let visitor: Visitor;

beforeAll(async () => {
  requireBuild();
  const server = fastify();
  await servePages(server, dirname(CONSOLE_PAGE));
  await server.listen({ port: 0, host: '127.0.0.1' });
  atEndOfFile(() => server.close());
  origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const browser = await launchBrowser();
  atEndOfFile(() => browser.close());
  visitor = await newVisitor(browser, origin);
  await visitor.page.setViewportSize(PHONE);
});

/** What axe has against the page as it stands, one line a fault. */
async function faultsOf(page: Page, options: RunOptions = {}): Promise<string[]> {
  const found = await page.evaluate((given) => {
    const { axe } = window as unknown as { axe: { run: (options: RunOptions) => Promise<AxeResults> } };
    return axe.run(given);
  }, options);
  return found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${impact} ${id}: ${target} ${failureSummary}`),
  );
}

/** By the picker, even where a dialog stands before it. */
const speak = (page: Page, language: string) =>
  page.locator('.language-picker select').evaluate((select: HTMLSelectElement, code) => {
    select.value = code;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }, language);

const withLanguage = (path: string) =>
  path.replace(/^([^?#]*)(\?)?/, (_, before, asks) => `${before}?lang=en${asks ? '&' : ''}`);

/** On a page of its own: nothing of the state before is left, nor its choice of language. */
async function reach(name: string): Promise<void> {
  const { page } = visitor;
  const state = hostedStates[name]!;
  await page.unrouteAll();
  await answerCalls(page, state);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('about:blank');
  await page.goto(`${origin}${withLanguage(state.path)}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await state.act?.(page);
  if (state.arrival) await page.locator(state.arrival).first().waitFor();
}

test.each(Object.keys(hostedStates))('%s is for everybody', async (name) => {
  const { page } = visitor;
  await reach(name);
  await page.evaluate(axeSource);
  expect(await faultsOf(page), 'light, from the left').toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
  await page.emulateMedia({ colorScheme: 'dark' });
  await speak(page, 'ar');
  await page.locator('html[dir="rtl"]').waitFor({ state: 'attached' });
  // Colours go over into each other, be it ever so quickly: what they come to is looked at.
  await expect.poll(() => faultsOf(page, COLORS), { message: 'dark, from the right' }).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
  // Chromium writes a line for every refusal that the state is made of.
  expect(visitor.faults.filter((fault) => !fault.includes('status of 4'))).toEqual([]);
});

/** A real Chromium, whose pages keep account of everything that went wrong in them. */

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => `/usr/bin/${name}`),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export function launchBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM_PATH;
  const executablePath = [...(named ? [named] : []), ...PLACES].find((path) => existsSync(path));
  if (!executablePath) throw new Error('There is no Chromium here: set CHROMIUM_PATH, or install one.');
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** Errors in the console, uncaught exceptions, violations of the content security policy, requests elsewhere. */
  faults: string[];
  /** A refusal which a page is expected to meet: Chromium writes a line for every such answer. */
  expectRefusal(status: number, path: string): void;
}

/** Someone with a browser of his own: no cookie is shared with other visitors. */
export async function newVisitor(browser: Browser, origin: string): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-GB' });
  const faults: string[] = [];
  const expected: { status: number; path: string }[] = [{ status: 401, path: '/v1/accounts/me' }];
  const isExpected = (text: string, url: string) =>
    expected.some(({ status, path }) => text.includes(`status of ${status}`) && url === origin + path);
  await context.exposeBinding('reportViolation', (_source, violation: string) => {
    faults.push(violation);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { reportViolation: (text: string) => void }).reportViolation;
      report(`${location.pathname} violates ${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  const watch = (page: Page) => {
    page.on('console', (message) => {
      const { url } = message.location();
      if (message.type() === 'error' && !isExpected(message.text(), url)) faults.push(`${message.text()} (${url})`);
    });
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.stack ?? error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) {
        faults.push(`asked elsewhere: ${request.url()}`);
      }
    });
  };
  context.on('page', watch);
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  return { context, page, faults, expectRefusal: (status, path) => expected.push({ status, path }) };
}

/**
 * Cookies on the way through another site, in a real browser: whether one that is `SameSite=Lax` comes back with the user is
 * for browsers to say, and no simulated one knows. The provider is on another site (127.0.0.1) than the server (localhost).
 */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SESSION_COOKIE } from '../../main/http/index.ts';
import { type AccountsApp, createAccountsApp } from '../support/accounts.ts';
import { launchBrowser } from '../support/browser.ts';
import { findFreePort } from '../support/free-port.ts';
import { entryFor, writeSocialFile } from '../support/social.ts';
import { startWaywardProvider, type WaywardProvider } from '../support/wayward-provider.ts';

const person = { sub: 'somebody', email: 'somebody@example.com', email_verified: true, name: 'Some Body' };

let provider: WaywardProvider;
let app: AccountsApp;
let browser: Browser;

beforeAll(async () => {
  provider = await startWaywardProvider();
  const port = await findFreePort();
  const socialFile = writeSocialFile({ site: entryFor(provider) });
  const environment = { AQUIFER_SOCIAL_FILE: socialFile, BASE_URL: `http://localhost:${port}` };
  app = await createAccountsApp({ environment });
  await app.server.listen('127.0.0.1', port);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await provider?.close();
});

/** Sends the browser back as a link, or with a form that its page posts by itself, as Apple's does. */
function answerBy(way: 'query' | 'form'): void {
  provider.wayward.answer = (path, response, request) => {
    if (path !== '/authorize') return false;
    const callback = provider.agree(`${provider.issuer}${request.url}`, person);
    if (way === 'query') {
      response.writeHead(302, { location: callback.href }).end();
      return true;
    }
    const fields = [...callback.searchParams].map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    const form = `<form method="post" action="${callback.origin}${callback.pathname}">${fields.join('')}</form>`;
    response.writeHead(200, { 'content-type': 'text/html' }).end(`${form}<script>document.forms[0].submit()</script>`);
    return true;
  };
}

test.each(['query', 'form'] as const)('comes back by %s, logged in, at the page that was asked for', async (way) => {
  answerBy(way);
  const context = await browser.newContext();
  const page = await context.newPage();
  const { baseUrl } = app.config;
  await page.goto(`${baseUrl}/docs/errors`);
  const begun = await context.request.post(`${baseUrl}/v1/accounts/social/site/start`, {
    data: { next: '/docs/errors?in' },
  });
  const { url } = await begun.json();
  await page.evaluate((to) => {
    location.href = to;
  }, url);
  await page.waitForURL(`${baseUrl}/docs/errors?in`);
  const cookies = await context.cookies(baseUrl);
  expect(cookies.find(({ name }) => name === SESSION_COOKIE)).toMatchObject({
    ...{ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' },
  });
  const me = await context.request.get(`${baseUrl}/v1/accounts/me`);
  expect((await me.json()).user.email).toBe(person.email);
  await context.close();
});

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { entryFor, TestBrowser, writeSocialFile } from '../../support/social.ts';
import { send, startWaywardProvider, type WaywardProvider } from '../../support/wayward-provider.ts';

let provider: WaywardProvider;
let app: AccountsApp;

beforeAll(async () => {
  provider = await startWaywardProvider();
  const socialFile = writeSocialFile({
    kept: entryFor(provider, { keepTokens: true }),
    unkept: entryFor(provider, { issuer: provider.issuer }),
  });
  app = await createAccountsApp({ environment: { AQUIFER_SOCIAL_FILE: socialFile } });
});

afterAll(async () => {
  await app?.close();
  await provider?.close();
});

afterEach(() => {
  provider.wayward = {};
  provider.accessTokenSeconds = 3_600;
});

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

let count = 0;
async function newcomer(site = 'kept') {
  count += 1;
  const user = { sub: `sub-${count}`, email: `person-${count}@example.com`, email_verified: true };
  const browser = new TestBrowser(app);
  await browser.logIn(site, provider, user);
  const { identities } = (await browser.ask('GET', '/v1/accounts/social/identities')).json();
  return { browser, user, id: identities[0].id as string };
}

const tokenOf = (browser: TestBrowser, id: string) => browser.ask('POST', `/v1/accounts/social/identities/${id}/token`);
const refreshes = () => provider.requests.filter(({ body }) => body.get('grant_type') === 'refresh_token').length;
const makeStale = (id: string) =>
  app.sql(`update aquifer_accounts.social_identities set token_expires_at = now() where id = $1`, [id]);

test('one that lasts is handed out as it is, with what it is good for', async () => {
  const { browser, id } = await newcomer();
  const before = refreshes();
  const { accessToken, expiresAt, scopes } = (await tokenOf(browser, id)).json();
  expect(accessToken).toMatch(/^[0-9a-f]{32}$/);
  expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(3_000_000);
  expect(scopes).toEqual(['openid', 'email', 'profile']);
  expect(refreshes()).toBe(before);
});

test('in the database it cannot be read, nor be put to another’s account', async () => {
  const [mine, his] = [await newcomer(), await newcomer()];
  const { accessToken } = (await tokenOf(mine.browser, mine.id)).json();
  const rows = await app.sql<{ row: string }>(
    `select i::text || encode(access_token_sealed, 'escape') as row from aquifer_accounts.social_identities i`,
  );
  expect(rows.map(({ row }) => row).join()).not.toContain(accessToken);
  await app.sql(
    `update aquifer_accounts.social_identities i set access_token_sealed = o.access_token_sealed
     from aquifer_accounts.social_identities o where i.id = $1 and o.id = $2`,
    [mine.id, his.id],
  );
  expect((await tokenOf(mine.browser, mine.id)).json().code).toBe('social_token_absent');
  expect(app.log.join('')).not.toContain(accessToken);
});

test('a stale one is refreshed, by one of all who ask', async () => {
  const { browser, id } = await newcomer();
  const old = (await tokenOf(browser, id)).json().accessToken;
  await makeStale(id);
  const before = refreshes();
  const answers = await Promise.all(Array.from({ length: 16 }, () => tokenOf(browser, id)));
  const tokens = new Set(answers.map((answer) => answer.json().accessToken));
  expect(tokens.size).toBe(1);
  expect(tokens.has(old)).toBe(false);
  expect(refreshes()).toBe(before + 1);
});

test('while somebody refreshes the others wait, and nobody holds a connection', async () => {
  const { browser, id } = await newcomer();
  await makeStale(id);
  const { promise: held, resolve: letGo } = deferred();
  provider.wayward = {
    answer: async (path) => {
      if (path === '/token') await held;
      return false;
    },
  };
  const answers = [tokenOf(browser, id), tokenOf(browser, id)];
  await expect.poll(() => provider.requests.at(-1)?.path, { timeout: 10_000 }).toBe('/token');
  const heldConnections = () => {
    const { total, idle } = app.database.snapshot();
    return total - idle;
  };
  await expect.poll(heldConnections, { timeout: 10_000, interval: 5 }).toBe(0);
  letGo();
  expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
});

test('one that the user took back is forgotten, and not asked for again', async () => {
  const { browser, id } = await newcomer();
  await makeStale(id);
  provider.wayward = {
    answer: (path, response) => {
      if (path === '/token') send(response, 400, { error: 'invalid_grant' });
      return path === '/token';
    },
  };
  expect((await tokenOf(browser, id)).json().code).toBe('social_token_expired');
  const before = refreshes();
  expect((await tokenOf(browser, id)).json().code).toBe('social_token_absent');
  expect(refreshes()).toBe(before);
});

test('a site that fails is tried again later', async () => {
  const { browser, id } = await newcomer();
  await makeStale(id);
  provider.wayward = {
    answer: (path, response) => {
      if (path === '/token') send(response, 503, { error: 'temporarily_unavailable' });
      return path === '/token';
    },
  };
  expect((await tokenOf(browser, id)).json().code).toBe('social_provider_unavailable');
  provider.wayward = {};
  expect((await tokenOf(browser, id)).statusCode).toBe(200);
});

test('is kept only where the settings say so, and is nobody else’s', async () => {
  const { browser, id } = await newcomer('unkept');
  expect((await tokenOf(browser, id)).json().code).toBe('social_token_absent');
  const his = await newcomer();
  expect((await tokenOf(browser, his.id)).json().code).toBe('social_identity_not_found');
});

/** What is asked of whom before a browser leaves, by a server that anybody can reach. */

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type AccountsApp, createAccountsApp } from '../../../support/accounts.ts';
import { type AtprotoNetwork, didFor, startAtprotoNetwork } from '../../../support/atproto-network.ts';
import { problemIn, TestBrowser, writeSocialFile } from '../../../support/social.ts';

vi.mock('node:dns/promises', async (original) => ({
  ...(await original<typeof import('node:dns/promises')>()),
  Resolver: class {
    resolveTxt = () => Promise.reject(new Error('no such name'));
    cancel = () => undefined;
  },
}));

const BASE_URL = 'https://app.example';
const path = '/v1/accounts/social/bluesky';

let network: AtprotoNetwork;
let app: AccountsApp;

beforeAll(async () => {
  network = await startAtprotoNetwork();
  const more = { endpoints: { handle: `${network.origins.directory}/handles/{handle}` }, allowPrivateNetwork: false };
  const socialFile = writeSocialFile({
    bluesky: network.entry(),
    public: network.entry(more),
    google: { clientId: 'ours', clientSecret: 'secret' },
  });
  app = await createAccountsApp({ environment: { AQUIFER_SOCIAL_FILE: socialFile, BASE_URL, APP_NAME: 'Shop' } });
  network.add({ did: didFor('ada'), handle: 'ada.atproto.social', email: 'ada@example.com', emailConfirmed: true });
  // As a server over there does it: by the address that is our id.
  network.readClient = async (clientId) => {
    expect(clientId).toBe(`${BASE_URL}${path}/client-metadata.json`);
    const answer = await app.server.fastify.inject({ method: 'GET', url: new URL(clientId).pathname });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    return answer.json();
  };
});

afterAll(async () => {
  await app?.close();
  await network?.close();
});

afterEach(() => {
  network.wayward = {};
});

const start = (handle: unknown, site = 'bluesky') =>
  new TestBrowser(app).ask('POST', `/v1/accounts/social/${site}/start`, handle === undefined ? {} : { handle });

test('the pages are told to ask for a handle', async () => {
  const { providers } = (await app.ask('GET', 'social/providers')).json();
  expect(providers).toContainEqual({ id: 'bluesky', name: 'Bluesky', asksFor: 'handle' });
});

test('all is pushed to the server beforehand, and the browser brings a name for it alone', async () => {
  const browser = new TestBrowser(app);
  const url = new URL(await browser.start('bluesky', { handle: '@Ada.atproto.social' }));
  expect(url.origin + url.pathname).toBe(`${network.origins.entry}/authorize`);
  expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
  const pushed = network.requests.filter((one) => one.path === '/par').at(-1)?.body;
  expect(Object.fromEntries(pushed ?? [])).toMatchObject({
    client_id: `${BASE_URL}${path}/client-metadata.json`,
    redirect_uri: `${BASE_URL}${path}/callback`,
    response_type: 'code',
    scope: 'atproto transition:email',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    state: expect.stringMatching(/^[\w-]{43}$/),
    login_hint: 'ada.atproto.social',
  });
  const [row] = await app.sql('select instance, issuer, subject from aquifer_accounts.social_flows');
  expect(row).toEqual({ instance: 'ada.atproto.social', issuer: network.origins.entry, subject: didFor('ada') });
  // And it ends as it should, by that client.
  expect(problemIn(await browser.comeBack(network.agree(url.href, didFor('ada'))))).toBeUndefined();
});

test('a handle that is missing, misspelt, nobody’s or not confirmed by its account is refused, and nothing is pushed', async () => {
  const before = network.asked('/par');
  network.add({ did: didFor('eve'), handle: 'eve.atproto.social' });
  network.wayward = { document: (document) => ({ ...document, alsoKnownAs: ['at://other.atproto.social'] }) };
  for (const handle of [undefined, 'ada', 'localhost', 'nobody.atproto.social', 'eve.atproto.social']) {
    const { code, errors } = (await start(handle)).json();
    expect(code, handle).toBe('social_instance_refused');
    expect(errors[0].field).toBe('handle');
  }
  expect(network.asked('/par')).toBe(before);
});

test('a server that is content with no nonce is asked twice, and not for ever', async () => {
  const before = network.asked('/par');
  network.wayward = { neverContent: true };
  expect((await start('ada.atproto.social')).json().code).toBe('social_answer_refused');
  expect(network.asked('/par')).toBe(before + 2);
});

test('reg/I2-a-handle-that-leads-inside-is-not-asked', async () => {
  const before = network.requests.length;
  expect((await start('ada.atproto.social', 'public')).json().code).toBe('social_instance_refused');
  expect(network.requests.length).toBe(before);
});

test('only a site of this kind has a document of ours', async () => {
  for (const site of ['google', 'nobody']) {
    const answer = await app.server.fastify.inject({
      ...{ method: 'GET', url: `/v1/accounts/social/${site}/client-metadata.json` },
    });
    expect(answer.json().code).toBe('social_provider_unknown');
  }
});

test('where no server could send a browser back to, nothing starts', async () => {
  const environment = { AQUIFER_SOCIAL_FILE: writeSocialFile({ bluesky: {} }), BASE_URL: 'http://192.168.1.7:8400' };
  await expect(createAccountsApp({ environment })).rejects.toThrow(/BASE_URL must begin with https/);
});

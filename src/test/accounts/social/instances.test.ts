import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseInstance } from '../../../main/accounts/social/instances.ts';
import type { Provider } from '../../../main/accounts/social/provider.ts';
import { type AccountsApp, BASE_URL, createAccountsApp } from '../../support/accounts.ts';
import { problemIn, TestBrowser, writeSocialFile } from '../../support/social.ts';
import { send, startWaywardProvider, type WaywardProvider } from '../../support/wayward-provider.ts';

/** What names mean in these tests. */
const names = new Map<string, string[]>();

vi.mock('node:dns/promises', async (original) => {
  const real = await original<typeof import('node:dns/promises')>();
  return {
    ...real,
    lookup: async (host: string, options: object) =>
      names.get(host)?.map((address) => ({ address, family: 4 })) ?? real.lookup(host, options),
  };
});

let provider: WaywardProvider;
let app: AccountsApp;
let instance: string;

const at = (path: string) => `http://{instance}${path}`;

beforeAll(async () => {
  provider = await startWaywardProvider();
  instance = new URL(provider.issuer).host;
  const endpoints = {
    ...{ authorization: at('/authorize'), token: at('/token'), userInfo: at('/userinfo') },
    registration: at('/api/v1/apps'),
  };
  const profile = { subject: 'sub', name: 'name', email: 'email', emailVerified: true };
  const local = { preset: 'mastodon', issuer: at(''), endpoints, profile, allowPrivateNetwork: true };
  const socialFile = writeSocialFile({ local, mastodon: {}, few: { preset: 'mastodon', instances: ['one.social'] } });
  app = await createAccountsApp({ environment: { AQUIFER_SOCIAL_FILE: socialFile } });
});

afterAll(async () => {
  await app?.close();
  await provider?.close();
});

afterEach(() => {
  provider.wayward = {};
});

const registrations = () => provider.requests.filter(({ path }) => path === '/api/v1/apps').length;
const startAt = (named: string, site = 'mastodon') =>
  new TestBrowser(app).ask('POST', `/v1/accounts/social/${site}/start`, { instance: named });

describe('an instance that a user names', () => {
  test('is asked for', async () => {
    const { providers } = (await app.ask('GET', 'social/providers')).json();
    expect(providers).toContainEqual({ id: 'mastodon', name: 'Mastodon', asksFor: 'instance' });
    expect((await app.ask('POST', 'social/mastodon/start', { body: {} })).json().code).toBe('social_instance_refused');
  });

  test('registers us once, and logs in who is known there; its secret is sealed', async () => {
    const user = { sub: '1', email: 'one@example.com', name: 'One' };
    const browser = new TestBrowser(app);
    expect(problemIn(await browser.logIn('local', provider, user, { instance }))).toBeUndefined();
    expect((await browser.ask('GET', '/v1/accounts/me')).json().user.email).toBe('one@example.com');
    expect(problemIn(await browser.logIn('local', provider, user, { instance }))).toBeUndefined();
    expect(registrations()).toBe(1);
    const [row] = await app.sql<{ row: string; issuer: string }>(
      `select s::text || encode(s.client_secret_sealed, 'escape') as row, i.issuer
       from aquifer_accounts.social_instances s, aquifer_accounts.social_identities i where i.instance = s.instance`,
    );
    expect(row?.row).not.toContain(provider.clientSecret);
    expect(row?.issuer).toBe(`http://${instance}`);
  });

  test('has an address of its own to come back to, and an answer that comes to another’s is not redeemed', async () => {
    const browser = new TestBrowser(app);
    const user = { sub: '1', email: 'one@example.com' };
    const start = () => browser.start('local', { instance });
    const callback = `/v1/accounts/social/local/callback/${encodeURIComponent(instance)}`;
    expect(new URL(await start()).searchParams.get('redirect_uri')).toBe(`${BASE_URL}${callback}`);
    const redeemed = () => provider.requests.filter(({ path }) => path === '/token').length;
    const before = redeemed();
    for (const pathname of ['/v1/accounts/social/local/callback', '/v1/accounts/social/local/callback/honest.social']) {
      const back = provider.agree(await start(), user);
      back.pathname = pathname;
      expect(problemIn(await browser.comeBack(back)), pathname).toBe('social_flow_invalid');
    }
    expect(redeemed()).toBe(before);
    expect(problemIn(await browser.comeBack(provider.agree(await start(), user)))).toBeUndefined();
  });

  test('registers us anew where the secret cannot be opened any more', async () => {
    await app.sql(`update aquifer_accounts.social_instances set client_secret_sealed = 'of another key'`);
    const before = registrations();
    const user = { sub: '2', email: 'two@example.com' };
    expect(problemIn(await new TestBrowser(app).logIn('local', provider, user, { instance }))).toBeUndefined();
    expect(registrations()).toBe(before + 1);
  });

  test('that answers with something else is refused, and nothing of it is kept', async () => {
    await app.sql('delete from aquifer_accounts.social_instances');
    for (const said of [
      {},
      null,
      [],
      { client_id: 1, client_secret: {} },
      { client_id: 'x', client_secret: 'x'.repeat(5_000) },
    ]) {
      provider.wayward = {
        answer: (_path, response) => {
          send(response, 200, said);
          return true;
        },
      };
      expect((await startAt(instance, 'local')).json().code).toBe('social_answer_refused');
    }
    expect(await app.sql('select 1 from aquifer_accounts.social_instances')).toEqual([]);
  });

  test('reg/I2-that-is-of-one’s-own-network-is-not-asked', async () => {
    const before = provider.requests.length;
    const port = instance.split(':')[1];
    const named = [
      ...['localhost', `localhost:${port}`, '127.0.0.1', instance, '[::1]', '0', '2130706433', '0x7f000001', '127.1'],
      ...['10.0.0.1', '169.254.169.254', 'metadata.google.internal', 'printer.local', 'db.internal', 'a.localhost'],
      ...['[::ffff:127.0.0.1]', 'router.lan', 'x.home.arpa', '①②⑦.0.0.1', 'ⓛocalhost'],
    ];
    for (const name of named) expect((await startAt(name)).json().code, name).toBe('social_instance_refused');
    expect(provider.requests.length).toBe(before);
  });

  test('reg/I2-whose-public-name-leads-inside-is-not-asked', async () => {
    const before = provider.requests.length;
    names.set('inside.social', ['127.0.0.1']);
    names.set('half-inside.social', ['1.1.1.1', '10.0.0.1']);
    names.set('nobody.social', []);
    const answers = await Promise.all([...names.keys()].map((name) => startAt(name)));
    // Nothing tells a name that leads inside from one that nobody has.
    const said = answers.map((answer) => answer.json()).map(({ code, detail }) => `${code} ${detail}`);
    expect(new Set(said)).toEqual(new Set(['social_instance_refused The instance is not a server that can be asked.']));
    expect(provider.requests.length).toBe(before);
  });

  test('is one of those that the settings allow', async () => {
    expect((await startAt('other.social', 'few')).json().detail).toBe('The instance must be one of one.social.');
  });
});

describe('parseInstance', () => {
  const anywhere = { instances: undefined, allowsPrivateNetwork: false } as unknown as Provider;

  test.each([
    ['mastodon.social', 'mastodon.social'],
    [' Mastodon.Social ', 'mastodon.social'],
    ['https://mastodon.social/', 'mastodon.social'],
    ['@me@mastodon.social', 'mastodon.social'],
    ['bücher.social', 'xn--bcher-kva.social'],
  ])('%s', (text, name) => expect(parseInstance(text, anywhere)).toBe(name));

  test.each([
    ...[
      '',
      'mastodon',
      'a b.social',
      'mastodon.social:8080',
      'mastodon.social/path',
      'mastodon.social?x',
      'http://a.social',
    ],
    ...[
      'a.social#b',
      'a..social',
      '-a.social',
      'a.social\\b',
      'a.social\n',
      '%6c.social',
      'x'.repeat(250),
      'a.example',
    ],
  ])('not %j', (text) => {
    // A line's end is trimmed away like any space around a name.
    if (text.endsWith('\n')) expect(parseInstance(text, anywhere)).toBe('a.social');
    else expect(() => parseInstance(text, anywhere)).toThrow(/instance/);
  });
});

/** Log-in by a handle, from the question to the page after it; and answers that must not be believed, each wrong in one way. */

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { believes } from '../../../../main/accounts/social/atproto/redeem.ts';
import { type AccountsApp, createAccountsApp } from '../../../support/accounts.ts';
import {
  type AtprotoNetwork,
  type AtprotoUser,
  type AtprotoWaywardness,
  didFor,
  startAtprotoNetwork,
} from '../../../support/atproto-network.ts';
import { problemIn, TestBrowser, writeSocialFile } from '../../../support/social.ts';
import { send } from '../../../support/wayward-provider.ts';

/** No name of these tests is in the world's DNS; asking it would only take time. */
vi.mock('node:dns/promises', async (original) => ({
  ...(await original<typeof import('node:dns/promises')>()),
  Resolver: class {
    resolveTxt = () => Promise.reject(new Error('no such name'));
    cancel = () => undefined;
  },
}));

let network: AtprotoNetwork;
let app: AccountsApp;
let ada: AtprotoUser;
let eve: AtprotoUser;

beforeAll(async () => {
  network = await startAtprotoNetwork();
  const socialFile = writeSocialFile({ bluesky: network.entry() });
  app = await createAccountsApp({ environment: { AQUIFER_SOCIAL_FILE: socialFile } });
  ada = user('ada', { email: 'ada@example.com', emailConfirmed: true });
  eve = user('eve', { email: 'eve@example.com', emailConfirmed: true });
});

afterAll(async () => {
  await app?.close();
  await network?.close();
});

afterEach(() => {
  network.wayward = {};
});

function user(name: string, more: Partial<AtprotoUser> = {}): AtprotoUser {
  return network.add({ did: didFor(name), handle: `${name}.atproto.social`, ...more });
}

/** From the button to the page after it; a browser of one's own machine goes on to where its cookies are. */
async function logIn(
  who: AtprotoUser,
  { browser = new TestBrowser(app), as = who, wayward = {} as AtprotoWaywardness } = {},
) {
  network.wayward = {};
  const url = await browser.start('bluesky', { handle: who.handle });
  network.wayward = wayward;
  const back = network.agree(url, as.did);
  back.hostname = 'localhost';
  return { browser, answer: await browser.comeBack(back) };
}

async function refusalOf(wayward: AtprotoWaywardness, who = ada, as = who): Promise<string | undefined> {
  const { browser, answer } = await logIn(who, { wayward, as });
  const problem = problemIn(answer);
  if (problem !== undefined && browser.session !== undefined) throw new Error('there is a session all the same');
  return problem;
}

describe('rightly', () => {
  test('who comes with a confirmed address gets an account, and comes into it again', async () => {
    // By which handle he came was looked at on the way; what his server calls him was not.
    const wayward = { session: (said: object) => ({ ...said, handle: 'somebody-else.example' }) };
    const { browser, answer } = await logIn(ada, { wayward });
    expect(problemIn(answer)).toBeUndefined();
    const me = await browser.ask('GET', '/v1/accounts/me');
    expect(me.json().user).toMatchObject({ email: 'ada@example.com', emailVerified: true, name: ada.handle });
    const again = await logIn(ada);
    expect((await again.browser.ask('GET', '/v1/accounts/me')).json().user.id).toBe(me.json().user.id);
    const [row] = await app.sql('select issuer, subject, access_token_sealed from aquifer_accounts.social_identities');
    expect(row).toEqual({ issuer: 'https://atproto.com', subject: ada.did, access_token_sealed: null });
  });

  test('an account that moves to another server and takes another handle is the same', async () => {
    const before = user('mover', { email: 'mover@example.com', emailConfirmed: true });
    const first = await logIn(before);
    const id = (await first.browser.ask('GET', '/v1/accounts/me')).json().user.id;
    const moved = user('mover', { handle: 'mover.elsewhere.social', at: 'stranger' });
    const second = await logIn(moved);
    expect(problemIn(second.answer)).toBeUndefined();
    expect((await second.browser.ask('GET', '/v1/accounts/me')).json().user.id).toBe(id);
    const mine = (await second.browser.ask('GET', '/v1/accounts/social/identities')).json().identities;
    expect(mine).toMatchObject([{ provider: 'bluesky', name: 'mover.elsewhere.social', email: 'mover@example.com' }]);
  });

  test('nonces are asked for and given at each server, and all requests prove one key that nothing keeps', async () => {
    const keysOf = async () => {
      const before = network.requests.length;
      await logIn(ada);
      const proofs = network.requests.slice(before).flatMap(({ headers }) => headers.dpop ?? []);
      return proofs.map((proof) => Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString());
    };
    const [first, second] = [await keysOf(), await keysOf()];
    // Each of three answers once with a nonce that it wants.
    expect([first.length, new Set(first).size, new Set(second).size]).toEqual([6, 1, 1]);
    expect(second[0]).not.toBe(first[0]);
  });

  test('links the account of who is logged in, whatever its address', async () => {
    const { browser } = await logIn(ada);
    const other = user('second', {});
    await app.sql('update aquifer_accounts.sessions set authenticated_at = now()');
    const back = network.agree(await browser.link('bluesky', { handle: other.handle }), other.did);
    back.hostname = 'localhost';
    expect((await browser.comeBack(back)).headers.location).toBe('/accounts/');
    const mine = (await browser.ask('GET', '/v1/accounts/social/identities')).json().identities;
    expect(mine.map(({ name }: { name: string }) => name)).toContain(other.handle);
  });
});

describe('an address', () => {
  test('that the server has not confirmed, or does not give, makes no account', async () => {
    const unconfirmed = user('unconfirmed', { email: 'unconfirmed@example.com', emailConfirmed: false });
    expect(await refusalOf({}, unconfirmed)).toBe('social_address_unverified');
    expect(await refusalOf({}, user('silent'))).toBe('social_address_missing');
    for (const emailConfirmed of ['true', 1, null, {}]) {
      const wayward = { session: (said: object) => ({ ...said, emailConfirmed }) };
      expect(await refusalOf(wayward, unconfirmed)).toBe('social_address_unverified');
    }
  });

  test('that a stranger’s server says is confirmed is nobody’s yet: anybody may run one', async () => {
    const mallory = user('mallory', { email: 'ada@example.com', emailConfirmed: true, at: 'stranger' });
    expect(await refusalOf({}, mallory)).toBe('social_address_unverified');
  });

  test('is believed of the server that says it, by its whole name', () => {
    const provider = { addressesFrom: ['*.host.bsky.network', 'pds.example'] };
    expect(believes(provider, 'https://morel.us-east.host.bsky.network')).toBe(true);
    expect(believes(provider, 'https://pds.example')).toBe(true);
    for (const one of [
      'evilhost.bsky.network',
      'host.bsky.network',
      'a.pds.example',
      'pds.example:8443',
      'x.example',
    ]) {
      expect(believes(provider, `https://${one}`), one).toBe(false);
    }
    expect(believes({}, 'https://pds.example')).toBe(false);
  });
});

describe('is refused', () => {
  const token = (changed: object): AtprotoWaywardness => ({ token: (answer) => ({ ...answer, ...changed }) });

  test('rightly it is not', async () => expect(await refusalOf({})).toBeUndefined());

  test('another account than the one that was asked for', async () => {
    expect(await refusalOf({}, ada, eve)).toBe('social_answer_refused');
    expect(await refusalOf(token({ sub: eve.did }))).toBe('social_answer_refused');
    expect(await refusalOf(token({ sub: undefined }))).toBe('social_answer_refused');
    expect(await refusalOf(token({ sub: '' }))).toBe('social_answer_refused');
  });

  test('a stranger’s server that says it is somebody of another', async () => {
    const guest = user('guest', { at: 'stranger' });
    expect(await refusalOf(token({ sub: ada.did }), guest, ada)).toBe('social_answer_refused');
  });

  test('an account that is at home at another server by now', async () => {
    const service = [
      { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: network.origins.stranger },
    ];
    const before = network.asked('/token');
    expect(await refusalOf({ document: (document) => ({ ...document, service }) })).toBe('social_answer_refused');
    expect(await refusalOf({ document: (document) => ({ ...document, service: [] }) })).toBe('social_answer_refused');
    // That server says so itself, too: it would be glad of a code that is of another one.
    const callback = ({ searchParams }: URL) => searchParams.set('iss', network.origins.stranger);
    const greedy = { document: (document: object) => ({ ...document, service }), callback };
    expect(await refusalOf(greedy)).toBe('social_answer_refused');
    const away: AtprotoWaywardness = {
      resource: (said) => ({ ...said, authorization_servers: [network.origins.stranger] }),
    };
    expect(await refusalOf(away)).toBe('social_answer_refused');
    // The code was shown to nobody.
    expect(network.asked('/token')).toBe(before);
  });

  test('the answer of another issuer, or of none', async () => {
    const before = network.asked('/token');
    for (const iss of [network.origins.stranger, network.origins.home, `${network.origins.entry}/`, null]) {
      const callback = ({ searchParams }: URL) =>
        iss === null ? searchParams.delete('iss') : searchParams.set('iss', iss);
      expect(await refusalOf({ callback }), String(iss)).toBe('social_answer_refused');
    }
    expect(network.asked('/token')).toBe(before);
  });

  test('a server that is content with no nonce: it is asked twice, and not for ever', async () => {
    const before = network.asked('/token');
    expect(await refusalOf({ neverContent: true })).toBe('social_answer_refused');
    expect(network.asked('/token')).toBe(before + 2);
  });

  test('a token that is bound to nothing, or is for something else', async () => {
    expect(await refusalOf(token({ token_type: 'Bearer' }))).toBe('social_answer_refused');
    expect(await refusalOf(token({ scope: 'transition:email' }))).toBe('social_answer_refused');
    expect(await refusalOf(token({ scope: undefined }))).toBe('social_answer_refused');
  });

  test('a home that answers for somebody else, or nothing that can be read', async () => {
    expect(await refusalOf({ session: (said) => ({ ...said, did: eve.did }) })).toBe('social_answer_refused');
    expect(await refusalOf({ session: ({ did: _did, ...said }) => said })).toBe('social_answer_refused');
    const path = '/xrpc/com.atproto.server.getSession';
    const says = (status: number, body: unknown): AtprotoWaywardness => ({
      answer: (asked, response) => {
        if (asked !== path) return false;
        send(response, status, body);
        return true;
      },
    });
    expect(await refusalOf(says(200, 'somebody'))).toBe('social_answer_refused');
    expect(await refusalOf(says(403, { did: ada.did }))).toBe('social_answer_refused');
    expect(await refusalOf(says(502, {}))).toBe('social_provider_unavailable');
  });

  test('a code that was pushed with another key, and a state of another browser', async () => {
    const attacker = new TestBrowser(app);
    const theirs = network.agree(await attacker.start('bluesky', { handle: eve.handle }), eve.did);
    const browser = new TestBrowser(app);
    const mine = network.agree(await browser.start('bluesky', { handle: eve.handle }), eve.did);
    theirs.hostname = 'localhost';
    mine.hostname = 'localhost';
    expect(problemIn(await browser.comeBack(theirs))).toBe('social_flow_invalid');
    mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    expect(problemIn(await browser.comeBack(mine))).toBe('social_answer_refused');
    expect(browser.session).toBeUndefined();
  });
});

test('a browser that comes back by the machine’s address goes on to the name that its cookies are of', async () => {
  const browser = new TestBrowser(app);
  const back = network.agree(await browser.start('bluesky', { handle: ada.handle }), ada.did);
  expect(back.hostname).toBe('127.0.0.1');
  const answer = await app.server.fastify.inject({
    ...{ method: 'GET', url: `${back.pathname}${back.search}&more=//evil.example`, headers: { host: back.host } },
  });
  expect(answer.statusCode).toBe(303);
  const on = new URL(String(answer.headers.location));
  expect(on.origin).toBe('http://localhost:8400');
  expect([...on.searchParams.keys()]).toEqual(['code', 'state', 'iss']);
  expect(problemIn(await browser.comeBack(on))).toBeUndefined();
});

/** Answers of a provider that must not be believed, each wrong in one way, and each seen to be right without it. */

import { generateKeyPair, type JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { entryFor, plainEntryFor, problemIn, TestBrowser, writeSocialFile } from '../../support/social.ts';
import {
  forgeJwt,
  send,
  signWith,
  startWaywardProvider,
  type Waywardness,
  type WaywardProvider,
} from '../../support/wayward-provider.ts';

let provider: WaywardProvider;
let other: WaywardProvider;
let app: AccountsApp;

beforeAll(async () => {
  [provider, other] = await Promise.all([startWaywardProvider(), startWaywardProvider()]);
  const socialFile = writeSocialFile({
    site: entryFor(provider),
    other: entryFor(other),
    plain: plainEntryFor(provider, { issuer: 'https://plain.example' }),
  });
  app = await createAccountsApp({
    environment: { AQUIFER_SOCIAL_FILE: socialFile, CORS_ORIGINS: 'https://app.example' },
  });
});

afterAll(async () => {
  await app?.close();
  await Promise.all([provider?.close(), other?.close()]);
});

afterEach(() => {
  provider.wayward = {};
  other.wayward = {};
});

const person = { sub: 'somebody', email: 'somebody@example.com', email_verified: true, name: 'Some Body' };

/** A log-in with one thing wrong: its code, and that nobody is logged in. */
async function refusalOf(wayward: Waywardness, site = 'site', user: object = person): Promise<string | undefined> {
  provider.wayward = wayward;
  const browser = new TestBrowser(app);
  const answer = await browser.logIn(site, provider, { ...person, ...user });
  const problem = problemIn(answer);
  if (problem !== undefined && browser.session !== undefined) throw new Error('there is a session all the same');
  return problem;
}

const seconds = () => Math.floor(Date.now() / 1_000);
const claims = (changed: (given: JWTPayload) => JWTPayload): Waywardness => ({ claims: changed });
const without = (name: string) => claims(({ [name]: _left, ...rest }) => rest);

test('rightly, it is believed', async () => {
  expect(await refusalOf({})).toBeUndefined();
  expect(await refusalOf({}, 'plain', { sub: 'plain', email: 'plain@example.com' })).toBeUndefined();
});

describe('what is signed', () => {
  const refused: [what: string, wayward: Waywardness][] = [
    ['reg/B4-another-issuer-in-the-token', claims((given) => ({ ...given, iss: 'https://evil.example' }))],
    ['reg/B4-an-issuer-that-only-begins-alike', claims((given) => ({ ...given, iss: `${given.iss}/` }))],
    ['reg/B7-another-audience', claims((given) => ({ ...given, aud: 'another-application' }))],
    ['reg/B7-no-audience', without('aud')],
    [
      'reg/B7-several-audiences-and-another-party',
      claims((given) => ({ ...given, aud: [given.aud as string, 'more'], azp: 'more' })),
    ],
    ['reg/B9-another-nonce', claims((given) => ({ ...given, nonce: 'of another log-in' }))],
    ['reg/B9-no-nonce', without('nonce')],
    ['reg/B8-no-subject', without('sub')],
    ['reg/B8-an-empty-subject', claims((given) => ({ ...given, sub: '' }))],
    ['reg/B8-an-object-as-subject', claims((given) => ({ ...given, sub: { $ne: null } as never }))],
    ['no time of issue', without('iat')],
    ['no end', without('exp')],
    ['an end that is past', claims((given) => ({ ...given, iat: seconds() - 900, exp: seconds() - 600 }))],
    ['not yet', claims((given) => ({ ...given, nbf: seconds() + 600 }))],
  ];
  test.each(refused)('%s', async (_what, wayward) => {
    expect(await refusalOf(wayward)).toBe('social_answer_refused');
  });

  test('reg/B7-a-key-that-is-not-the-site’s', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect(await refusalOf({ sign: (given) => signWith(privateKey, given) })).toBe('social_answer_refused');
    const unknown = { sign: (given: JWTPayload) => signWith(privateKey, given, { kid: 'nobody’s' }) };
    expect(await refusalOf(unknown)).toBe('social_answer_refused');
  });

  test('reg/B7-no-signature-or-one-with-what-everybody-knows', async () => {
    const none = (alg: string) => ({ sign: (given: JWTPayload) => forgeJwt({ alg }, given) });
    for (const alg of ['none', 'None', 'nOnE']) expect(await refusalOf(none(alg))).toBe('social_answer_refused');
    const confusion = [JSON.stringify(provider.publicJwk), provider.clientSecret];
    for (const secret of confusion) {
      const sign = (given: JWTPayload) => forgeJwt({ alg: 'HS256', kid: 'one' }, given, secret);
      expect(await refusalOf({ sign })).toBe('social_answer_refused');
    }
  });

  test('reg/B7-a-key-that-the-token-brings-along', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const header = { jwk: provider.publicJwk, jku: `${other.issuer}/jwks` };
    expect(await refusalOf({ sign: (given) => signWith(privateKey, given, header) })).toBe('social_answer_refused');
  });

  test('a token cut short, or none', async () => {
    const short = {
      token: (answer: Record<string, unknown>) => ({ ...answer, id_token: String(answer.id_token).slice(0, -4) }),
    };
    expect(await refusalOf(short)).toBe('social_answer_refused');
    const none = { token: ({ id_token: _token, ...answer }: Record<string, unknown>) => answer };
    expect(await refusalOf(none)).toBe('social_answer_refused');
  });
});

describe('what is answered', () => {
  const answer = (at: string, how: (response: Parameters<typeof send>[0]) => void): Waywardness => ({
    answer: (path, response) => {
      if (path !== at) return false;
      how(response);
      return true;
    },
  });
  const token = (changed: object): Waywardness => ({ token: (given) => ({ ...given, ...changed }) });

  test('reg/B6-who-it-is-said-to-be-is-who-was-signed', async () => {
    expect(await refusalOf({ userInfo: (given) => ({ ...given, sub: 'another' }) })).toBe('social_answer_refused');
    expect(await refusalOf({ userInfo: ({ sub: _sub, ...given }) => given })).toBe('social_answer_refused');
  });

  test('reg/B8-nobody-is-nobody', async () => {
    for (const sub of [undefined, null, '', {}, [], { toString: 'x' }, true, Number.NaN, 'a\u0000b', 'x'.repeat(300)]) {
      expect(await refusalOf({ userInfo: (given) => ({ ...given, sub }) }, 'plain')).toBe('social_answer_refused');
    }
    for (const said of [null, [], 'somebody', 7]) {
      expect(await refusalOf({ userInfo: () => said }, 'plain')).toBe('social_answer_refused');
    }
  });

  test('reg/B6-a-token-of-another-kind-or-none', async () => {
    expect(await refusalOf(token({ access_token: undefined }))).toBe('social_answer_refused');
    expect(await refusalOf(token({ access_token: 'of somebody else' }), 'plain')).toBe('social_answer_refused');
    expect(await refusalOf(token({ token_type: 'mac' }))).toBe('social_answer_refused');
  });

  test('answers that cannot be read', async () => {
    const html = (response: Parameters<typeof send>[0]) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    const broken = (response: Parameters<typeof send>[0]) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end('{"access');
    for (const how of [html, broken]) expect(await refusalOf(answer('/token', how))).toBe('social_answer_refused');
    expect(await refusalOf(answer('/userinfo', broken), 'plain')).toBe('social_answer_refused');
  });

  test('a redirect is followed nowhere', async () => {
    const away = (response: Parameters<typeof send>[0]) =>
      void response.writeHead(302, { location: `${other.issuer}/userinfo` }).end();
    const before = other.requests.length;
    for (const at of ['/token', '/userinfo']) {
      expect(await refusalOf(answer(at, away), at === '/token' ? 'site' : 'plain')).toBe('social_answer_refused');
    }
    expect(other.requests.length).toBe(before);
  });

  test('an answer that does not end is not read to its end', async () => {
    const endless = (response: Parameters<typeof send>[0]) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = setInterval(() => response.write(' '.repeat(65_536)), 1);
      response.on('close', () => clearInterval(more));
    };
    expect(await refusalOf(answer('/token', endless))).toBe('social_answer_refused');
  });

  test('a fault of the site is said as one', async () => {
    const fails = (response: Parameters<typeof send>[0]) => send(response, 500, { error: 'server_error' });
    expect(await refusalOf(answer('/token', fails))).toBe('social_provider_unavailable');
    expect(await refusalOf(answer('/userinfo', fails), 'plain')).toBe('social_provider_unavailable');
    const cut = (response: Parameters<typeof send>[0]) => void response.destroy();
    expect(await refusalOf(answer('/token', cut))).toBe('social_provider_unavailable');
  });

  test('what it says that is secret reaches no log', async () => {
    await refusalOf(claims((given) => ({ ...given, aud: 'another-application', secret_claim: 'never logged' })));
    await refusalOf(
      answer('/token', (response) =>
        send(response, 400, { error: 'invalid_grant', error_description: 'never logged' }),
      ),
    );
    const lines = app.log.join('');
    expect(lines).toContain('a log-in by another site failed');
    expect(lines).not.toContain('never logged');
    expect(lines).not.toContain(provider.clientSecret);
  });
});

describe('what the browser brings back', () => {
  const callback = (change: (url: URL) => void): Waywardness => ({ callback: change });

  test('reg/B9-the-issuer-of-the-answer-is-the-site’s-own', async () => {
    const mixedUp = callback((url) => url.searchParams.set('iss', other.issuer));
    expect(await refusalOf(mixedUp)).toBe('social_answer_refused');
    expect(await refusalOf(callback((url) => url.searchParams.delete('iss')))).toBe('social_answer_refused');
  });

  test('reg/B9-a-state-of-one-site-is-worth-nothing-at-another', async () => {
    const browser = new TestBrowser(app);
    const back = provider.agree(await browser.start('site'), person);
    back.pathname = back.pathname.replace('/site/', '/other/');
    const before = other.requests.length;
    expect(problemIn(await browser.comeBack(back))).toBe('social_flow_invalid');
    expect(other.requests.length).toBe(before);
  });

  test('reg/B10-a-state-is-worth-nothing-in-another-browser', async () => {
    const attacker = new TestBrowser(app);
    const back = provider.agree(await attacker.start('site'), person);
    const victim = new TestBrowser(app);
    expect(problemIn(await victim.comeBack(back))).toBe('social_flow_invalid');
    await victim.start('site');
    expect(problemIn(await victim.comeBack(back))).toBe('social_flow_invalid');
    expect(victim.session).toBeUndefined();
    // Nothing was used up by it.
    expect(problemIn(await attacker.comeBack(back))).toBeUndefined();
  });

  test('reg/A8-a-state-and-its-code-work-once', async () => {
    const browser = new TestBrowser(app);
    const back = provider.agree(await browser.start('site'), person);
    const before = provider.requests.filter(({ path }) => path === '/token').length;
    const answers = await Promise.all(Array.from({ length: 16 }, () => browser.comeBack(back)));
    const problems = answers.map(problemIn);
    expect(problems.filter((problem) => problem === undefined)).toHaveLength(1);
    expect(problems.filter((problem) => problem === 'social_flow_invalid')).toHaveLength(15);
    expect(provider.requests.filter(({ path }) => path === '/token')).toHaveLength(before + 1);
  });

  test('a code that another log-in was given is refused by its verifier', async () => {
    const attacker = provider.agree(await new TestBrowser(app).start('site'), { ...person, sub: 'attacker' });
    const browser = new TestBrowser(app);
    const back = provider.agree(await browser.start('site'), person);
    back.searchParams.set('code', attacker.searchParams.get('code') ?? '');
    expect(problemIn(await browser.comeBack(back))).toBe('social_answer_refused');
    expect(browser.session).toBeUndefined();
  });

  test('a log-in that took too long', async () => {
    const browser = new TestBrowser(app);
    const back = provider.agree(await browser.start('site'), person);
    await app.sql(`update aquifer_accounts.social_flows set expires_at = now() - interval '1 second'`);
    expect(problemIn(await browser.comeBack(back))).toBe('social_flow_invalid');
  });

  test('one that was called off, or failed over there', async () => {
    const said = (error: string) =>
      callback(({ searchParams }) => {
        searchParams.delete('code');
        searchParams.set('error', error);
      });
    expect(await refusalOf(said('access_denied'))).toBe('social_cancelled');
    expect(await refusalOf(said('server_error'))).toBe('social_answer_refused');
  });

  test('parameters that come twice, are missing or too long', async () => {
    const changes: ((url: URL) => void)[] = [
      ({ searchParams }) => searchParams.append('state', 'twice'),
      ({ searchParams }) => searchParams.append('code', 'twice'),
      ({ searchParams }) => searchParams.delete('state'),
      ({ searchParams }) => searchParams.set('state', ''),
      ({ searchParams }) => searchParams.set('code', 'x'.repeat(5_000)),
    ];
    for (const change of changes) expect(await refusalOf(callback(change))).toBe('social_flow_invalid');
    expect(await refusalOf(callback(({ searchParams }) => searchParams.delete('code')))).toBe('social_answer_refused');
  });

  test('a site that brings the browser back with a form: the browser brings its cookies on the way after it', async () => {
    const browser = new TestBrowser(app);
    const { pathname, searchParams } = provider.agree(await browser.start('site'), person);
    const headers = {
      ...{
        'content-type': 'application/x-www-form-urlencoded',
        origin: provider.issuer,
        'sec-fetch-site': 'cross-site',
      },
    };
    const form = await app.server.fastify.inject({
      ...{ method: 'POST', url: pathname, headers, payload: `${searchParams}&user=%7B%7D&redirect_uri=//evil.example` },
    });
    expect(form.statusCode, form.body).toBe(303);
    const on = new URL(String(form.headers.location));
    expect(on.origin + on.pathname).toBe(`http://localhost:8400${pathname}`);
    expect([...on.searchParams.keys()]).toEqual(['code', 'state', 'iss']);
    expect(problemIn(await browser.comeBack(on))).toBeUndefined();
  });

  test('no other route takes a form, nor anything from another site', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const log = await app.server.fastify.inject({
      ...{ method: 'POST', url: '/v1/accounts/log-in', headers, payload: 'email=a' },
    });
    expect(log.statusCode).toBe(415);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const start = await new TestBrowser(app).ask('POST', '/v1/accounts/social/site/start', {}, foreign);
    expect(start.json().code).toBe('cross_site_refused');
  });

  test('reg/C5-the-page-to-go-to-is-looked-at-again-at-the-end', async () => {
    const browser = new TestBrowser(app);
    for (const next of ['https://evil.example/', '//evil.example', 'javascript:alert(1)', '/\\evil.example']) {
      const back = provider.agree(await browser.start('site', { next: '/shop' }), person);
      await app.sql('update aquifer_accounts.social_flows set next = $1', [next]);
      expect((await browser.comeBack(back)).headers.location).toBe('/accounts/');
      // On the way that ends badly too.
      const failed = provider.agree(await browser.start('site', { next: '/shop' }), person);
      await app.sql('update aquifer_accounts.social_flows set next = $1', [next]);
      failed.searchParams.set('iss', other.issuer);
      expect((await browser.comeBack(failed)).headers.location).toBe(
        '/accounts/log-in?problem=social_answer_refused&provider=site',
      );
    }
  });

  test('reg/D7-no-secret-of-a-session-is-in-an-address', async () => {
    const browser = new TestBrowser(app);
    const answer = await browser.logIn('site', provider, person, { next: 'https://app.example/welcome' });
    expect(browser.session).toMatch(/^[\w-]{43}$/);
    expect(answer.headers.location).toBe('https://app.example/welcome');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.headers['cache-control']).toBe('no-store');
    await app.sql(`update aquifer_accounts.users set second_factors = '{totp}' where email = $1`, [person.email]);
    const asked = await new TestBrowser(app).logIn('site', provider, person, { next: 'https://app.example/welcome' });
    await app.sql(`update aquifer_accounts.users set second_factors = '{}' where email = $1`, [person.email]);
    expect(asked.headers.location).toMatch(/^\/accounts\/log-in#challenge=/);
  });
});

describe('where one may be sent', () => {
  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'https://app.example@evil.example',
    '/.//evil.example',
    '',
  ])('reg/C7-not-to %j', async (next) => {
    const answer = await app.ask('POST', 'social/site/start', { body: { next } });
    expect(answer.statusCode).toBe(400);
    expect(['next_refused', 'invalid_input']).toContain(answer.json().code);
  });
});

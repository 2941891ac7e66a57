/** Logging in by identity providers that others have written, from the button to the session. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth2Server } from 'oauth2-mock-server';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, BASE_URL, createAccountsApp } from '../support/accounts.ts';
import { problemIn, TestBrowser, writeSocialFile } from '../support/social.ts';

const mock = new OAuth2Server();
let provider: { server: Server; issuer: string };
let app: AccountsApp;

beforeAll(async () => {
  await mock.issuer.keys.generate('RS256');
  await mock.start(0, '127.0.0.1');
  provider = await startOidcProvider();
  const entry = { preset: 'oidc', clientId: 'aquifer', clientSecret: 'secret', allowPrivateNetwork: true };
  const socialFile = writeSocialFile({
    mock: { ...entry, issuer: mock.issuer.url },
    real: { ...entry, issuer: provider.issuer, clientAuth: 'basic', scopes: ['openid', 'email'] },
  });
  app = await createAccountsApp({ environment: { AQUIFER_SOCIAL_FILE: socialFile } });
});

afterAll(async () => {
  await app?.close();
  await mock.stop();
  provider?.server.closeAllConnections();
  provider?.server.close();
});

async function startOidcProvider(): Promise<{ server: Server; issuer: string }> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made = new Provider(issuer, {
    clients: [
      {
        client_id: 'aquifer',
        client_secret: 'secret',
        redirect_uris: [`${BASE_URL}/v1/accounts/social/real/callback`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, email: `${sub}@example.com`, email_verified: true }),
    }),
  });
  server.on('request', made.callback());
  return { server, issuer };
}

/** What a person does at the provider: logs in and agrees, form by form. Returns the way back. */
async function agreeAt(url: string, login: string): Promise<URL> {
  const cookies = new Map<string, string>();
  const go = async (to: string, form?: Record<string, string>) => {
    const answer = await fetch(to, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return { location: new URL(answer.headers.get('location') ?? to, to), text: await answer.text() };
  };
  let { location } = await go(url);
  const forms: Record<string, string>[] = [{ prompt: 'login', login, password: 'any' }, { prompt: 'consent' }];
  for (const form of forms) {
    if (location.origin === BASE_URL) break;
    ({ location } = await go(location.href, form));
    ({ location } = await go(location.href));
  }
  return location;
}

describe('oauth2-mock-server', () => {
  test('logs in who is confirmed there', async () => {
    const sign = ({ payload }: { payload: Record<string, unknown> }) =>
      void Object.assign(payload, { sub: 'johndoe', email: 'john@example.com', email_verified: true, name: 'John' });
    mock.service.on('beforeTokenSigning', sign);
    const browser = new TestBrowser(app);
    const answer = await fetch(await browser.start('mock'), { redirect: 'manual' });
    const back = await browser.comeBack(new URL(answer.headers.get('location') ?? ''));
    expect(problemIn(back)).toBeUndefined();
    expect((await browser.ask('GET', '/v1/accounts/me')).json().user).toMatchObject({
      ...{ email: 'john@example.com', emailVerified: true, name: 'John' },
    });
  });

  test('a token for somebody else’s application logs nobody in', async () => {
    const wrong = ({ payload }: { payload: Record<string, unknown> }) => {
      payload.aud = 'another-application';
    };
    mock.service.on('beforeTokenSigning', wrong);
    const browser = new TestBrowser(app);
    const answer = await fetch(await browser.start('mock'), { redirect: 'manual' });
    const back = await browser.comeBack(new URL(answer.headers.get('location') ?? ''));
    mock.service.off('beforeTokenSigning', wrong);
    expect(problemIn(back)).toBe('social_answer_refused');
  });
});

describe('oidc-provider', () => {
  test('logs in, with its own checks of PKCE, nonce and who we are', async () => {
    const browser = new TestBrowser(app);
    const back = await agreeAt(await browser.start('real', { next: '/shop' }), 'jane');
    expect(back.searchParams.get('iss')).toBe(provider.issuer);
    const answer = await browser.comeBack(back);
    expect(answer.headers.location).toBe('/shop');
    expect((await browser.ask('GET', '/v1/accounts/me')).json().user.email).toBe('jane@example.com');
  });

  test('a code that was used is refused by it, and no session comes of it', async () => {
    const browser = new TestBrowser(app);
    const back = await agreeAt(await browser.start('real'), 'jane');
    expect(problemIn(await browser.comeBack(back))).toBeUndefined();
    const other = new TestBrowser(app);
    const mine = await agreeAt(await other.start('real'), 'mallory');
    mine.searchParams.set('code', back.searchParams.get('code') ?? '');
    expect(problemIn(await other.comeBack(mine))).toBe('social_answer_refused');
    expect(other.session).toBeUndefined();
  });
});

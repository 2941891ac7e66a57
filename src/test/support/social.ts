/** Log-ins by another site in tests: the file of providers, and a browser that keeps its cookies. */

import { randomInt } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESSION_COOKIE } from '../../main/http/index.ts';
import type { AccountsApp, Response } from './accounts.ts';
import type { ProviderUser, WaywardProvider } from './wayward-provider.ts';

export const SOCIAL_COOKIE = '__Host-aquifer_social';

/** Writes the file that AQUIFER_SOCIAL_FILE names. */
export function writeSocialFile(entries: Record<string, unknown>): string {
  const path = join(mkdtempSync(join(tmpdir(), 'aquifer-social-')), 'social.json');
  writeFileSync(path, JSON.stringify(entries));
  return path;
}

/** The settings of a provider of the tests' own. */
export function entryFor({ issuer, clientId, clientSecret }: WaywardProvider, more: Record<string, unknown> = {}) {
  return { preset: 'oidc', issuer, clientId, clientSecret, allowPrivateNetwork: true, ...more };
}

/** For a provider that signs nothing and is asked who it is. */
export function plainEntryFor({ issuer, clientId, clientSecret }: WaywardProvider, more: Record<string, unknown> = {}) {
  const endpoints = {
    authorization: `${issuer}/authorize`,
    token: `${issuer}/token`,
    userInfo: `${issuer}/userinfo`,
  };
  const profile = { subject: 'sub', email: 'email', emailVerified: 'email_verified', name: 'name' };
  const entry = { preset: 'oauth2', issuer, clientId, clientSecret, endpoints, profile, scopes: ['who'] };
  return { ...entry, allowPrivateNetwork: true, ...more };
}

/** What a browser does: it keeps cookies, and goes where it is sent when the test says so. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  readonly #app: AccountsApp;
  /** Each is somewhere else, so that no limit by network counts a whole file of tests together. */
  readonly #ip = `198.18.${randomInt(256)}.${randomInt(256)}`;

  constructor(app: AccountsApp) {
    this.#app = app;
  }

  get session(): string | undefined {
    return this.cookies.get(SESSION_COOKIE);
  }

  async ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, headers: Record<string, string> = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#app.server.fastify.inject({
      method,
      url: path,
      remoteAddress: this.#ip,
      headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    for (const { name, value } of answer.cookies) {
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Begins a log-in, and returns the address at the provider. */
  async start(provider: string, body: unknown = {}): Promise<string> {
    const answer = await this.ask('POST', `/v1/accounts/social/${provider}/start`, body);
    if (answer.statusCode !== 200) throw new Error(`start answered ${answer.body}`);
    return answer.json().url;
  }

  /** Begins to link, with the session that it has. */
  async link(provider: string, body: unknown = {}): Promise<string> {
    const answer = await this.ask('POST', `/v1/accounts/social/${provider}/link`, body);
    if (answer.statusCode !== 200) throw new Error(`link answered ${answer.body}`);
    return answer.json().url;
  }

  /** Comes back to the callback. */
  comeBack(callback: URL): Promise<Response> {
    return this.ask('GET', `${callback.pathname}${callback.search}`);
  }

  /** From the button to the page after it. */
  async logIn(provider: string, at: WaywardProvider, user: ProviderUser, body: unknown = {}): Promise<Response> {
    return this.comeBack(at.agree(await this.start(provider, body), user));
  }
}

/** The code in the address that a browser was sent on to; undefined where nothing went wrong. */
export function problemIn({ headers, statusCode, body }: Response): string | undefined {
  if (statusCode !== 303) throw new Error(`the callback answered ${statusCode} ${body}`);
  return new URL(String(headers.location), 'http://localhost').searchParams.get('problem') ?? undefined;
}

/**
 * An identity provider of the tests' own, over HTTP. Left alone it does what the standards ask: codes that work once, PKCE,
 * nonce, signed ID tokens, refresh tokens. Told so, it does one thing wrong, so that a test can see it refused for that alone.
 */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface ProviderUser {
  sub: string;
  email?: string;
  email_verified?: boolean | string;
  name?: string;
  [claim: string]: unknown;
}

/** What it does otherwise than it should. Each is asked at the moment it matters. */
export interface Waywardness {
  metadata?: (metadata: Record<string, unknown>) => Record<string, unknown>;
  claims?: (claims: JWTPayload) => JWTPayload;
  /** In place of signing. */
  sign?: (claims: JWTPayload) => Promise<string> | string;
  /** Of the answer that the browser brings back. */
  callback?: (answer: URL) => void;
  token?: (answer: Record<string, unknown>) => Record<string, unknown>;
  userInfo?: (answer: Record<string, unknown>) => unknown;
  /** Before an answer is given at a path. True where the answer has been given. */
  answer?: (path: string, response: ServerResponse, request: IncomingMessage) => Promise<boolean> | boolean;
}

interface Grant {
  user: ProviderUser;
  clientId: string;
  redirectUri: string;
  codeChallenge: string | null;
  nonce: string | null;
  scope: string;
}

export interface WaywardProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  wayward: Waywardness;
  accessTokenSeconds: number;
  /** Every request it had: method, path, and the body's parameters. */
  readonly requests: { path: string; body: URLSearchParams; headers: IncomingMessage['headers'] }[];
  /** What a user's browser brings back who agrees: the address of the callback with the answer. */
  agree(authorizationUrl: string, user: ProviderUser): URL;
  readonly publicJwk: Record<string, unknown>;
  close(): Promise<void>;
}

const CLIENT_ID = 'aquifer-tests';
const CLIENT_SECRET = 'a secret of the tests / with + signs';

export async function startWaywardProvider(): Promise<WaywardProvider> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const state = new ProviderState(privateKey, publicJwk);
  const server = createServer((request, response) => {
    state.answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  state.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}

class ProviderState implements Omit<WaywardProvider, 'close'> {
  issuer = '';
  readonly clientId = CLIENT_ID;
  readonly clientSecret = CLIENT_SECRET;
  wayward: Waywardness = {};
  accessTokenSeconds = 3_600;
  readonly requests: WaywardProvider['requests'] = [];
  readonly publicJwk: Record<string, unknown>;
  readonly #privateKey: CryptoKey;
  readonly #codes = new Map<string, Grant>();
  readonly #accessTokens = new Map<string, Grant>();
  readonly #refreshTokens = new Map<string, Grant>();

  constructor(privateKey: CryptoKey, publicJwk: Record<string, unknown>) {
    this.#privateKey = privateKey;
    this.publicJwk = publicJwk;
  }

  agree(authorizationUrl: string, user: ProviderUser): URL {
    const asked = new URL(authorizationUrl).searchParams;
    const code = randomBytes(16).toString('hex');
    this.#codes.set(code, {
      user,
      clientId: asked.get('client_id') ?? '',
      redirectUri: asked.get('redirect_uri') ?? '',
      codeChallenge: asked.get('code_challenge'),
      nonce: asked.get('nonce'),
      scope: asked.get('scope') ?? '',
    });
    const callback = new URL(asked.get('redirect_uri') ?? '');
    callback.searchParams.set('code', code);
    callback.searchParams.set('state', asked.get('state') ?? '');
    // A site that signs nothing mostly does not say who it is either.
    if (asked.get('nonce') !== null) callback.searchParams.set('iss', this.issuer);
    this.wayward.callback?.(callback);
    return callback;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.issuer);
    const body = new URLSearchParams(await readAll(request));
    this.requests.push({ path: pathname, body, headers: request.headers });
    if (await this.wayward.answer?.(pathname, response, request)) return;
    if (pathname === '/.well-known/openid-configuration') return send(response, 200, this.#metadata());
    if (pathname === '/jwks') return send(response, 200, { keys: [this.publicJwk] });
    if (pathname === '/token') return this.#token(body, request, response);
    if (pathname === '/userinfo') return this.#userInfo(request, response);
    if (pathname === '/api/v1/apps') return send(response, 200, { client_id: CLIENT_ID, client_secret: CLIENT_SECRET });
    send(response, 404, { error: 'not_found' });
  }

  #metadata(): Record<string, unknown> {
    const { issuer } = this;
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
    };
    return this.wayward.metadata?.(metadata) ?? metadata;
  }

  async #token(body: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!hasSecret(body, request)) return send(response, 401, { error: 'invalid_client' });
    const grant = this.#takeGrant(body);
    if (!grant) return send(response, 400, { error: 'invalid_grant' });
    const accessToken = randomBytes(16).toString('hex');
    const refreshToken = randomBytes(16).toString('hex');
    this.#accessTokens.set(accessToken, grant);
    this.#refreshTokens.set(refreshToken, grant);
    const answer = {
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: this.accessTokenSeconds,
      scope: grant.scope,
      ...(grant.scope.split(' ').includes('openid') ? { id_token: await this.#idToken(grant) } : {}),
    };
    send(response, 200, this.wayward.token?.(answer) ?? answer);
  }

  /** Codes and refresh tokens work once; a code only with the verifier and the address it was asked with. */
  #takeGrant(body: URLSearchParams): Grant | undefined {
    if (body.get('grant_type') === 'refresh_token') {
      const token = body.get('refresh_token') ?? '';
      const grant = this.#refreshTokens.get(token);
      this.#refreshTokens.delete(token);
      return grant;
    }
    const code = body.get('code') ?? '';
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (!grant || grant.redirectUri !== body.get('redirect_uri')) return undefined;
    const verifier = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    return grant.codeChallenge === null || grant.codeChallenge === verifier ? grant : undefined;
  }

  async #idToken({ user, clientId, nonce }: Grant): Promise<string> {
    const seconds = Math.floor(Date.now() / 1_000);
    const { name: _name, ...claims } = user;
    const payload: JWTPayload = {
      ...claims,
      iss: this.issuer,
      aud: clientId,
      iat: seconds,
      exp: seconds + 300,
      ...(nonce === null ? {} : { nonce }),
    };
    const changed = this.wayward.claims?.(payload) ?? payload;
    return this.wayward.sign ? this.wayward.sign(changed) : signWith(this.#privateKey, changed);
  }

  #userInfo(request: IncomingMessage, response: ServerResponse): void {
    const grant = this.#accessTokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    const answer = { ...grant?.user };
    if (!grant) send(response, 401, { error: 'invalid_token' });
    else send(response, 200, this.wayward.userInfo ? this.wayward.userInfo(answer) : answer);
  }
}

export function signWith(key: CryptoKey, claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key);
}

/** A token with whatever header, signed with a text as HMAC, or not at all. */
export function forgeJwt(header: Record<string, unknown>, claims: JWTPayload, secret?: string): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${secret === undefined ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function hasSecret(body: URLSearchParams, request: IncomingMessage): boolean {
  const basic = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
  const [id = '', secret = ''] = basic.split(':').map((part) => decodeURIComponent(part.replaceAll('+', '%20')));
  if (basic !== '') return id === CLIENT_ID && secret === CLIENT_SECRET;
  return body.get('client_id') === CLIENT_ID && body.get('client_secret') === CLIENT_SECRET;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

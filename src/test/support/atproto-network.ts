/**
 * A small network of atproto of the tests' own, over HTTP: a directory of accounts, the handles' own domains, a server that logs
 * in (`entry`) with the home of its users (`home`), and a stranger's that is both. Left alone it is as strict as the protocol
 * asks: PAR, PKCE, DPoP with nonces, one use of each. Told so, it does one thing wrong.
 */

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose';
import { send } from './wayward-provider.ts';

type Said = Record<string, unknown>;
type Role = 'directory' | 'entry' | 'home' | 'stranger';

export interface AtprotoWaywardness {
  document?: (document: Said) => Said;
  resource?: (said: Said) => Said;
  metadata?: (said: Said) => Said;
  callback?: (answer: URL) => void;
  token?: (answer: Said) => Said;
  session?: (answer: Said) => Said;
  /** Asks for another nonce than the one it was given, again and again. */
  neverContent?: boolean;
  /** In place of an answer. True where it has been given. */
  answer?: (path: string, response: ServerResponse) => boolean;
}

export interface AtprotoUser {
  readonly did: string;
  readonly handle: string;
  readonly email?: string;
  readonly emailConfirmed?: boolean;
  /** Where he is at home; `home` when left out. */
  readonly at?: 'home' | 'stranger';
}

/** What a server of atproto reads of a client that does not run on its own machine. */
export type ReadClient = (clientId: string) => Promise<Said>;

interface Pushed {
  readonly asked: URLSearchParams;
  readonly jkt: string;
  readonly issuer: string;
}

const readNobody: ReadClient = () => Promise.reject(new Error('no client can be read'));

export async function startAtprotoNetwork(): Promise<AtprotoNetwork> {
  const network = new AtprotoNetwork();
  await network.listen();
  return network;
}

export class AtprotoNetwork {
  readonly origins = { directory: '', entry: '', home: '', stranger: '' };
  readonly requests: { path: string; headers: IncomingMessage['headers']; body: URLSearchParams }[] = [];
  wayward: AtprotoWaywardness = {};
  readClient: ReadClient = readNobody;
  readonly #users = new Map<string, AtprotoUser>();
  readonly #servers: Server[] = [];
  readonly #pushed = new Map<string, Pushed>();
  readonly #codes = new Map<string, Pushed & { did: string }>();
  readonly #tokens = new Map<string, { did: string; jkt: string }>();
  readonly #proofs = new Set<string>();
  readonly #nonces = new Map<string, string>();

  async listen(): Promise<void> {
    for (const role of ['directory', 'entry', 'home', 'stranger'] as const) {
      const server = createServer((request, response) => {
        this.#answer(role, request, response).catch((error: unknown) => {
          if (!response.headersSent)
            send(response, 400, { error: 'invalid_request', error_description: String(error) });
        });
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      this.origins[role] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      this.#nonces.set(role, randomBytes(8).toString('hex'));
      this.#servers.push(server);
    }
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  /** The entry of AQUIFER_SOCIAL_FILE. */
  entry(more: Said = {}): Said {
    const { directory, home } = this.origins;
    const endpoints = { directory, handle: `${directory}/handles/{handle}` };
    return {
      ...{ preset: 'bluesky', endpoints, allowPrivateNetwork: true, addressesFrom: [new URL(home).host] },
      ...more,
    };
  }

  add(user: AtprotoUser): AtprotoUser {
    this.#users.set(user.did, user);
    return user;
  }

  asked(path: string): number {
    return this.requests.filter((one) => one.path === path).length;
  }

  /** What a browser brings back whose user agrees; who that is, he may choose at a server that knows several. */
  agree(authorizationUrl: string, did: string): URL {
    const { searchParams, origin } = new URL(authorizationUrl);
    const pushed = this.#pushed.get(searchParams.get('request_uri') ?? '');
    this.#pushed.delete(searchParams.get('request_uri') ?? '');
    if (!pushed || pushed.issuer !== origin) throw new Error('nothing like that was pushed here');
    if (pushed.asked.get('client_id') !== searchParams.get('client_id')) throw new Error('another client pushed it');
    const code = randomBytes(16).toString('hex');
    this.#codes.set(code, { ...pushed, did });
    const callback = new URL(pushed.asked.get('redirect_uri') ?? '');
    callback.searchParams.set('code', code);
    callback.searchParams.set('state', pushed.asked.get('state') ?? '');
    callback.searchParams.set('iss', pushed.issuer);
    this.wayward.callback?.(callback);
    return callback;
  }

  async #answer(role: Role, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.origins[role]);
    const body = new URLSearchParams(await readAll(request));
    this.requests.push({ path: pathname, headers: request.headers, body });
    if (this.wayward.answer?.(pathname, response)) return;
    if (role === 'directory') return this.#look(pathname, response);
    if (pathname === '/.well-known/oauth-protected-resource') return send(response, 200, this.#resource(role));
    if (pathname === '/xrpc/com.atproto.server.getSession') return this.#session(role, request, response);
    if (role === 'home') return send(response, 404, {});
    if (pathname === '/.well-known/oauth-authorization-server') return send(response, 200, this.#metadata(role));
    if (pathname === '/par') return this.#push(role, { request, response, body });
    if (pathname === '/token') return this.#token(role, { request, response, body });
    send(response, 404, {});
  }

  #look(path: string, response: ServerResponse): void {
    const [, first = '', second = ''] = path.split('/');
    const users = [...this.#users.values()];
    if (first === 'handles') {
      const user = users.find(({ handle }) => handle === second);
      response.writeHead(user ? 200 : 404, { 'content-type': 'text/plain' }).end(user ? `${user.did}\n` : '');
      return;
    }
    const user = this.#users.get(decodeURIComponent(first));
    send(response, user ? 200 : 404, user ? this.documentOf(user) : {});
  }

  documentOf({ did, handle, at = 'home' }: AtprotoUser): Said {
    const service = { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: this.origins[at] };
    const document = { id: did, alsoKnownAs: [`at://${handle}`], service: [service] };
    return this.wayward.document?.(document) ?? document;
  }

  #resource(role: Role): Said {
    const issuer = this.origins[role === 'home' ? 'entry' : role];
    const said = { resource: this.origins[role], authorization_servers: [issuer] };
    return this.wayward.resource?.(said) ?? said;
  }

  #metadata(role: Role): Said {
    const issuer = this.origins[role];
    const said = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      scopes_supported: ['atproto', 'transition:email'],
      dpop_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
      require_pushed_authorization_requests: true,
      client_id_metadata_document_supported: true,
    };
    return this.wayward.metadata?.(said) ?? said;
  }

  async #push(role: Role, { request, response, body }: Exchange): Promise<void> {
    const jkt = await this.#prove(role, request, response);
    if (jkt === null) return;
    await this.#refuseClient(body);
    if (body.get('code_challenge_method') !== 'S256') throw new Error('no PKCE');
    if (body.get('response_type') !== 'code') throw new Error('no code is asked for');
    const uri = `urn:ietf:params:oauth:request_uri:${randomBytes(8).toString('hex')}`;
    this.#pushed.set(uri, { asked: body, jkt, issuer: this.origins[role] });
    send(response, 201, { request_uri: uri, expires_in: 60 });
  }

  /** By its document, or by what its id says on the same machine. */
  async #refuseClient(body: URLSearchParams): Promise<void> {
    const id = body.get('client_id') ?? '';
    const own = id.startsWith('http://localhost?') ? new URL(id).searchParams : null;
    const document = own
      ? {
          client_id: id,
          redirect_uris: own.getAll('redirect_uri'),
          scope: own.get('scope'),
          dpop_bound_access_tokens: true,
        }
      : await this.readClient(id);
    const redirects = document.redirect_uris as string[];
    const isAllowed = redirects.includes(body.get('redirect_uri') ?? '') && document.scope === body.get('scope');
    if (own && !redirects.every((one) => one.startsWith('http://127.0.0.1:'))) throw new Error('no such loopback');
    if (!isAllowed || document.client_id !== id || document.dpop_bound_access_tokens !== true)
      throw new Error('not it');
  }

  async #token(role: Role, { request, response, body }: Exchange): Promise<void> {
    const jkt = await this.#prove(role, request, response);
    if (jkt === null) return;
    const grant = this.#codes.get(body.get('code') ?? '');
    this.#codes.delete(body.get('code') ?? '');
    const verifier = createHash('sha256').update(body.get('code_verifier') ?? '');
    const isSame = (name: string) => grant?.asked.get(name) === body.get(name);
    const isRight = isSame('client_id') && isSame('redirect_uri') && grant?.jkt === jkt;
    if (!grant || !isRight || grant.asked.get('code_challenge') !== verifier.digest('base64url')) {
      return send(response, 400, { error: 'invalid_grant' });
    }
    const token = randomBytes(16).toString('hex');
    this.#tokens.set(token, { did: grant.did, jkt });
    const scope = grant.asked.get('scope');
    const answer = { access_token: token, token_type: 'DPoP', expires_in: 300, scope, sub: grant.did };
    send(response, 200, this.wayward.token?.(answer) ?? answer);
  }

  async #session(role: Role, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = (request.headers.authorization ?? '').replace(/^DPoP /, '');
    const grant = this.#tokens.get(token);
    const jkt = await this.#prove(role, request, response, token);
    if (jkt === null) return;
    const user = this.#users.get(grant?.did ?? '');
    if (!grant || grant.jkt !== jkt || !user) return send(response, 401, { error: 'InvalidToken' });
    const { did, handle, email, emailConfirmed } = user;
    const answer = { did, handle, active: true, ...(email === undefined ? {} : { email, emailConfirmed }) };
    send(response, 200, this.wayward.session?.(answer) ?? answer);
  }

  /** The thumbprint of the key that the request proves; null where the answer, another nonce, has been given. */
  async #prove(role: Role, request: IncomingMessage, response: ServerResponse, token?: string): Promise<string | null> {
    const { payload, protectedHeader } = await jwtVerify(String(request.headers.dpop), EmbeddedJWK, {
      ...{ typ: 'dpop+jwt', algorithms: ['ES256'], maxTokenAge: 60 },
    });
    const { htm, htu, jti = '', nonce, ath } = payload as Record<string, string | undefined>;
    const isSame = htm === request.method && htu === `${this.origins[role]}${request.url}`;
    const hash = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url');
    if (!isSame || this.#proofs.has(jti) || ath !== hash) throw new Error('the proof is of something else');
    this.#proofs.add(jti);
    if (this.wayward.neverContent) this.#nonces.set(role, randomBytes(8).toString('hex'));
    if (nonce === this.#nonces.get(role)) return calculateJwkThumbprint(protectedHeader.jwk as JWK);
    response.setHeader('dpop-nonce', this.#nonces.get(role) ?? '');
    if (token !== undefined) response.setHeader('www-authenticate', 'DPoP error="use_dpop_nonce"');
    send(response, token === undefined ? 400 : 401, { error: 'use_dpop_nonce' });
    return null;
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: URLSearchParams;
}

/** An account (DID) of a directory, of any name. */
export function didFor(name: string): string {
  const letters = createHash('sha256').update(name).digest();
  return `did:plc:${Array.from(letters.subarray(0, 24), (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('')}`;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

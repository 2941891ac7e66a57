/**
 * How a provider is talked to: its metadata, found once an hour where it publishes them, and held against what the settings
 * pin. What is made here is never changed afterwards, so that two log-ins cannot see each other's.
 */

import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client';
import { createGuardedFetch, type GuardedFetch, type GuardedFetchOptions } from '../../foundation/guarded-fetch.ts';
import { createSignedSecret } from './apple-secret.ts';
import { answerRefused } from './errors.ts';
import type { Provider } from './provider.ts';

export interface Client {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
}

/** A provider, or an instance of one, ready to be talked to. */
export interface Connection {
  readonly provider: Provider;
  readonly instance: string | null;
  /** With the instance filled in. */
  readonly issuer: string;
  readonly configuration: Configuration;
  readonly endpoints: Provider['endpoints'];
  readonly fetch: GuardedFetch;
}

export interface Connections {
  /** @throws AppError social_answer_refused, and what `openid-client` throws where the provider does not answer */
  connect(provider: Provider, instance: { readonly name: string; readonly client: Client } | null): Promise<Connection>;
  /** For questions that are asked without a configuration. */
  fetchFor(provider: Provider): GuardedFetch;
}

/** Of one question; a log-in asks at most four. */
export const ASK_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 512 * 1_024;
const KEEP_MS = 3_600_000;
const MAX_KEPT = 200;
/** Signatures that a provider may use; none of them with a secret that both sides know. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** @param allowsHttp for development alone */
export function createConnections({ allowsHttp }: { allowsHttp: boolean }): Connections {
  const kept = new Map<string, { readonly made: Promise<Connection>; readonly atMs: number }>();
  const fetchFor = ({ allowsPrivateNetwork }: Provider): GuardedFetch =>
    createGuardedFetch({
      ...({ timeoutMs: ASK_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES } satisfies GuardedFetchOptions),
      ...{ allowsPrivateNetwork, allowsHttp },
    });
  return {
    fetchFor,
    async connect(provider, instance) {
      const key = JSON.stringify([provider.id, instance?.name, instance?.client.clientId]);
      const found = kept.get(key);
      if (found && performance.now() - found.atMs < KEEP_MS) return found.made;
      if (kept.size >= MAX_KEPT) kept.clear();
      const made = open(provider, instance, { fetch: fetchFor(provider), allowsHttp });
      kept.set(key, { made, atMs: performance.now() });
      // Many who come at once ask once; what failed is asked again by the next.
      made.catch(() => kept.get(key)?.made === made && kept.delete(key));
      return made;
    },
  };
}

async function open(
  provider: Provider,
  instance: { readonly name: string; readonly client: Client } | null,
  { fetch, allowsHttp }: { fetch: GuardedFetch; allowsHttp: boolean },
): Promise<Connection> {
  const at = (address: string) => address.replaceAll('{instance}', instance?.name ?? '');
  const issuer = at(provider.issuer);
  const endpoints = Object.fromEntries(
    Object.entries(provider.endpoints).map(([name, address]) => [name, at(address)]),
  ) as Provider['endpoints'];
  const client = instance?.client ?? provider;
  const ask = { customFetch: toCustomFetch(fetch, provider), allowsHttp };
  const metadata = await findMetadata(provider, issuer, endpoints, ask);
  const configuration = new Configuration(metadata, client.clientId, {}, authOf(provider, client));
  configuration.timeout = ASK_TIMEOUT_MS / 1_000;
  configuration[customFetch] = ask.customFetch;
  if (allowsHttp) allowInsecureRequests(configuration);
  // What came over TLS need not be signed too, says the standard; that it is makes up for a proxy that reads along.
  enableNonRepudiationChecks(configuration);
  return { provider, instance: instance?.name ?? null, issuer, configuration, endpoints, fetch };
}

export type CustomFetch = NonNullable<Configuration[typeof customFetch]>;

async function findMetadata(
  provider: Provider,
  issuer: string,
  endpoints: Provider['endpoints'],
  { customFetch: ask, allowsHttp }: { customFetch: CustomFetch; allowsHttp: boolean },
): Promise<ServerMetadata> {
  const { authorization, token, userInfo, jwks } = endpoints;
  const isTold =
    authorization !== undefined && token !== undefined && (provider.kind === 'oauth2' || jwks !== undefined);
  const found: ServerMetadata = isTold ? { issuer } : await discover(issuer, ask, allowsHttp);
  const algorithms = found.id_token_signing_alg_values_supported ?? ['RS256'];
  const allowed = algorithms.filter((one) => ALGORITHMS.includes(one));
  if (provider.kind === 'oidc' && allowed.length === 0)
    throw answerRefused('no signature that is safe to trust is offered');
  return {
    ...found,
    id_token_signing_alg_values_supported: allowed,
    ...(found.userinfo_signing_alg_values_supported === undefined
      ? {}
      : {
          userinfo_signing_alg_values_supported: found.userinfo_signing_alg_values_supported.filter((one) =>
            ALGORITHMS.includes(one),
          ),
        }),
    ...(authorization === undefined ? {} : { authorization_endpoint: authorization }),
    ...(token === undefined ? {} : { token_endpoint: token }),
    ...(userInfo === undefined ? {} : { userinfo_endpoint: userInfo }),
    ...(jwks === undefined ? {} : { jwks_uri: jwks }),
  };
}

/** Asks the provider for its metadata; who vouches must be exactly who the settings say. */
async function discover(issuer: string, ask: CustomFetch, allowsHttp: boolean): Promise<ServerMetadata> {
  const found = await discovery(new URL(issuer), 'discovery', undefined, None(), {
    [customFetch]: ask,
    timeout: ASK_TIMEOUT_MS / 1_000,
    ...(allowsHttp ? { execute: [allowInsecureRequests] } : {}),
  });
  const { supportsPKCE: _supportsPkce, ...metadata } = found.serverMetadata();
  if (metadata.issuer !== issuer) throw answerRefused('the metadata name another issuer');
  return metadata;
}

function authOf(provider: Provider, { clientId, clientSecret }: Client): ClientAuth {
  if (provider.clientAuth === 'apple' && provider.clientSecretKey) {
    return createSignedSecret(provider.clientSecretKey, { clientId, audience: provider.issuer });
  }
  if (clientSecret === undefined) return None();
  return provider.clientAuth === 'basic' ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret);
}

/** The library's way of asking, by the guarded one. */
export function toCustomFetch(fetch: GuardedFetch, { sendsScopeList }: Pick<Provider, 'sendsScopeList'>): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const response = await fetch(url, {
      ...{ method, headers, signal },
      ...(body === undefined || body === null ? {} : { body: String(body) }),
    });
    return sendsScopeList ? joinScopes(response) : response;
  };
}

async function joinScopes(response: Response): Promise<Response> {
  const text = await response.text();
  const { status, headers } = response;
  try {
    const answer = JSON.parse(text);
    if (Array.isArray(answer?.scope)) return Response.json({ ...answer, scope: answer.scope.join(' ') }, { status });
  } catch {
    // Left to the library, which says what is wrong with it.
  }
  return new Response(text, { status, headers });
}

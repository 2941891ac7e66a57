/**
 * The server that logs the users of another one in, found from theirs, and held against what atproto demands of it. Of what
 * it says of itself no more is taken over than is needed.
 */

import { allowInsecureRequests, Configuration, customFetch, None, type ServerMetadata } from 'openid-client';
import { ASK_TIMEOUT_MS, toCustomFetch } from '../connection.ts';
import { answerRefused, instanceRefused } from '../errors.ts';
import { type Ask, askObject, isOrigin } from './ask.ts';
import type { AtprotoClient } from './client.ts';

export interface AuthorizationServer {
  readonly issuer: string;
  readonly configuration: Configuration;
}

type Said = Readonly<Record<string, unknown>>;

/**
 * @param home the origin of the user's server
 * @throws AppError social_answer_refused, social_instance_refused, social_provider_unavailable, GuardedFetchError
 */
export async function findAuthorizationServer(
  ask: Ask,
  home: string,
  { clientId }: AtprotoClient,
): Promise<AuthorizationServer> {
  const issuer = issuerIn(await askObject(ask, `${home}/.well-known/oauth-protected-resource`), home, ask);
  const { instances } = ask.provider;
  if (instances && !instances.includes(new URL(issuer).host)) {
    throw instanceRefused('handle', `must be at one of ${instances.join(', ')}`);
  }
  const said = await askObject(ask, `${issuer}/.well-known/oauth-authorization-server`);
  const configuration = new Configuration(toMetadata(said ?? {}, { issuer, home, ask }), clientId, {}, None());
  configuration.timeout = ASK_TIMEOUT_MS / 1_000;
  configuration[customFetch] = toCustomFetch(ask.fetch, ask.provider);
  if (ask.allowsLocal) allowInsecureRequests(configuration);
  return { issuer, configuration };
}

function issuerIn(said: Said | null, home: string, ask: Ask): string {
  const { resource, authorization_servers: servers } = said ?? {};
  if (resource !== home) throw answerRefused('the user’s server does not say of itself who it is');
  const [issuer, ...others] = Array.isArray(servers) ? servers : [];
  if (!isOrigin(issuer, ask) || others.length > 0)
    throw answerRefused('the user’s server names no server to log in at');
  return issuer;
}

function toMetadata(said: Said, { issuer, home, ask }: { issuer: string; home: string; ask: Ask }): ServerMetadata {
  if (said.issuer !== issuer) throw answerRefused('the metadata name another issuer');
  const lacks = [
    ...(has(said.response_types_supported, 'code') ? [] : ['codes']),
    ...(has(said.grant_types_supported, 'authorization_code') ? [] : ['grants']),
    ...(has(said.code_challenge_methods_supported, 'S256') ? [] : ['PKCE']),
    ...(has(said.token_endpoint_auth_methods_supported, 'none') ? [] : ['public clients']),
    ...(has(said.scopes_supported, 'atproto') ? [] : ['atproto']),
    ...(has(said.dpop_signing_alg_values_supported, 'ES256') ? [] : ['DPoP']),
    ...(said.authorization_response_iss_parameter_supported === true ? [] : ['iss']),
    ...(said.require_pushed_authorization_requests === true ? [] : ['PAR']),
    ...(said.client_id_metadata_document_supported === true ? [] : ['client metadata']),
    // A server that lists whom it logs in for must list this one.
    ...(said.protected_resources === undefined || has(said.protected_resources, home) ? [] : ['the user’s server']),
  ];
  if (lacks.length > 0) throw answerRefused(`the server that logs in lacks ${lacks.join(', ')}`);
  return {
    issuer,
    authorization_endpoint: addressIn(said.authorization_endpoint, ask),
    token_endpoint: addressIn(said.token_endpoint, ask),
    pushed_authorization_request_endpoint: addressIn(said.pushed_authorization_request_endpoint, ask),
    authorization_response_iss_parameter_supported: true,
    dpop_signing_alg_values_supported: ['ES256'],
  };
}

function has(list: unknown, value: string): boolean {
  return Array.isArray(list) && list.includes(value);
}

/** The browser is sent to one of them, so it must be an address and not a script. */
function addressIn(value: unknown, { allowsLocal }: Ask): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  const isSafe = url?.protocol === 'https:' || (allowsLocal && url?.protocol === 'http:');
  if (!url || !isSafe || `${url.username}${url.password}${url.hash}` !== '') {
    throw answerRefused('an endpoint is no address');
  }
  return url.href;
}

/**
 * Who came back from a server of atproto. It is believed of one account only, the one that was asked for, and only while that
 * account still says that it is at home there; the account's own server then says its address.
 */

import { authorizationCodeGrant, type Configuration, fetchProtectedResource, getDPoPHandle } from 'openid-client';
import type { FlowSecrets } from '../browser-secret.ts';
import { answerRefused, flowInvalid, providerUnavailable } from '../errors.ts';
import type { SocialParts } from '../parts.ts';
import { type Profile, type Tokens, toProfile } from '../profile.ts';
import type { Provider } from '../provider.ts';
import type { FlowRow } from '../queries.ts';
import { createAsk } from './ask.ts';
import { atprotoClient } from './client.ts';
import { toDpopKey } from './dpop-key.ts';
import { readAccount } from './identity.ts';
import { findAuthorizationServer } from './server.ts';

export interface AtprotoAnswer {
  readonly provider: Provider;
  readonly flow: FlowRow;
  readonly answer: URLSearchParams;
  readonly secrets: FlowSecrets;
  readonly state: string;
}

type Claims = Readonly<Record<string, unknown>>;

/** @throws AppError social_answer_refused, social_provider_unavailable, and what `openid-client` throws */
export async function redeemAtproto(
  parts: SocialParts,
  { provider, flow, answer, secrets, state }: AtprotoAnswer,
): Promise<{ profile: Profile; tokens: Tokens }> {
  const { issuer, subject: did, instance: handle } = flow;
  if (issuer === null || did === null) throw flowInvalid();
  const ask = createAsk(parts, provider);
  const account = await readAccount(ask, did);
  if (!account) throw answerRefused('the account is not there any more');
  const client = atprotoClient(parts.config.baseUrl, provider);
  const server = await findAuthorizationServer(ask, account.home, client);
  if (server.issuer !== issuer) throw answerRefused('the account has moved to another server meanwhile');
  const { configuration } = server;
  const DPoP = getDPoPHandle(configuration, await toDpopKey(secrets.dpopSeed));
  const url = new URL(`${client.redirectUri}?${answer}`);
  const checks = { expectedState: state, pkceCodeVerifier: secrets.codeVerifier, idTokenExpected: false };
  const tokens: Tokens = await authorizationCodeGrant(configuration, url, checks, undefined, { DPoP });
  refuseTokens(tokens, did);
  const session = await askSession(configuration, tokens, { home: account.home, DPoP });
  if (session.did !== did) throw answerRefused('the user’s server answered for another account');
  const isBelieved = believes(provider, account.home);
  const claims = { ...session, did, handle, emailConfirmed: isBelieved && session.emailConfirmed === true };
  return { profile: toProfile(claims, provider.profile, provider.issuer), tokens };
}

function refuseTokens({ token_type: type, scope, sub }: Tokens, did: string): void {
  if (sub !== did) throw answerRefused('the token is of another account');
  if (type !== 'dpop') throw answerRefused('the token is bound to no key');
  if (!scope?.split(' ').includes('atproto')) throw answerRefused('the token is not for atproto');
}

async function askSession(
  configuration: Configuration,
  tokens: Tokens,
  { home, DPoP }: { home: string; DPoP: ReturnType<typeof getDPoPHandle> },
): Promise<Claims> {
  const url = new URL('/xrpc/com.atproto.server.getSession', home);
  const headers = new Headers({ accept: 'application/json' });
  const response = await fetchProtectedResource(configuration, tokens.access_token, url, 'GET', null, headers, {
    DPoP,
  });
  if (response.status >= 500) throw providerUnavailable(`${url.host} answered ${response.status}`);
  const said: unknown = response.status === 200 ? await response.json().catch(() => null) : null;
  if (said === null || typeof said !== 'object') throw answerRefused(`${url.host} answered ${response.status}`);
  return said as Claims;
}

/** Whether a server's word on an address counts: the one that says it, and not the one that logs in. */
export function believes({ addressesFrom = [] }: Pick<Provider, 'addressesFrom'>, home: string): boolean {
  const { host } = new URL(home);
  return addressesFrom.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one));
}

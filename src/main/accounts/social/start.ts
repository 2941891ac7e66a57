/** Sends a browser to another site: to log in there, or to link who it finds there to the account that is logged in. */

import { buildAuthorizationUrl, calculatePKCECodeChallenge } from 'openid-client';
import { networkOf } from '../../foundation/network.ts';
import { createToken } from '../../foundation/tokens.ts';
import type { RequestContext } from '../../http/index.ts';
import { safeNextPage } from '../next-page.ts';
import type { Visit } from '../parts.ts';
import { attempt, rules } from '../throttle.ts';
import { startAtproto } from './atproto/start.ts';
import { deriveSecrets, type FlowSecrets, keepBrowserSecret } from './browser-secret.ts';
import { callbackUrl } from './callback-url.ts';
import type { Connection } from './connection.ts';
import { nextRefused, providerUnknown } from './errors.ts';
import { findInstance } from './instances.ts';
import type { SocialParts } from './parts.ts';
import { guardAnswer } from './problems.ts';
import type { Provider } from './provider.ts';
import { type FlowRow, insertFlow } from './queries.ts';
import type { StartedSocial, StartSocial } from './schema.ts';

/** How long somebody may take at the other site. */
export const FLOW_LIFETIME_MS = 10 * 60_000;

export interface Linking {
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * @param linking who links, and in which session; null for a log-in
 * @throws AppError social_provider_unknown, social_instance_refused, social_provider_unavailable, next_refused, too_many_attempts
 */
export async function startSocial(
  parts: SocialParts,
  { body, context, request, reply }: Visit<StartSocial>,
  providerId: string,
  linking: Linking | null,
): Promise<StartedSocial> {
  const { config, database, throttle } = parts;
  const provider = findProvider(parts, providerId);
  const next = body.next === undefined ? null : safeNextPage(body.next, config);
  if (body.next !== undefined && next === null) throw nextRefused();
  const attempts = [attempt(rules.socialByNetwork, networkOf(context.ip))];
  throttle.refuseIfBlocked(attempts);
  await throttle.take(attempts, context);
  const state = createToken();
  const secrets = deriveSecrets(keepBrowserSecret(request, reply, FLOW_LIFETIME_MS), provider.id, state);
  const departure = await guardAnswer(parts, provider, () =>
    depart(parts, provider, { body, context, secrets, state }),
  );
  const { stateHash, browserHash } = secrets;
  const { userId = null, sessionId = null } = linking ?? {};
  const about = [provider.id, departure.instance, userId, sessionId, next] as const;
  const expected = [departure.issuer, departure.subject] as const;
  await database.execute(insertFlow, [stateHash, browserHash, ...about, ...expected, FLOW_LIFETIME_MS], context);
  return { url: departure.url };
}

interface Wish {
  readonly body: StartSocial;
  readonly context: RequestContext;
  readonly secrets: FlowSecrets;
  readonly state: string;
}

/** Where the browser goes, and what is known beforehand of who will come back. */
async function depart(
  parts: SocialParts,
  provider: Provider,
  { body, context, secrets, state }: Wish,
): Promise<Pick<FlowRow, 'instance' | 'issuer' | 'subject'> & { url: string }> {
  if (provider.kind === 'atproto') {
    const { handle, ...departure } = await startAtproto(parts, provider, { handle: body.handle ?? '', secrets, state });
    return { ...departure, instance: handle };
  }
  const connection = await parts.connections.connect(provider, await findInstance(parts, provider, body, context));
  const redirectUri = callbackUrl(parts.config.baseUrl, provider, connection.instance);
  const url = await authorizationUrl(connection, redirectUri, { state, ...secrets });
  return { url, instance: connection.instance, issuer: null, subject: null };
}

/** @throws AppError social_provider_unknown, also for one that was switched off */
export function findProvider({ providers }: Pick<SocialParts, 'providers'>, id: string): Provider {
  const provider = providers.get(id);
  if (!provider) throw providerUnknown();
  return provider;
}

async function authorizationUrl(
  { provider, configuration }: Connection,
  redirectUri: string,
  { state, nonce, codeVerifier }: { state: string; nonce: string; codeVerifier: string },
): Promise<string> {
  const challenge: Record<string, string> = provider.lacksPkce
    ? {}
    : { code_challenge: await calculatePKCECodeChallenge(codeVerifier), code_challenge_method: 'S256' };
  const asked: Record<string, string> = {
    ...provider.parameters,
    ...(provider.scopes.length === 0 ? {} : { scope: provider.scopes.join(' ') }),
    ...{ redirect_uri: redirectUri, response_type: 'code', state },
    ...(provider.kind === 'oidc' && !provider.lacksNonce ? { nonce } : {}),
    ...challenge,
  };
  return buildAuthorizationUrl(configuration, asked).href;
}

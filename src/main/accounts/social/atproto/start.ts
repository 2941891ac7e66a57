/** Sends a browser to the server that a handle leads to: what is asked for goes there beforehand, bound to a key (PAR, DPoP). */

import { buildAuthorizationUrlWithPAR, calculatePKCECodeChallenge, getDPoPHandle } from 'openid-client';
import type { FlowSecrets } from '../browser-secret.ts';
import type { SocialParts } from '../parts.ts';
import type { Provider } from '../provider.ts';
import { createAsk } from './ask.ts';
import { atprotoClient } from './client.ts';
import { toDpopKey } from './dpop-key.ts';
import { findAccount, parseHandle } from './identity.ts';
import { findAuthorizationServer } from './server.ts';

export interface AtprotoDeparture {
  readonly url: string;
  readonly handle: string;
  /** The server that logs in, which has to answer; and the account (DID) it has to answer for. */
  readonly issuer: string;
  readonly subject: string;
}

interface Wish {
  readonly handle: string;
  readonly secrets: FlowSecrets;
  readonly state: string;
}

/** @throws AppError social_instance_refused, social_answer_refused, social_provider_unavailable, and what `openid-client` throws */
export async function startAtproto(
  parts: SocialParts,
  provider: Provider,
  { handle: typed, secrets, state }: Wish,
): Promise<AtprotoDeparture> {
  const handle = parseHandle(typed);
  const ask = createAsk(parts, provider);
  const account = await findAccount(ask, handle);
  const client = atprotoClient(parts.config.baseUrl, provider);
  const { issuer, configuration } = await findAuthorizationServer(ask, account.home, client);
  const asked = {
    ...provider.parameters,
    ...{ response_type: 'code', redirect_uri: client.redirectUri, scope: provider.scopes.join(' '), state },
    code_challenge: await calculatePKCECodeChallenge(secrets.codeVerifier),
    code_challenge_method: 'S256',
    login_hint: handle,
  };
  const DPoP = getDPoPHandle(configuration, await toDpopKey(secrets.dpopSeed));
  const { href } = await buildAuthorizationUrlWithPAR(configuration, asked, { DPoP });
  return { url: href, handle, issuer, subject: account.did };
}

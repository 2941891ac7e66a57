/**
 * Who we are to servers of atproto. Nobody registers there: the id of a client is the address of a document of ours that says
 * what it may do. On a developer's machine, which no server can reach, the id itself says it, as the protocol provides.
 */

import { AppError } from '../../../foundation/errors.ts';
import { callbackUrl } from '../callback-url.ts';
import type { Provider } from '../provider.ts';
import type { AtprotoClientMetadata } from '../schema.ts';

export interface AtprotoClient {
  readonly clientId: string;
  /** On a developer's machine by the machine's address: its name is not taken there. */
  readonly redirectUri: string;
}

type Known = Pick<Provider, 'id' | 'scopes' | 'asksFor'>;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** @throws AppError invalid_configuration where no server could send a browser back to us */
export function atprotoClient(baseUrl: string, provider: Known): AtprotoClient {
  const { protocol, hostname } = new URL(baseUrl);
  const callback = callbackUrl(baseUrl, provider);
  if (protocol === 'https:') {
    return { clientId: callback.replace(/callback$/, 'client-metadata.json'), redirectUri: callback };
  }
  if (!LOOPBACK.has(hostname)) {
    const message = `AQUIFER_SOCIAL_FILE has ${provider.id}: BASE_URL must begin with https://, or be of this machine`;
    throw new AppError('invalid', 'invalid_configuration', message);
  }
  const redirectUri = callback.replace(/^http:\/\/localhost/, 'http://127.0.0.1');
  const told = [`redirect_uri=${encodeURIComponent(redirectUri)}`, `scope=${encodeURIComponent(scopeOf(provider))}`];
  return { clientId: `http://localhost?${told.join('&')}`, redirectUri };
}

/** What stands at the address that is our id. */
export function atprotoClientMetadata(
  { baseUrl, appName }: { baseUrl: string; appName: string },
  provider: Known,
): AtprotoClientMetadata {
  const { clientId, redirectUri } = atprotoClient(baseUrl, provider);
  return {
    client_id: clientId,
    client_name: appName,
    client_uri: baseUrl,
    application_type: 'web',
    redirect_uris: [redirectUri],
    scope: scopeOf(provider),
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
  };
}

/**
 * Where a browser has to go that came back by the machine's address: its cookies are those of the name. Null where it is
 * right already.
 * @param hostname the one the browser asked
 */
export function homeOf(baseUrl: string, provider: Known, hostname: string): string | null {
  const home = callbackUrl(baseUrl, provider);
  const isAway = atprotoClient(baseUrl, provider).redirectUri !== home && hostname === '127.0.0.1';
  return isAway ? home : null;
}

function scopeOf({ scopes }: Known): string {
  return scopes.join(' ');
}

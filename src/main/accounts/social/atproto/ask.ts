/** How servers are asked that a stranger's handle leads to: all by the guarded way, all within one time. */

import type { GuardedFetch } from '../../../foundation/guarded-fetch.ts';
import { providerUnavailable } from '../errors.ts';
import type { SocialParts } from '../parts.ts';
import type { Provider } from '../provider.ts';

/** From the handle to the server; a log-in's other questions come after it. */
const FIND_TIMEOUT_MS = 8_000;

export interface Ask {
  readonly provider: Provider;
  readonly fetch: GuardedFetch;
  /** Servers on this machine, in the clear: for development alone. */
  readonly allowsLocal: boolean;
  readonly signal: AbortSignal;
}

export function createAsk(
  { connections, config }: Pick<SocialParts, 'connections' | 'config'>,
  provider: Provider,
): Ask {
  return {
    provider,
    fetch: connections.fetchFor(provider),
    allowsLocal: provider.allowsPrivateNetwork && config.mode !== 'production',
    signal: AbortSignal.timeout(FIND_TIMEOUT_MS),
  };
}

/** Null where there is no such thing, or it is no object. @throws AppError social_provider_unavailable, GuardedFetchError */
export async function askObject({ fetch, signal }: Ask, url: string): Promise<Record<string, unknown> | null> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, signal });
  if (response.status >= 500) throw providerUnavailable(`${new URL(url).host} answered ${response.status}`);
  // Redirects and other answers of success count for nothing here, says the protocol.
  if (response.status !== 200) return null;
  const answer: unknown = await response.json().catch(() => null);
  return answer !== null && typeof answer === 'object' && !Array.isArray(answer)
    ? (answer as Record<string, unknown>)
    : null;
}

/** An origin and nothing more, written as it is: `https://host`. */
export function isOrigin(text: unknown, { allowsLocal }: Ask): text is string {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return origin === text && (protocol === 'https:' || (allowsLocal && protocol === 'http:'));
}

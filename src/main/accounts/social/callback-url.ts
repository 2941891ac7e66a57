/**
 * Where a provider sends the browser back to: of the settings alone, nothing that a request says is in it. Each instance that
 * users name has an address of its own: by one and the same, an instance of a thief's could send a browser on to an honest
 * one and have us bring it the code that comes of that (RFC 9700, section 4.4).
 */

import type { Provider } from './provider.ts';

type Named = Pick<Provider, 'id' | 'asksFor'>;

/** @param instance where the provider has some; of others it is not looked at */
export function callbackUrl(baseUrl: string, provider: Named, instance: string | null = null): string {
  const own = instanceAtCallback(provider, instance);
  return `${baseUrl}/v1/accounts/social/${provider.id}/callback${own === null ? '' : `/${encodeURIComponent(own)}`}`;
}

/** What has to stand at the end of the address that an answer comes to. */
export function instanceAtCallback({ asksFor }: Pick<Provider, 'asksFor'>, instance: string | null): string | null {
  return asksFor === 'instance' ? instance : null;
}

/** Where a provider sends the browser back to: of the settings alone, nothing that a request says is in it. */

import type { Provider } from './provider.ts';

export function callbackUrl(baseUrl: string, { id }: Pick<Provider, 'id'>): string {
  return `${baseUrl}/v1/accounts/social/${id}/callback`;
}

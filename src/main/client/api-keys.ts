// API keys: one's own, and everybody's for operators.
import type { ApiKey, ApiKeyOfOwner, MadeApiKey, NewApiKey } from '../accounts/api-keys/schema.ts';
import type { Page, PageRequest } from './page.ts';
import type { Transport } from './transport.ts';

export type { ApiKey, ApiKeyOfOwner, MadeApiKey, NewApiKey };

const base = '/v1/accounts';

/** `client.accounts.apiKeys`. */
export function createApiKeysClient({ send }: Transport) {
  return {
    async list(signal?: AbortSignal): Promise<readonly ApiKey[]> {
      return (await send<{ apiKeys: ApiKey[] }>('GET', `${base}/api-keys`, { signal })).apiKeys;
    },
    /** The key itself is in this answer alone. */
    create: (input: NewApiKey) => send<MadeApiKey>('POST', `${base}/api-keys`, { body: input }),
    delete: (id: string) => send<void>('DELETE', `${base}/api-keys/${encodeURIComponent(id)}`),
    /** With an API key: which one it is, and whose. */
    async current(signal?: AbortSignal): Promise<ApiKeyOfOwner> {
      return (await send<{ apiKey: ApiKeyOfOwner }>('GET', `${base}/api-keys/current`, { signal })).apiKey;
    },
    /** Operators: everybody's, newest first. */
    async listAll(
      request: PageRequest & { readonly user?: string | undefined } = {},
      signal?: AbortSignal,
    ): Promise<Page<ApiKeyOfOwner>> {
      const answer = await send<{ apiKeys: ApiKeyOfOwner[]; nextCursor: string | null }>(
        'GET',
        `${base}/all-api-keys`,
        { query: { ...request }, signal },
      );
      return { items: answer.apiKeys, nextCursor: answer.nextCursor };
    },
    /** Operators. */
    deleteAny: (id: string) => send<void>('DELETE', `${base}/all-api-keys/${encodeURIComponent(id)}`),
  };
}

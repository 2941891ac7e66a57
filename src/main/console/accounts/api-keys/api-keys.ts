// API keys as operators see them.
import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../../api.ts';

const KEYS_PER_PAGE = 50;

export const apiKeysKey = () => ['api-keys'] as const;

/** @param user only his; everybody's where it is left out */
export const apiKeysQuery = (cursor: string | undefined, user?: string) =>
  queryOptions({
    queryKey: [...apiKeysKey(), user ?? 'all', cursor ?? ''],
    queryFn: ({ signal }) => api.accounts.apiKeys.listAll({ cursor, limit: KEYS_PER_PAGE, user }, signal),
    placeholderData: keepPreviousData,
  });

export function renewApiKeys(cache: QueryClient): Promise<unknown> {
  return cache.invalidateQueries({ queryKey: apiKeysKey() });
}

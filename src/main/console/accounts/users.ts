// Users as operators see them: the calls, the keys they are kept under, and what a change makes stale.
import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const USERS_PER_PAGE = 50;

export const usersKey = () => ['users'] as const;

export const usersQuery = (search: string, cursor: string | undefined) =>
  queryOptions({
    queryKey: [...usersKey(), 'list', search, cursor ?? ''],
    queryFn: ({ signal }) => api.accounts.operator.listUsers({ search, cursor, limit: USERS_PER_PAGE }, signal),
    placeholderData: keepPreviousData,
  });

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: [...usersKey(), 'one', id],
    queryFn: ({ signal }) => api.accounts.operator.getUser(id, signal),
  });

export const sessionsOfUserQuery = (id: string) =>
  queryOptions({
    queryKey: [...usersKey(), 'sessions', id],
    queryFn: ({ signal }) => api.accounts.operator.listSessionsOf(id, signal),
  });

/** After any change to a user: his lists, his sessions and the counts are asked again. */
export function renewUsers(cache: QueryClient): Promise<unknown> {
  return Promise.all([
    cache.invalidateQueries({ queryKey: usersKey() }),
    cache.invalidateQueries({ queryKey: ['sessions'] }),
    cache.invalidateQueries({ queryKey: ['monitor', 'overview'] }),
  ]);
}

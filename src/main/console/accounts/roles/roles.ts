// Roles and permissions: the calls, and the keys they are kept under.
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../../api.ts';

const PERMISSIONS_FRESH_MS = 600_000;

export const rolesKey = () => ['roles'] as const;

export const rolesQuery = () =>
  queryOptions({ queryKey: [...rolesKey(), 'list'], queryFn: ({ signal }) => api.accounts.roles.list(signal) });

export const permissionsQuery = () =>
  queryOptions({
    queryKey: ['permissions'],
    queryFn: ({ signal }) => api.accounts.roles.permissions(signal),
    staleTime: PERMISSIONS_FRESH_MS,
  });

export const rolesOfUserQuery = (id: string) =>
  queryOptions({
    queryKey: [...rolesKey(), 'user', id],
    queryFn: ({ signal }) => api.accounts.roles.ofUser(id, signal),
  });

export function renewRoles(cache: QueryClient): Promise<unknown> {
  return Promise.all([
    cache.invalidateQueries({ queryKey: rolesKey() }),
    cache.invalidateQueries({ queryKey: ['users'] }),
    cache.invalidateQueries({ queryKey: ['sessions'] }),
  ]);
}

// Who is logged in to the console, and whether the first operator is still missing.
import { queryOptions } from '@tanstack/react-query';
import { ProblemError, type Settings } from '../../client/index.ts';
import { api } from '../api.ts';

export const operatorKey = () => ['operator'] as const;

/** The caller and his session; null when nobody is logged in. */
export const operatorQuery = () =>
  queryOptions({
    queryKey: operatorKey(),
    queryFn: async ({ signal }) => {
      try {
        return await api.accounts.me(signal);
      } catch (error) {
        if (error instanceof ProblemError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });

export const firstOperatorQuery = () =>
  queryOptions({
    queryKey: ['first-operator'],
    queryFn: ({ signal }) => api.accounts.operator.isFirstNeeded(signal),
    staleTime: 0,
  });

export const settingsQuery = () =>
  queryOptions({ queryKey: ['settings'], queryFn: () => api.accounts.settings(), staleTime: 300_000 });

/** What an authenticator app shows beside the code. */
export function applicationIn(settings: Settings | undefined): string {
  return settings?.application.name ?? 'this server';
}

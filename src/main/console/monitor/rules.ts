// The rules, and what each would have hit.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const rulesKey = () => ['monitor', 'rules'] as const;

export const rulesQuery = () =>
  queryOptions({
    queryKey: [...rulesKey(), 'all'],
    queryFn: ({ signal }) => api.monitor.rules(signal),
    refetchInterval: 10_000,
  });

export const rehearsalQuery = (id: string) =>
  queryOptions({
    queryKey: [...rulesKey(), 'rehearsal', id],
    queryFn: ({ signal }) => api.monitor.rehearseRule(id, signal),
    staleTime: 10_000,
  });

// The statements this server runs, with what they cost.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const statementsQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'statements'],
    queryFn: ({ signal }) => api.monitor.statements(signal),
    refetchInterval: 10_000,
  });

// The counts and facts of the first page.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const overviewQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'overview'],
    queryFn: ({ signal }) => api.monitor.overview(signal),
    refetchInterval: 15_000,
  });

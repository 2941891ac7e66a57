// The pool over time, as it is asked for.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const spans = [
  { value: '120', label: 'The last 2 minutes' },
  { value: '600', label: 'The last 10 minutes' },
  { value: '3600', label: 'The last hour' },
  { value: '21600', label: 'The last 6 hours' },
  { value: '86400', label: 'The last day' },
  { value: '604800', label: 'The last 7 days' },
  { value: '1209600', label: 'The last 14 days' },
];

/** Longer spans are read from what is stored, without the holders of each moment. */
export const LONGEST_REMEMBERED_SECONDS = 86_400;

export const historyQuery = (spanSeconds: number) =>
  queryOptions({
    queryKey: ['monitor', 'pool', 'history', spanSeconds],
    queryFn: ({ signal }) => api.monitor.poolHistory(spanSeconds, signal),
    enabled: spanSeconds <= LONGEST_REMEMBERED_SECONDS,
    staleTime: 0,
    refetchInterval: spanSeconds <= 600 ? 1_000 : spanSeconds <= 3_600 ? 10_000 : 60_000,
  });

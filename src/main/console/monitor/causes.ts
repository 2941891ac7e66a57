// What hurts and why, the sessions behind it, and what the guard has done.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const causeQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'cause'],
    queryFn: ({ signal }) => api.monitor.cause(signal),
    refetchInterval: ({ state }) => (state.data?.state === 'trouble' ? 1_000 : 3_000),
  });

export const journalQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'journal'],
    queryFn: ({ signal }) => api.monitor.journal({ limit: 100 }, signal),
    refetchInterval: 5_000,
  });

export const sessionsQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'activity'],
    queryFn: ({ signal }) => api.monitor.sessions(signal),
    refetchInterval: 2_000,
  });

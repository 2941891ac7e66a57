// Channels, what was sent by them, and silences: as they are asked for.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api.ts';

const CALM_MS = 5_000;
const DELIVERIES_SHOWN = 20;

export const channelsKey = () => ['monitor', 'channels'] as const;
export const silencesKey = () => ['monitor', 'silences'] as const;

export const channelsQuery = () =>
  queryOptions({
    queryKey: [...channelsKey(), 'all'],
    queryFn: ({ signal }) => api.monitor.channels(signal),
    refetchInterval: CALM_MS,
  });

export const deliveriesQuery = (channelId: string, cursor: string | undefined) =>
  queryOptions({
    queryKey: [...channelsKey(), 'deliveries', channelId, cursor ?? null],
    queryFn: ({ signal }) =>
      api.monitor.deliveries(channelId, { limit: DELIVERIES_SHOWN, cursor: cursor ?? null }, signal),
    refetchInterval: cursor === undefined ? CALM_MS : false,
  });

export const silencesQuery = () =>
  queryOptions({
    queryKey: silencesKey(),
    queryFn: ({ signal }) => api.monitor.silences(signal),
    refetchInterval: CALM_MS,
  });

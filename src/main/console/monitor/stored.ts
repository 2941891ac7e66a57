// Stored figures, as they are asked for.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

const SHORTEST_RENEWAL_MS = 10_000;

/** Figures of the last `spanSeconds`; renewed as often as they have a new step. */
export const storedQuery = (names: readonly string[], spanSeconds: number) =>
  queryOptions({
    queryKey: ['monitor', 'series', names, spanSeconds],
    queryFn: ({ signal }) => {
      const to = new Date();
      return api.monitor.series({ names, from: new Date(to.getTime() - spanSeconds * 1000), to }, signal);
    },
    refetchInterval: ({ state }) => Math.max(SHORTEST_RENEWAL_MS, (state.data?.stepSeconds ?? 0) * 1000),
  });

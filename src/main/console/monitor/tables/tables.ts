// Tables and indexes as they are asked for, and one table's rows over two weeks.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** The server looks at most once a minute while somebody asks. */
const RENEW_MS = 60_000;
export const ROWS_SPAN_SECONDS = 14 * 86_400;

export const tablesQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'tables'],
    queryFn: ({ signal }) => api.monitor.tables(signal),
    refetchInterval: ({ state }) => (state.data?.at === null ? 2_000 : RENEW_MS),
  });

export const indexesQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'indexes'],
    queryFn: ({ signal }) => api.monitor.indexes(signal),
    refetchInterval: ({ state }) => (state.data?.at === null ? 2_000 : RENEW_MS),
  });

/** @param scope the table as `schema.name` */
export const tableSeriesQuery = (scope: string) =>
  queryOptions({
    queryKey: ['monitor', 'series', 'table', scope],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - ROWS_SPAN_SECONDS * 1000);
      return api.monitor.series({ names: ['table.rows', 'table.deadShare'], scope, from }, signal);
    },
    staleTime: RENEW_MS,
  });

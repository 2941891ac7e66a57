// Collections and their records as operators see them.
import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

const RECORDS_PER_PAGE = 50;

export const collectionsKey = () => ['collections'] as const;

export const collectionsQuery = () =>
  queryOptions({
    queryKey: [...collectionsKey(), 'list'],
    queryFn: ({ signal }) => api.data.operator.listCollections(signal),
  });

export const collectionQuery = (name: string) =>
  queryOptions({
    queryKey: [...collectionsKey(), 'one', name],
    queryFn: ({ signal }) => api.data.operator.getCollection(name, signal),
  });

export interface RecordsRequest {
  readonly collection: string;
  readonly ownerId: string | undefined;
  readonly cursor: string | undefined;
}

export const recordsQuery = ({ collection, ownerId, cursor }: RecordsRequest) =>
  queryOptions({
    queryKey: [...collectionsKey(), 'records', collection, ownerId ?? '', cursor ?? ''],
    queryFn: ({ signal }) =>
      api.data.operator.listRecords(collection, { ownerId, cursor, limit: RECORDS_PER_PAGE }, signal),
    placeholderData: keepPreviousData,
  });

/** After a collection was made, changed or deleted. */
export function renewCollections(cache: QueryClient): Promise<unknown> {
  return Promise.all([
    cache.invalidateQueries({ queryKey: collectionsKey() }),
    cache.invalidateQueries({ queryKey: ['monitor', 'overview'] }),
  ]);
}

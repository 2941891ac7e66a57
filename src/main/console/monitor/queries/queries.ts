// What statements cost, as it is asked for.
import { queryOptions } from '@tanstack/react-query';
import type { Deploy, QuerySort } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { type Against, DEFAULT_AGAINST, DEFAULT_SPAN, type QueriesSearch, spansOf } from './query-spans.ts';

const RENEW_MS = 30_000;
export const QUERIES_SHOWN = 100;

export const sortOptions: readonly { readonly value: QuerySort; readonly label: string }[] = [
  { value: 'totalMs', label: 'Most time in all' },
  { value: 'change', label: 'Came up most' },
  { value: 'calls', label: 'Most calls' },
  { value: 'meanMs', label: 'Slowest on average' },
  { value: 'p99Ms', label: 'Slowest of a hundred' },
  { value: 'blocksPerCall', label: 'Most blocks per call' },
  { value: 'rows', label: 'Most rows' },
  { value: 'errors', label: 'Most errors' },
];

export function chosenOf(search: QueriesSearch): { readonly span: string; readonly against: Against } {
  return { span: search.span ?? DEFAULT_SPAN, against: search.against ?? DEFAULT_AGAINST };
}

/** The deploy that the span begins with, if any: the others, and new ones, ask for nothing anew. */
function meantDeploys({ span }: QueriesSearch, deploys: readonly Deploy[]): readonly Deploy[] {
  return deploys.filter(({ id }) => `deploy:${id}` === span);
}

export const queriesQuery = (search: QueriesSearch, deploys: readonly Deploy[]) =>
  queryOptions({
    queryKey: ['monitor', 'queries', search, meantDeploys(search, deploys)],
    queryFn: ({ signal }) => {
      const { route, search: words } = search;
      const sort = sortOptions.find(({ value }) => value === search.sort)?.value;
      const spans = spansOf(chosenOf(search), deploys, Date.now());
      return api.monitor.queries({ ...spans, route, search: words, sort, limit: QUERIES_SHOWN }, signal);
    },
    refetchInterval: RENEW_MS,
  });

export const queryQuery = (id: string, search: QueriesSearch, deploys: readonly Deploy[]) =>
  queryOptions({
    queryKey: ['monitor', 'query', id, chosenOf(search), meantDeploys(search, deploys)],
    queryFn: ({ signal }) => api.monitor.query(id, spansOf(chosenOf(search), deploys, Date.now()), signal),
    refetchInterval: RENEW_MS,
  });

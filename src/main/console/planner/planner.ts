// What the planner knows, as it is asked for: runs, the last report of each kind, advice and its ledger, snapshots.
import { queryOptions } from '@tanstack/react-query';
import type { Run } from '../../client/index.ts';
import { api } from '../api.ts';

/** A run says how far it is about twice a second. */
const WORKING_MS = 700;
const CALM_MS = 10_000;
const RENEW_MS = 60_000;
/** All that a page shows: it is searched and sorted here, without another question for each key. */
export const STATEMENTS_SHOWN = 1000;

export const plannerKey = () => ['planner'] as const;

export const plannerOverviewQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'overview'],
    queryFn: ({ signal }) => api.planner.overview(signal),
    refetchInterval: RENEW_MS,
  });

export function isUnderWay({ state }: Pick<Run, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

export const runsQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'runs'],
    queryFn: ({ signal }) => api.planner.runs(signal),
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? WORKING_MS : CALM_MS),
  });

export const reviewQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'review'],
    queryFn: ({ signal }) => api.planner.review({ limit: STATEMENTS_SHOWN }, signal),
    staleTime: RENEW_MS,
  });

export const reviewStatementQuery = (id: string) =>
  queryOptions({
    queryKey: [...plannerKey(), 'review', id],
    queryFn: ({ signal }) => api.planner.reviewStatement(id, signal),
    staleTime: RENEW_MS,
  });

export const adviceQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'advice'],
    queryFn: ({ signal }) => api.planner.advice(signal),
    refetchInterval: ({ state }) =>
      state.data?.items.some((item) => item.state === 'under_way') ? WORKING_MS : CALM_MS,
  });

export const indexWorksQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'works'],
    queryFn: ({ signal }) => api.planner.indexWorks(signal),
    refetchInterval: ({ state }) => (state.data?.some((work) => work.state === 'running') ? WORKING_MS : CALM_MS),
  });

export const ledgerQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'ledger'],
    queryFn: ({ signal }) => api.planner.ledger(signal),
    refetchInterval: RENEW_MS,
  });

export const forecastQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'forecast'],
    queryFn: ({ signal }) => api.planner.forecast(signal),
    staleTime: RENEW_MS,
  });

export const sizingQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'sizing'],
    queryFn: ({ signal }) => api.planner.sizing(signal),
    staleTime: RENEW_MS,
  });

export const snapshotsQuery = () =>
  queryOptions({
    queryKey: [...plannerKey(), 'snapshots'],
    queryFn: ({ signal }) => api.planner.snapshots(signal),
    refetchInterval: RENEW_MS,
  });

// Alerts and the rules that raise them, as they are asked for.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** A query that overstays is to stand on the screen within two seconds. */
const FIRING_MS = 1_000;
const CALM_MS = 10_000;
const PAGE_SIZE = 50;

export const alertsKey = () => ['monitor', 'alerts'] as const;
export const alertRulesKey = () => ['monitor', 'alert-rules'] as const;

export const firingAlertsQuery = () =>
  queryOptions({
    queryKey: [...alertsKey(), 'firing'],
    queryFn: ({ signal }) => api.monitor.alerts({ state: 'firing', limit: PAGE_SIZE }, signal),
    staleTime: 0,
    refetchInterval: FIRING_MS,
  });

export const resolvedAlertsQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: [...alertsKey(), 'resolved', cursor ?? null],
    queryFn: ({ signal }) => api.monitor.alerts({ state: 'resolved', limit: PAGE_SIZE, cursor }, signal),
    refetchInterval: cursor === undefined ? CALM_MS : false,
  });

export const alertRulesQuery = () =>
  queryOptions({
    queryKey: alertRulesKey(),
    queryFn: ({ signal }) => api.monitor.alertRules(signal),
    refetchInterval: CALM_MS,
  });

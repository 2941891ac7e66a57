// Postmortems and their versions, as they are asked for.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api.ts';

export const postmortemKey = (incidentId: string) => ['monitor', 'postmortems', incidentId] as const;

/** @param version the newest when left out */
export const postmortemQuery = (incidentId: string, version: number | undefined) =>
  queryOptions({
    queryKey: [...postmortemKey(incidentId), version ?? 'newest'],
    queryFn: ({ signal }) => api.monitor.postmortem(incidentId, version, signal),
  });

export const versionsQuery = (incidentId: string) =>
  queryOptions({
    queryKey: [...postmortemKey(incidentId), 'versions'],
    queryFn: ({ signal }) => api.monitor.postmortemVersions(incidentId, signal),
  });

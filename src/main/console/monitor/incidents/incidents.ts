// Incidents, what holds in them (caps, index jobs), and deploys: as they are asked for.
import { queryOptions } from '@tanstack/react-query';
import type { IncidentSummary } from '../../../client/index.ts';
import { api } from '../../api.ts';

/** What is open changes each second; what is over only when somebody writes something. */
const OPEN_MS = 1_000;
const CALM_MS = 5_000;
const SOON_MS = 2_000;
const PAGE_SIZE = 50;
const DEPLOYS_SHOWN = 10;
const NEWEST = 5;

export const incidentsKey = () => ['monitor', 'incidents'] as const;

export const incidentsQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: [...incidentsKey(), 'list', cursor ?? null],
    queryFn: ({ signal }) => api.monitor.incidents({ limit: PAGE_SIZE, cursor }, signal),
    refetchInterval: cursor === undefined ? CALM_MS : false,
  });

/** Those that are open now, for every page of the console; an open one is among the newest. */
export const openIncidentsQuery = () =>
  queryOptions({
    queryKey: [...incidentsKey(), 'open'],
    queryFn: ({ signal }) => api.monitor.incidents({ limit: NEWEST }, signal),
    select: ({ incidents }) => incidents.filter((incident) => incident.state === 'open'),
    refetchInterval: CALM_MS,
  });

/** A postmortem is written a moment after the end. */
function askAgainMs(incident: IncidentSummary | undefined): number | false {
  if (incident?.state !== 'closed') return OPEN_MS;
  return incident.hasPostmortem ? false : SOON_MS;
}

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: [...incidentsKey(), 'one', id],
    queryFn: ({ signal }) => api.monitor.incident(id, signal),
    refetchInterval: ({ state }) => askAgainMs(state.data?.incident),
  });

export const capsQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'caps'],
    queryFn: ({ signal }) => api.monitor.caps(signal),
    refetchInterval: CALM_MS,
  });

export const indexJobsQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'index-jobs'],
    queryFn: ({ signal }) => api.monitor.indexJobs(signal),
    refetchInterval: ({ state }) => (state.data?.some((job) => job.state === 'running') ? OPEN_MS : CALM_MS),
  });

export const deploysQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'deploys'],
    queryFn: ({ signal }) => api.monitor.deploys({ limit: DEPLOYS_SHOWN }, signal),
    staleTime: 30_000,
  });

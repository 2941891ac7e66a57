// Deploys and incidents as they are asked for, once for all charts of a page.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Deploy } from '../../client/index.ts';
import { api } from '../api.ts';
import type { Mark } from '../charts/marks.ts';
import { marksOf } from './mark-happenings.ts';

/** As many as a chart could ever show. */
const MARKS_MAX = 100;
const RENEW_MS = 10_000;

const happeningsQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'marks'],
    queryFn: async ({ signal }) => {
      // Charts are worth seeing without their marks: what does not answer is left out.
      const [deploys, incidents] = await Promise.allSettled([
        api.monitor.deploys({ limit: MARKS_MAX }, signal),
        api.monitor.incidents({ limit: MARKS_MAX }, signal),
      ]);
      return {
        deploys: deploys.status === 'fulfilled' ? deploys.value.deploys : [],
        incidents: incidents.status === 'fulfilled' ? incidents.value.incidents : [],
      };
    },
    refetchInterval: RENEW_MS,
  });

/** The deploys that there were, the newest first. */
export function useDeploys(): readonly Deploy[] {
  return useQuery(happeningsQuery()).data?.deploys ?? none;
}

/** Deploys and incidents as marks, the earliest first: charts leave out what is not in their span. */
export function useMarks(): readonly Mark[] {
  const { data } = useQuery(happeningsQuery());
  return useMemo(() => (data ? marksOf(data.deploys, data.incidents) : []), [data]);
}

const none: readonly Deploy[] = [];

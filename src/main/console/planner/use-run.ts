// The work of the planner behind a page: the run that is under way, the way to begin one and to give it up.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Run, RunKind } from '../../client/index.ts';
import { api } from '../api.ts';
import { sayProblem } from '../components/notify.ts';
import { isUnderWay, plannerKey, runsQuery } from './planner.ts';

export interface RunOfPage {
  readonly kind: RunKind;
  /** The one that waits or works now. */
  readonly current: Run | null;
  /** The last one, where it came to nothing and nothing better has come since. */
  readonly failed: Run | null;
  readonly isAsking: boolean;
  readonly start: () => void;
  readonly cancel: () => void;
}

/** Asks for the page's report anew when a run of its kind has ended. */
export function useRun(kind: RunKind): RunOfPage {
  const cache = useQueryClient();
  const { data } = useQuery(runsQuery());
  const newest = data?.find((run) => run.kind === kind) ?? null;
  const current = newest && isUnderWay(newest) ? newest : null;

  const before = useRef<string | null>(null);
  useEffect(() => {
    if (before.current !== null && current === null)
      void cache.invalidateQueries({ queryKey: [...plannerKey(), kind] });
    before.current = current?.id ?? null;
  }, [cache, current, kind]);

  const renewRuns = () => cache.invalidateQueries({ queryKey: runsQuery().queryKey });
  const start = useMutation({
    mutationFn: () => api.planner.startRun({ kind }),
    onError: sayProblem,
    onSettled: renewRuns,
  });
  const cancel = useMutation({
    mutationFn: (id: string) => api.planner.cancelRun(id),
    onError: sayProblem,
    onSettled: renewRuns,
  });
  return {
    kind,
    current,
    failed: newest?.state === 'failed' ? newest : null,
    isAsking: start.isPending,
    start: () => start.mutate(),
    cancel: () => current && cancel.mutate(current.id),
  };
}

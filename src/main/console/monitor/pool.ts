// The pool: as a live stream for the well, and with its leases for whoever asks who holds what.
import { queryOptions } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PoolSnapshot } from '../../client/index.ts';
import { api } from '../api.ts';
import { withReach } from '../well/reach.ts';

/** The lease list is a look, not a stream: often enough to follow, seldom enough to read. */
const LOOK_EVERY_MS = 1000;

export const poolQuery = () =>
  queryOptions({
    queryKey: ['monitor', 'pool'],
    queryFn: ({ signal }) => api.monitor.pool(signal),
    staleTime: 0,
    refetchInterval: LOOK_EVERY_MS,
  });

export interface LivePool {
  readonly pool: PoolSnapshot | null;
  /** True while the numbers are not being renewed. */
  readonly isStale: boolean;
  /** Why the stream was lost or refused; null while it runs. */
  readonly error: unknown;
  readonly retry: () => void;
}

/** Follows the pool while the page is visible; a hidden page costs the server nothing. */
export function useLivePool(isVisible: boolean): LivePool {
  const [pool, setPool] = useState<PoolSnapshot | null>(null);
  const [isStale, setStale] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (!isVisible) return;
    const end = new AbortController();
    setError(null);
    api.monitor
      .streamPool({
        onPool: (next) => {
          setPool(withReach(next));
          setStale(false);
          setError(null);
        },
        onState: (state) => {
          if (state.kind !== 'lost') return;
          setStale(true);
          setError(state.error);
        },
        signal: end.signal,
      })
      .catch((cause: unknown) => {
        if (end.signal.aborted) return;
        setStale(true);
        setError(cause);
      });
    return () => end.abort();
  }, [isVisible, attempt]);

  return { pool, isStale, error, retry: () => setAttempt((number) => number + 1) };
}

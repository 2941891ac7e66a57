// The live picture: its stream, followed while the page is visible, and the ten minutes behind it.
import { useEffect, useReducer } from 'react';
import type { LiveView } from '../../client/index.ts';
import { api } from '../api.ts';
import { extendTrail, TRAIL_SECONDS, type TrailPoint, trailFromHistory, trailPoint } from './live-trail.ts';

export interface LiveState {
  readonly live: LiveView | null;
  readonly trail: readonly TrailPoint[];
  /** True while no new seconds come. */
  readonly isStale: boolean;
  /** Why; null while they do. */
  readonly error: unknown;
}

type LiveChange =
  | { readonly kind: 'second'; readonly live: LiveView }
  | { readonly kind: 'history'; readonly past: readonly TrailPoint[] }
  | { readonly kind: 'lost'; readonly error: unknown };

const empty: LiveState = { live: null, trail: [], isStale: false, error: null };

/** What a message of the server makes of what is known. */
export function followLive(state: LiveState, change: LiveChange): LiveState {
  switch (change.kind) {
    case 'second':
      return {
        live: change.live,
        trail: extendTrail(state.trail, [trailPoint(change.live)]),
        isStale: false,
        error: null,
      };
    case 'history':
      // Seconds that came while the past was being asked for follow it.
      return { ...state, trail: extendTrail(extendTrail([], change.past), state.trail) };
    case 'lost':
      return { ...state, isStale: true, error: change.error };
  }
}

/** A hidden page asks for nothing; when it is seen again, what it missed is asked for once. */
export function useLive(isVisible: boolean): LiveState {
  const [state, change] = useReducer(followLive, empty);

  useEffect(() => {
    if (!isVisible) return;
    const end = new AbortController();
    const lost = (error: unknown) => {
      if (!end.signal.aborted) change({ kind: 'lost', error });
    };
    // The past is only a picture: without it the charts begin now.
    api.monitor.poolHistory(TRAIL_SECONDS, end.signal).then(
      (history) => change({ kind: 'history', past: trailFromHistory(history) }),
      () => undefined,
    );
    api.monitor
      .streamLive({
        onLive: (live) => change({ kind: 'second', live }),
        onState: (stream) => {
          if (stream.kind === 'lost') lost(stream.error);
        },
        signal: end.signal,
      })
      .catch(lost);
    return () => end.abort();
  }, [isVisible]);

  return state;
}

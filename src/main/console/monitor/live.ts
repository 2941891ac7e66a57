// The live picture: its stream, followed while the page is visible, and the ten minutes behind it.
import { useEffect, useReducer } from 'react';
import { api } from '../api.ts';
import { followLive, type LiveState, nothingLive } from './follow-live.ts';
import { TRAIL_SECONDS, trailFromHistory } from './live-trail.ts';

/** A hidden page asks for nothing; when it is seen again, what it missed is asked for once. */
export function useLive(isVisible: boolean): LiveState {
  const [state, change] = useReducer(followLive, nothingLive);

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

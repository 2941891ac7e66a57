// What the live stream's messages make of what the wall page knows.
import type { LiveView } from '../../client/index.ts';
import { extendTrail, type TrailPoint, trailPoint } from './live-trail.ts';

export interface LiveState {
  readonly live: LiveView | null;
  readonly trail: readonly TrailPoint[];
  /** True while no new seconds come. */
  readonly isStale: boolean;
  /** Why; null while they do. */
  readonly error: unknown;
}

export type LiveChange =
  | { readonly kind: 'second'; readonly live: LiveView }
  | { readonly kind: 'history'; readonly past: readonly TrailPoint[] }
  | { readonly kind: 'lost'; readonly error: unknown };

export const nothingLive: LiveState = { live: null, trail: [], isStale: false, error: null };

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

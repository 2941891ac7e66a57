/**
 * Little's law says how many connections something holds: N = λ·h, calls a second times seconds each. What is held beyond
 * the usual is therefore Δλ·h₀ (more calls) + λ₀·Δh (each takes longer) + Δλ·Δh, which belongs to both and is given to them
 * in the proportion in which each has grown.
 */

import type { Usage } from './baseline.ts';

/** Connections and calls a second, of one statement, route or tenant. */
export interface Flow {
  connections: number;
  callsPerSecond: number;
}

export interface Split {
  moreCalls: number;
  longer: number;
}

const NONE: Split = { moreCalls: 0, longer: 0 };
/** What was never seen before and takes longer than this is long by itself; below, there are many of it. */
const LONG_MS = 100;

/**
 * Splits what is held beyond the usual; both parts together are that difference, or zero where less is held than usual.
 *
 * @param typicalMs how long one takes now: it decides for what has never been seen before
 */
export function splitOccupancy(usual: Flow | undefined, now: Flow, typicalMs: number): Split {
  const added = now.connections - (usual?.connections ?? 0);
  if (added <= 0) return NONE;
  if (!usual || usual.connections <= 0 || usual.callsPerSecond <= 0) {
    return typicalMs >= LONG_MS ? { moreCalls: 0, longer: added } : { moreCalls: added, longer: 0 };
  }
  if (now.callsPerSecond <= 0) return { moreCalls: 0, longer: added };
  const usualHold = usual.connections / usual.callsPerSecond;
  const hold = now.connections / now.callsPerSecond;
  const addedCalls = now.callsPerSecond - usual.callsPerSecond;
  const addedHold = hold - usualHold;
  // With one of the two not grown, the other has caused all of it.
  if (addedCalls <= 0) return { moreCalls: 0, longer: added };
  if (addedHold <= 0) return { moreCalls: added, longer: 0 };
  const both = addedCalls * addedHold;
  const callsGrowth = addedCalls / usual.callsPerSecond;
  const share = callsGrowth / (callsGrowth + addedHold / usualHold);
  return {
    moreCalls: addedCalls * usualHold + both * share,
    longer: usual.callsPerSecond * addedHold + both * (1 - share),
  };
}

/** What runs, those who wait for a lock left out: they have a term of their own. */
export function runningFlow(usage: Usage): Flow {
  return { connections: usage.held.running, callsPerSecond: usage.callsPerSecond };
}

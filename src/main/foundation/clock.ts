/**
 * Time as a dependency, so that a test can move it. Expiries that must hold across processes are decided by the
 * database's `now()`, never by this clock; durations are measured with `monotonicMs`, which no clock change moves.
 */

export interface Clock {
  /** Wall time in milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Milliseconds since an arbitrary moment; only differences mean anything. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/**
 * How hard somebody is guessing, over all accounts and all networks: failures of about the last minute, as this server sees
 * them. One network counts for little, however much it fails, because its own limits hold it already: what is looked for
 * here is an attack from so many that no limit by account or network meets it.
 */

import type { Clock } from '../../foundation/clock.ts';

export interface Pressure {
  /** One guess that was wrong, or refused because there were too many. */
  noteFailure(network: string): void;
  /** 0 while there is no attack; otherwise how many times over the mark the worst minute of it was, 1 at the least. */
  readonly severity: number;
}

const WINDOW_MS = 60_000;
/** What one network can add within a window. */
const MAX_OF_NETWORK = 20;
/** Networks that are told apart within a window; beyond it each failure counts. */
const MAX_NETWORKS = 50_000;
/** An attacker who is asked for work pauses, and comes back: so long nobody is let through without. */
const HOLD_MS = 5 * 60_000;

/** @param failuresPerMinute from which on it is an attack; 0 means never */
export function createPressure(failuresPerMinute: number, clock: Clock): Pressure {
  let startedAtMs = clock.monotonicMs();
  let current = new Map<string, number>();
  let total = 0;
  let before = 0;
  let worst = 0;
  let holdUntilMs = Number.NEGATIVE_INFINITY;

  const turn = (nowMs: number): void => {
    if (nowMs - startedAtMs < WINDOW_MS) return;
    before = nowMs - startedAtMs < 2 * WINDOW_MS ? total : 0;
    startedAtMs = nowMs;
    current = new Map();
    total = 0;
  };

  /** This window and the part of the one before that still lies within a minute. */
  const level = (nowMs: number): number => total + before * Math.max(0, 1 - (nowMs - startedAtMs) / WINDOW_MS);

  return {
    noteFailure(network) {
      if (failuresPerMinute === 0) return;
      const nowMs = clock.monotonicMs();
      turn(nowMs);
      const ofNetwork = current.get(network) ?? 0;
      if (ofNetwork >= MAX_OF_NETWORK) return;
      if (current.size < MAX_NETWORKS) current.set(network, ofNetwork + 1);
      total += 1;
      const times = level(nowMs) / failuresPerMinute;
      if (times < 1) return;
      worst = nowMs < holdUntilMs ? Math.max(worst, times) : times;
      holdUntilMs = nowMs + HOLD_MS;
    },
    get severity() {
      return clock.monotonicMs() < holdUntilMs ? worst : 0;
    },
  };
}

/**
 * The server's own pool in the shape of `pg.Pool`, for statements that nobody declared: over the same desk, connections and
 * lanes as the declared ones. They begin in `interactive`, and go on in `bulk` when they outstay the leash.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../foundation/logger.ts';
import type { Connections } from './connections.ts';
import type { Lanes } from './lane.ts';
import { LaneFinder } from './lane-finder.ts';
import { LeakReport } from './leak-report.ts';
import type { LeaseDesk } from './lease-desk.ts';
import { LeaseWatch } from './lease-watch.ts';
import { createFacade, type Pool } from './pool.ts';
import { type Emit, LEAK_THRESHOLD_MS, LEASH_MS, PoolParts } from './pool-parts.ts';
import type { RunnerOptions } from './running-query.ts';
import { STALL_MS, StallWatch } from './stall-watch.ts';

const [SHORT_LANE, LONG_LANE] = ['interactive', 'bulk'];
/** From asking for a connection to the last row, where the call says nothing else. */
const DEADLINE_MS = 30_000;
const DRAIN_LOOK_MS = 20;

/** Of a statement that was hardly seen; the first runs alone. */
const UNKNOWN_MAX = 4;

/** @param hasRoom nobody whose work is more important suffers now */
export function createServerFinder(hasRoom: () => boolean): LaneFinder {
  const lanes = { shortLane: SHORT_LANE, longLane: LONG_LANE };
  return new LaneFinder({ ...lanes, leashMs: LEASH_MS, unknownMax: UNKNOWN_MAX, hasRoom });
}

export interface ServerPoolOptions {
  finder: LaneFinder;
  connections: Connections;
  desk: LeaseDesk;
  lanes: Lanes;
  maxConnections: number;
  runner: RunnerOptions;
  logger: Logger;
}

export class ServerPool {
  readonly #options: ServerPoolOptions;
  readonly #leaks: LeakReport;
  readonly #watch: LeaseWatch;
  readonly #stalls: StallWatch;
  readonly #listeners = new Set<Emit>();

  constructor(options: ServerPoolOptions) {
    const { desk, finder, logger, runner } = options;
    const { nowMs, tracker } = runner;
    this.#options = options;
    this.#leaks = new LeakReport({
      ...{ reclaims: false, logger },
      tell: (error, lease) => {
        for (const emit of this.#listeners) emit('leak', error, lease);
      },
    });
    const onStall = () => this.#leaks.noteEveryPlace();
    this.#stalls = new StallWatch({ desk, nowMs, stallMs: STALL_MS, onStall });
    this.#watch = new LeaseWatch({
      ...{ desk, finder, shortLane: SHORT_LANE, longLane: LONG_LANE, leashMs: LEASH_MS, nowMs, tracker },
      leakThresholdMs: LEAK_THRESHOLD_MS,
      onLeak: (lease, idleMs) => this.#leaks.report(lease, idleMs),
    });
  }

  /** Each has its own `end()`, which ends nothing but itself. */
  facade(): Pool {
    const { maxConnections } = this.#options;
    return createFacade(maxConnections, (emit) => {
      this.#listeners.add(emit);
      const close = async (parts: PoolParts) => {
        while (parts.out > 0) await sleep(DRAIN_LOOK_MS);
        this.#listeners.delete(emit);
      };
      const rules = { deadlineMs: DEADLINE_MS, keepsSessionsClean: true };
      return new PoolParts({ ...this.#options, ...rules, leaks: this.#leaks, watch: this.#watch, emit, close });
    });
  }

  /** The desk's counts have changed. */
  noteChange(): void {
    this.#stalls.wake();
  }

  stop(): void {
    this.#watch.stop();
    this.#stalls.stop();
  }
}

/**
 * The limiter and what belongs to it, put to work on a pool: it looks ten times a second, reads the desk and moves its bounds.
 * Switched off, the pool stands at its configured bounds and nobody gives way.
 */

import { performance } from 'node:perf_hooks';
import type { Admission, AdmissionRequest } from '../admission.ts';
import type { Connection } from '../connections.ts';
import type { Lanes } from '../lane.ts';
import type { LeaseDesk } from '../lease-desk.ts';
import type { PoolTracker } from '../tracker.ts';
import { BackendPriorities, LOW_NICE, LOWEST_NICE } from './backend-priority.ts';
import type { YieldingLane } from './lane-governor.ts';
import { type LimitedPool, Limiter, type ServerState } from './limiter.ts';
import { Preemption } from './preemption.ts';
import { isReadOnly } from './read-only.ts';

export interface PoolLimitsOptions {
  desk: LeaseDesk;
  lanes: Lanes;
  tracker: PoolTracker;
  nowMs: () => number;
}

const LOOK_EVERY_MS = 100;
const PROTECTED = ['critical', 'interactive'];
/** Whose work can wait, and in this order. */
const YIELDING = ['bulk', 'background'];
/** What has run so long stands behind the others at the processor; for less it is not worth the asking. */
const LONG_MS = 100;

export class PoolLimits {
  readonly limiter: Limiter;
  readonly priorities = new BackendPriorities();
  readonly #options: PoolLimitsOptions;
  readonly #preemption: Preemption;
  readonly #timer: NodeJS.Timeout;

  constructor(options: PoolLimitsOptions) {
    const { desk, lanes, nowMs, tracker } = options;
    const { admission, ledger } = desk;
    this.#options = options;
    const protectedLanes = PROTECTED.filter((name) => name in lanes);
    const yieldingLanes = YIELDING.flatMap((name): YieldingLane[] => {
      const lane = lanes[name];
      return lane ? [{ name, floor: Math.max(1, lane.guaranteed), configuredCeiling: lane.ceiling }] : [];
    });
    const pool = limitedPool(admission, nowMs);
    const ownBusyShare = createBusyShare();
    this.limiter = new Limiter({ pool, protectedLanes, yieldingLanes, tracker, ownBusyShare }, nowMs());
    this.#preemption = new Preemption({ ledger, admission, protectedLanes, yieldingLanes, tracker });
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  look(): void {
    const now = this.#options.nowMs();
    this.limiter.tick(now);
    this.#preemption.look(this.limiter.slowness, now);
    this.#lowerLong(now);
  }

  /** Long work that can wait has what the others leave of this machine's processors. */
  #lowerLong(now: number): void {
    for (const {
      admitted,
      endable,
      inTransaction,
      isRunning,
      pid,
      statementAtMs,
    } of this.#options.desk.ledger.list()) {
      if (!isRunning || pid === 0 || now - statementAtMs < LONG_MS || !YIELDING.includes(admitted.lane)) continue;
      const isRead = !inTransaction && endable !== undefined && isReadOnly(endable.text);
      this.priorities.lower(pid, isRead ? LOWEST_NICE : LOW_NICE);
    }
  }

  /** Nobody whose work is more important suffers, nor would by what is known of the cores. */
  get hasRoom(): boolean {
    return this.limiter.slowness === undefined && this.limiter.hasSpareCore;
  }

  /**
   * One core for one statement. Only what was declared for a lane that gives way may take more, and that while nobody suffers:
   * what is short needs no more, and of what nobody declared it is not known before it has taken them all.
   */
  isSerial({ isLaneFound, lane }: AdmissionRequest): boolean {
    return isLaneFound !== undefined || !YIELDING.includes(lane) || this.limiter.slowness !== undefined;
  }

  /** Backends that were seen waiting for a lock: their statements are no samples. */
  noteLockWaits(pids: ReadonlySet<number>): void {
    if (pids.size === 0) return;
    const { desk, nowMs } = this.#options;
    const now = nowMs();
    for (const lease of desk.ledger.list()) if (pids.has(lease.pid)) lease.lockSeenAtMs = now;
  }

  /** Whoever comes next has the usual priority, or another connection. */
  returning(connection: Connection): void {
    if (!this.priorities.restore(connection.pid)) connection.closesBecause = 'low priority';
  }

  noteServer(state: ServerState): void {
    this.limiter.noteServer(state);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function limitedPool(admission: Admission, nowMs: () => number): LimitedPool {
  return {
    floor: admission.bounds.floor,
    get share() {
      return admission.bounds.maximum;
    },
    get totalActive() {
      return admission.active;
    },
    active: (lane) => admission.activeIn(lane),
    waiting: (lane) => admission.waitingIn(lane),
    oldestWaitMs: (lane) => admission.counts(lane, nowMs()).oldestWaitMs,
    setLimit: (limit) => admission.setLimit(limit, nowMs()),
    setCeiling: (lane, ceiling) => admission.setCeiling(lane, ceiling, nowMs()),
  };
}

/** How much of the time since the last call this process' own loop was busy. */
function createBusyShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

/**
 * Admission: who may hold a connection now. It does no I/O and knows no connection; it counts slots. One rule carries it:
 * a slot is granted when the lane is below its guarantee, or when every other lane's unused guarantee would still fit.
 * From that follows the invariant that a lane below its guarantee never waits.
 */

import { type LaneName, type LaneSettings, type Lanes, laneNames } from './lane.ts';

export interface Waiter {
  readonly lane: LaneName;
  readonly enqueuedAtMs: number;
  /** Called once, when the slot is the waiter's. */
  readonly grant: () => void;
}

export interface LaneCounts {
  active: number;
  waiting: number;
  /** What the lane could take at this moment. */
  free: number;
  oldestWaitMs: number;
}

interface LaneState {
  readonly settings: LaneSettings;
  readonly waiters: Set<Waiter>;
  active: number;
  /** Stride scheduling over lent capacity: the lane with the least is served next. */
  virtualTime: number;
}

export class Admission {
  readonly #lanes: Readonly<Record<LaneName, LaneState>>;
  readonly #byRank: LaneState[];
  readonly #maxConnections: number;
  #active = 0;

  constructor(lanes: Lanes, maxConnections: number) {
    const guaranteed = laneNames.reduce((sum, name) => sum + lanes[name].guaranteed, 0);
    if (guaranteed > maxConnections) {
      throw new RangeError(`the lanes are promised ${guaranteed} connections, but the pool has ${maxConnections}`);
    }
    const state = (name: LaneName): LaneState => ({
      settings: lanes[name],
      waiters: new Set(),
      active: 0,
      virtualTime: 0,
    });
    this.#lanes = Object.fromEntries(laneNames.map((name) => [name, state(name)])) as Record<LaneName, LaneState>;
    this.#byRank = Object.values(this.#lanes).sort((a, b) => a.settings.rank - b.settings.rank);
    this.#maxConnections = maxConnections;
  }

  /** Takes a slot if one is free for the lane now. */
  tryAcquire(name: LaneName): boolean {
    const lane = this.#lanes[name];
    if (lane.waiters.size > 0 || !this.#mayTake(lane)) return false;
    this.#take(lane);
    return true;
  }

  /** Joins the lane's queue; null where the queue is full. The caller has tried `tryAcquire` before. */
  enqueue(name: LaneName, nowMs: number, grant: () => void): Waiter | null {
    const lane = this.#lanes[name];
    if (lane.waiters.size >= lane.settings.queueMax) return null;
    if (lane.waiters.size === 0) lane.virtualTime = Math.max(lane.virtualTime, this.#leastVirtualTime());
    const waiter: Waiter = { lane: name, enqueuedAtMs: nowMs, grant };
    lane.waiters.add(waiter);
    return waiter;
  }

  /** Leaves the queue; false where the waiter has been served already. */
  leave(waiter: Waiter): boolean {
    return this.#lanes[waiter.lane].waiters.delete(waiter);
  }

  /** Gives a slot back and serves whoever may be served now. */
  release(name: LaneName): void {
    this.#lanes[name].active -= 1;
    this.#active -= 1;
    for (let lane = this.#nextToServe(); lane; lane = this.#nextToServe()) {
      const [waiter] = lane.waiters;
      if (!waiter) return;
      lane.waiters.delete(waiter);
      this.#take(lane);
      waiter.grant();
    }
  }

  counts(name: LaneName, nowMs: number): LaneCounts {
    const lane = this.#lanes[name];
    const own = Math.max(0, lane.settings.guaranteed - lane.active);
    const lent = Math.max(0, this.#maxConnections - this.#active - this.#unusedGuarantees());
    const [oldest] = lane.waiters;
    return {
      active: lane.active,
      waiting: lane.waiters.size,
      free: Math.max(0, Math.min(lane.settings.ceiling - lane.active, own + lent)),
      oldestWaitMs: oldest ? nowMs - oldest.enqueuedAtMs : 0,
    };
  }

  get active(): number {
    return this.#active;
  }

  #mayTake(lane: LaneState): boolean {
    if (lane.active < lane.settings.guaranteed) return true;
    return lane.active < lane.settings.ceiling && this.#active + this.#unusedGuarantees() < this.#maxConnections;
  }

  #take(lane: LaneState): void {
    const lent = lane.active >= lane.settings.guaranteed;
    lane.active += 1;
    this.#active += 1;
    if (lent) lane.virtualTime += 1 / lane.settings.weight;
  }

  #nextToServe(): LaneState | undefined {
    let best: LaneState | undefined;
    for (const lane of this.#byRank) {
      if (lane.waiters.size === 0) continue;
      if (lane.active < lane.settings.guaranteed) return lane;
      if (this.#mayTake(lane) && (!best || lane.virtualTime < best.virtualTime)) best = lane;
    }
    return best;
  }

  #unusedGuarantees(): number {
    let unused = 0;
    for (const lane of this.#byRank) unused += Math.max(0, lane.settings.guaranteed - lane.active);
    return unused;
  }

  #leastVirtualTime(): number {
    const waiting = this.#byRank.filter((lane) => lane.waiters.size > 0);
    return waiting.length === 0 ? 0 : Math.min(...waiting.map((lane) => lane.virtualTime));
  }
}

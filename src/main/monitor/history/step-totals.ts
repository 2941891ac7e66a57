/** What is gathered of the pool within one step: the most of what is held and waits, and all that was counted. */

import { type Lease, laneNames, type PoolSnapshot } from '../../database/index.ts';
import { LogHistogram } from './log-histogram.ts';

export const HOLDERS_PER_STEP = 5;

/** Leases that run one statement for one route in one lane. */
export interface HolderCount {
  statement: string;
  route: string | null;
  lane: string;
  count: number;
}

export class LaneTotals {
  active = 0;
  waiting = 0;
  acquired = 0;
  refused = 0;
  readonly wait = new LogHistogram();
  readonly hold = new LogHistogram();

  add(other: LaneTotals): void {
    this.active = Math.max(this.active, other.active);
    this.waiting = Math.max(this.waiting, other.waiting);
    this.acquired += other.acquired;
    this.refused += other.refused;
    this.wait.add(other.wait);
    this.hold.add(other.hold);
  }

  reset(): void {
    this.active = 0;
    this.waiting = 0;
    this.acquired = 0;
    this.refused = 0;
    this.wait.reset();
    this.hold.reset();
  }
}

export class StepTotals {
  readonly lanes: readonly LaneTotals[] = laneNames.map(() => new LaneTotals());
  open = 0;
  idle = Number.POSITIVE_INFINITY;
  limit = 0;
  opened = 0;
  failed = 0;
  /** Of the moment within the step at which the most connections were held. */
  holders: readonly HolderCount[] = [];
  #held = -1;

  /** What is to be seen of the pool at this moment. */
  look(pool: PoolSnapshot, leases: () => readonly Lease[]): void {
    this.#sawPool(pool.total, pool.idle, pool.limit);
    let held = 0;
    for (const [index, { active, waiting }] of pool.lanes.entries()) {
      const lane = this.lanes[index] as LaneTotals;
      lane.active = Math.max(lane.active, active);
      lane.waiting = Math.max(lane.waiting, waiting);
      held += active;
    }
    if (held > this.#held) this.#sawHolders(held, countHolders(leases()));
  }

  /** Takes a shorter step into this one. */
  add(other: StepTotals): void {
    this.#sawPool(other.open, other.idle, other.limit);
    for (const [index, lane] of this.lanes.entries()) lane.add(other.lanes[index] as LaneTotals);
    this.opened += other.opened;
    this.failed += other.failed;
    if (other.#held > this.#held) this.#sawHolders(other.#held, other.holders);
  }

  reset(): void {
    for (const lane of this.lanes) lane.reset();
    this.open = 0;
    this.idle = Number.POSITIVE_INFINITY;
    this.limit = 0;
    this.opened = 0;
    this.failed = 0;
    this.holders = [];
    this.#held = -1;
  }

  /** The most that were open, the fewest that were idle, the limit as it was last. */
  #sawPool(open: number, idle: number, limit: number): void {
    this.open = Math.max(this.open, open);
    this.idle = Math.min(this.idle, idle);
    this.limit = limit;
  }

  #sawHolders(held: number, holders: readonly HolderCount[]): void {
    this.#held = held;
    this.holders = holders;
  }
}

function countHolders(leases: readonly Lease[]): HolderCount[] {
  const groups = new Map<string, HolderCount>();
  for (const { admitted, origin, pid, statement } of leases) {
    // One that has no backend yet holds nothing.
    if (pid === 0) continue;
    const route = origin?.route ?? null;
    const key = `${admitted.lane}\n${route ?? ''}\n${statement}`;
    const group = groups.get(key);
    if (group) group.count += 1;
    else groups.set(key, { statement, route, lane: admitted.lane, count: 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, HOLDERS_PER_STEP);
}

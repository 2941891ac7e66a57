// Pools for tests of the well: five lanes at rest, with what a test wants changed.
import type { LaneSnapshot, PoolSnapshot } from '../../../main/client/index.ts';

type LaneChange = Partial<Omit<LaneSnapshot, 'name'>>;

const resting: readonly LaneSnapshot[] = [
  lane('control', 1, 2),
  lane('critical', 4, 12),
  lane('interactive', 8, 16),
  lane('bulk', 0, 8),
  lane('background', 1, 4),
];

function lane(name: LaneSnapshot['name'], guaranteed: number, ceiling: number): LaneSnapshot {
  return {
    name,
    guaranteed,
    ceiling,
    configuredCeiling: ceiling,
    active: 0,
    waiting: 0,
    free: ceiling,
    refusedTotal: 0,
    refusedLastMinute: 0,
    acquiredTotal: 0,
    oldestWaitMs: 0,
  };
}

/** A pool of 20 connections with the given lanes changed. */
export function poolWith(changes: Partial<Record<LaneSnapshot['name'], LaneChange>> = {}): PoolSnapshot {
  return {
    at: '2027-01-31T09:30:00.000Z',
    total: 6,
    maxConnections: 20,
    share: 20,
    limit: 20,
    idle: 6,
    refusedTotal: 0,
    lanes: resting.map((each) => ({ ...each, ...changes[each.name] })),
  };
}

/** One lane of such a pool. */
export function laneWith(name: LaneSnapshot['name'], change: LaneChange): LaneSnapshot {
  const found = poolWith({ [name]: change }).lanes.find((each) => each.name === name);
  if (!found) throw new Error(`The pool has no lane ${name}.`);
  return found;
}

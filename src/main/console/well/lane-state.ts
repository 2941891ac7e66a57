// What a lane's numbers mean for the people behind them.
import type { LaneSnapshot, PoolSnapshot } from '../../client/index.ts';

/**
 * calm: nothing to do. touched: nothing is left to borrow and the lane lives on what is kept for it, or someone waits.
 * refusing: someone is turned away now; for the rest of the minute after it the lane stays touched.
 */
export type LaneState = 'calm' | 'touched' | 'refusing';

type LaneNumbers = Pick<LaneSnapshot, 'guaranteed' | 'ceiling' | 'active' | 'free' | 'waiting' | 'refusedLastMinute'>;

/** The state of one lane. Using what is its own is no trouble as long as it could still borrow. */
export function laneState(lane: LaneNumbers): LaneState {
  if (isRefusing(lane)) return 'refusing';
  if (lane.waiting > 0 || lane.refusedLastMinute > 0) return 'touched';
  const isOnItsReserve = lane.active > 0 && couldBorrow(lane) === 0;
  return sharesWater(lane) && (isOnItsReserve || lane.free === 0) ? 'touched' : 'calm';
}

/** Refusals are counted over a minute; they go on only as long as the lane is full or has a queue. */
export function isRefusing(lane: LaneNumbers): boolean {
  return lane.refusedLastMinute > 0 && (lane.waiting > 0 || lane.free === 0);
}

/** How many connections the lane could take beyond those that are kept for it. */
function couldBorrow(lane: LaneNumbers): number {
  return Math.max(0, lane.free - Math.max(0, lane.guaranteed - lane.active));
}

/** A lane whose ceiling is its guarantee never borrows, so that it cannot miss what others took. */
function sharesWater(lane: LaneNumbers): boolean {
  return lane.ceiling > lane.guaranteed;
}

/** The worst state among the lanes. */
export function poolState(pool: Pick<PoolSnapshot, 'lanes'>): LaneState {
  const states = pool.lanes.map(laneState);
  if (states.includes('refusing')) return 'refusing';
  return states.includes('touched') ? 'touched' : 'calm';
}

/** Connections in use now, over all lanes. */
export function inUse(pool: Pick<PoolSnapshot, 'lanes'>): number {
  return pool.lanes.reduce((sum, lane) => sum + lane.active, 0);
}

/** The lane that holds the most connections, or null when none is held. */
export function heaviestLane(pool: Pick<PoolSnapshot, 'lanes'>): LaneSnapshot | null {
  const heaviest = pool.lanes.reduce<LaneSnapshot | null>(
    (best, lane) => (lane.active > (best?.active ?? 0) ? lane : best),
    null,
  );
  return heaviest;
}

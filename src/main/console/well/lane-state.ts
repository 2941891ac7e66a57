// What a lane's numbers mean for the people behind them.
import type { LaneSnapshot, PoolSnapshot } from '../../client/index.ts';

/** calm: nothing to do. touched: it lives on what is kept for it, or someone waits. refusing: someone is turned away. */
export type LaneState = 'calm' | 'touched' | 'refusing';

type LaneNumbers = Pick<LaneSnapshot, 'guaranteed' | 'ceiling' | 'free' | 'waiting' | 'refusedLastMinute'>;

/** The state of one lane. A lane that never shares is not in trouble by using what is its own. */
export function laneState(lane: LaneNumbers): LaneState {
  if (lane.refusedLastMinute > 0) return 'refusing';
  if (lane.waiting > 0) return 'touched';
  const sharesWater = lane.ceiling > lane.guaranteed;
  if (sharesWater && (lane.free < lane.guaranteed || lane.free === 0)) return 'touched';
  return 'calm';
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

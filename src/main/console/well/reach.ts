// How far a lane can really rise: its ceiling, less what is kept for the others and therefore never its own.
import type { PoolSnapshot } from '../../client/index.ts';

/**
 * The same pool with each lane's ceiling lowered to what it could hold if every other lane were idle. A lane at rest
 * is then full, and half-full water means that half of what it could have is gone.
 */
export function withReach(pool: PoolSnapshot): PoolSnapshot {
  const kept = pool.lanes.reduce((sum, lane) => sum + lane.guaranteed, 0);
  return {
    ...pool,
    lanes: pool.lanes.map((lane) => {
      const keptForOthers = kept - lane.guaranteed;
      const reach = Math.max(lane.guaranteed, pool.maxConnections - keptForOthers, lane.active + lane.free);
      return { ...lane, ceiling: Math.min(lane.ceiling, reach) };
    }),
  };
}

/** Which lanes are hurt now: for rules that act only while one is. */

import type { Database, LaneName, LaneSnapshot } from '../../database/index.ts';

/** In calm nobody waits for so long. */
const LONG_WAIT_MS = 250;

type Looked = Pick<LaneSnapshot, 'name' | 'oldestWaitMs' | 'refusedLastMinute'>;

/** The lane that is slow against its own usual, and those in which someone is refused or waits for long. */
export function findSlowedLanes({
  slowLane,
  snapshot,
}: Pick<Database, 'slowLane'> & { snapshot: () => { lanes: readonly Looked[] } }): LaneName[] {
  return snapshot()
    .lanes.filter(({ name, oldestWaitMs, refusedLastMinute }) => {
      return name === slowLane || refusedLastMinute > 0 || oldestWaitMs > LONG_WAIT_MS;
    })
    .map(({ name }) => name);
}

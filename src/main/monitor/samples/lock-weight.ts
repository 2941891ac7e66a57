/** How much it hurts that a session waits for a lock: its lane's weight times the seconds it has been waiting. */

import { defaultLanes, MIN_CONNECTIONS } from '../../database/index.ts';
import type { Backend } from './backend.ts';

const MS_PER_SECOND = 1_000;
/** Another program's session, of whose importance we know nothing. */
const UNKNOWN_WEIGHT = 1;
const laneSettings: Record<string, { weight: number } | undefined> = defaultLanes(MIN_CONNECTIONS);

export function lockWeightOf({ lease, queryMs }: Backend): number {
  const lane = lease?.admitted.lane;
  return ((lane && laneSettings[lane]?.weight) || UNKNOWN_WEIGHT) * (Math.max(0, queryMs ?? 0) / MS_PER_SECOND);
}

/** The pool, each second: who holds and waits by lane, what was granted and refused, and how long the wait was. */

import { type Database, laneNames, PoolTracker } from '../../database/index.ts';
import { LogHistogram } from '../history/log-histogram.ts';
import type { Reading } from './reading-hub.ts';

const MS_PER_SECOND = 1_000;
const P99 = 0.99;

interface LaneSecond {
  readonly wait: LogHistogram;
  refused: number;
}

export class PoolCollector extends PoolTracker {
  readonly #database: Pick<Database, 'snapshot'>;
  readonly #lanes = new Map<string, LaneSecond>(
    laneNames.map((name) => [name, { wait: new LogHistogram(), refused: 0 }]),
  );

  constructor(database: Pick<Database, 'snapshot'>) {
    super();
    this.#database = database;
  }

  override leaseGranted(lane: string, waitedMs: number): void {
    this.#lanes.get(lane)?.wait.record(waitedMs);
  }

  override refused(lane: string): void {
    const second = this.#lanes.get(lane);
    if (second) second.refused += 1;
  }

  /** What happened since it was asked last, and how it stands now. */
  collect(elapsedMs: number): Reading[] {
    const perSecond = MS_PER_SECOND / Math.max(1, elapsedMs);
    const { lanes, limit, share, total } = this.#database.snapshot();
    const active = lanes.reduce((sum, lane) => sum + lane.active, 0);
    const readings: Reading[] = [
      { name: 'pool.open', scope: '', value: total },
      { name: 'pool.limit', scope: '', value: limit },
      { name: 'pool.share', scope: '', value: share },
      { name: 'pool.usedShare', scope: '', value: limit > 0 ? active / limit : 0 },
    ];
    for (const { active: inUse, name, oldestWaitMs, waiting } of lanes) {
      const second = this.#lanes.get(name);
      if (!second) continue;
      // Where nobody gets through, nobody's wait has ended: who waits longest says how long it is.
      const waitP99Ms = Math.max(second.wait.quantile(P99) || 0, waiting > 0 ? oldestWaitMs : 0);
      readings.push(
        { name: 'pool.inUse', scope: name, value: inUse },
        { name: 'pool.waiting', scope: name, value: waiting },
        { name: 'pool.waitP99Ms', scope: name, value: waitP99Ms },
        { name: 'pool.refusedPerSecond', scope: name, value: second.refused * perSecond },
        { name: 'pool.acquiredPerSecond', scope: name, value: second.wait.total * perSecond },
      );
      second.wait.reset();
      second.refused = 0;
    }
    return readings;
  }
}

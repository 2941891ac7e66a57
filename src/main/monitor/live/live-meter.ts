/** The last seconds of the pool, for the live picture: calls, refusals and times by lane, and the statements that took most time. */

import { type Database, type Lease, PoolTracker, type StatementOutcome } from '../../database/index.ts';
import { LogHistogram } from '../history/log-histogram.ts';
import type { LaneName } from '../schema.ts';
import type { LiveLane, LiveStatement } from './schema.ts';

const WINDOW_SECONDS = 10;
const STATEMENTS_SHOWN = 10;
/** In one second; beyond it a statement is not told from the others. */
const STATEMENTS_MAX = 300;

interface LaneSecond {
  calls: number;
  refused: number;
  readonly held: LogHistogram;
  readonly waited: LogHistogram;
}

interface StatementSecond {
  lane: string;
  calls: number;
  totalMs: number;
}

export class LiveMeter extends PoolTracker {
  readonly #database: Pick<Database, 'listLeases' | 'snapshot'>;
  #lanes = new Map<string, LaneSecond>();
  #statements = new Map<string, StatementSecond>();
  #past: ReadonlyMap<string, StatementSecond>[] = [];
  #lastLanes: LiveLane[];

  constructor(database: Pick<Database, 'listLeases' | 'snapshot'>) {
    super();
    this.#database = database;
    this.#lastLanes = this.#readLanes();
  }

  override leaseGranted(lane: string, waitedMs: number): void {
    const second = this.#lane(lane);
    second.calls += 1;
    second.waited.record(waitedMs);
  }

  override leaseReleased(lane: string, heldMs: number, _lease: Lease): void {
    this.#lane(lane).held.record(heldMs);
  }

  override refused(lane: string): void {
    this.#lane(lane).refused += 1;
  }

  override statementEnded({ durationMs, lane, statement }: StatementOutcome): void {
    const known = this.#statements.get(statement);
    if (known) {
      known.calls += 1;
      known.totalMs += durationMs;
    } else if (this.#statements.size < STATEMENTS_MAX) {
      this.#statements.set(statement, { lane, calls: 1, totalMs: durationMs });
    }
  }

  /** Once a second: what has been gathered is the last second from now on. */
  step(): void {
    this.#lastLanes = this.#readLanes();
    this.#lanes = new Map();
    this.#past.push(this.#statements);
    if (this.#past.length > WINDOW_SECONDS) this.#past = this.#past.slice(-WINDOW_SECONDS);
    this.#statements = new Map();
  }

  lanes(): LiveLane[] {
    return this.#lastLanes;
  }

  /** Those that took most time in the last ten seconds; what runs still counts with what it has taken so far. */
  statements(nowMs: number): LiveStatement[] {
    const sums = new Map<string, StatementSecond & { running: number }>();
    const sumOf = (statement: string, lane: string) => {
      const sum = sums.get(statement) ?? { lane, calls: 0, totalMs: 0, running: 0 };
      sums.set(statement, sum);
      return sum;
    };
    for (const [statement, { calls, lane, totalMs }] of this.#past.flatMap((second) => [...second])) {
      const sum = sumOf(statement, lane);
      sum.calls += calls;
      sum.totalMs += totalMs;
    }
    const windowMs = WINDOW_SECONDS * 1000;
    for (const { admitted, isRunning, statement, statementAtMs } of this.#database.listLeases()) {
      if (!isRunning) continue;
      const sum = sumOf(statement, admitted.lane);
      sum.running += 1;
      sum.totalMs += Math.min(windowMs, Math.max(0, nowMs - statementAtMs));
    }
    const total = [...sums.values()].reduce((all, { totalMs }) => all + totalMs, 0);
    const seconds = Math.max(1, this.#past.length);
    return [...sums]
      .sort(([, a], [, b]) => b.totalMs - a.totalMs)
      .slice(0, STATEMENTS_SHOWN)
      .map(([statement, { calls, lane, running, totalMs }]) => ({
        ...{ statement, lane: lane as LaneName, running },
        callsPerSecond: rounded(calls / seconds),
        meanMs: rounded(totalMs / Math.max(1, calls + running)),
        share: total === 0 ? 0 : rounded(totalMs / total),
      }));
  }

  #lane(name: string): LaneSecond {
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = { calls: 0, refused: 0, held: new LogHistogram(), waited: new LogHistogram() };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #readLanes(): LiveLane[] {
    return this.#database.snapshot().lanes.map(({ name }) => {
      const lane = this.#lanes.get(name);
      return {
        ...{ name, calls: lane?.calls ?? 0, refused: lane?.refused ?? 0 },
        p50Ms: quantile(lane?.held, 0.5),
        p99Ms: quantile(lane?.held, 0.99),
        waitP99Ms: quantile(lane?.waited, 0.99),
      };
    });
  }
}

export function quantile(histogram: LogHistogram | undefined, part: number): number | null {
  return histogram === undefined || histogram.total === 0 ? null : rounded(histogram.quantile(part));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

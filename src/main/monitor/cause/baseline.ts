/**
 * What is usual: for each statement, route, tenant and lane how often it is called, how long it takes and how many
 * connections it holds, in which state. The last three seconds stand apart as "now"; what leaves them in calm goes into the
 * usual, where it fades over half an hour; in trouble nothing goes in, so that a long storm does not become the usual.
 */

import type { StatementOutcome } from '../../database/index.ts';
import { addTo, createTotals, Fading, type Totals } from './fading.ts';
import type { HoldState } from './lease-state.ts';

export const dimensions = ['statement', 'route', 'tenant', 'lane'] as const;
export type Dimension = (typeof dimensions)[number];

/** Who a lease or a statement belongs to; what is empty is not counted. */
export type Keys = Readonly<Record<Dimension, string>>;

/** How one statement, route, tenant or lane uses the pool, on average. */
export interface Usage {
  callsPerSecond: number;
  /** Connections held, by what their holders do. */
  held: Record<HoldState, number>;
  /** Statements that ended: how many, how long they took, and their geometric mean, which an outlier moves little. */
  executions: number;
  meanMs: number;
  typicalMs: number;
}

interface Bucket {
  startedAtMs: number;
  /** Of which time the totals are. */
  coveredMs: number;
  isTrouble: boolean;
  /** Statements that ended, for the sampling of the busy. */
  ended: number;
  totals: Record<Dimension, Map<string, Totals>>;
}

const BUCKET_MS = 500;
const BUCKETS = 6;
/** So many ends in half a second are all noted; of more, one in sixteen stands for sixteen. */
const ENDS_NOTED = 500;
const SAMPLE_MASK = 15;
const SAMPLE_WEIGHT = 16;
/** A process that was stopped for a while has seen nothing in between. */
const STEP_MAX_MS = 1_000;
const KNOWN_MS = 4_000;
const SHORTEST_MS = 0.01;

export class Baseline {
  readonly #fading = new Fading();
  #ring: Bucket[] = [];
  #lastStepMs = 0;

  constructor(nowMs: number) {
    this.#ring = [createBucket(nowMs)];
    this.#lastStepMs = nowMs;
  }

  /** On the hot path of the pool: beyond five hundred in half a second, fifteen of sixteen calls only count. */
  ended({ durationMs, lane, origin, statement }: StatementOutcome): void {
    const bucket = this.#current;
    bucket.ended += 1;
    let weight = 1;
    if (bucket.ended > ENDS_NOTED) {
      if ((bucket.ended & SAMPLE_MASK) !== 0) return;
      weight = SAMPLE_WEIGHT;
    }
    const totals = totalsOf(bucket.totals.statement, statement);
    totals.executions += weight;
    totals.executionMs += weight * durationMs;
    totals.logMs += weight * Math.log(Math.max(SHORTEST_MS, durationMs));
    totals.calls += weight;
    totalsOf(bucket.totals.lane, lane).calls += weight;
    if (origin?.route) totalsOf(bucket.totals.route, origin.route).calls += weight;
    if (origin?.tenant) totalsOf(bucket.totals.tenant, origin.tenant).calls += weight;
  }

  /** A lease was in that state for so long. */
  held(keys: Keys, state: HoldState, ms: number): void {
    const { totals } = this.#current;
    for (const dimension of dimensions) {
      if (keys[dimension] !== '') totalsOf(totals[dimension], keys[dimension]).held[state] += ms;
    }
  }

  /** @returns for how long what is held now counts, in milliseconds */
  step(nowMs: number, isTrouble: boolean): number {
    const stepMs = Math.max(0, Math.min(STEP_MAX_MS, nowMs - this.#lastStepMs));
    this.#lastStepMs = nowMs;
    if (nowMs - this.#current.startedAtMs >= BUCKET_MS) this.#turn(nowMs);
    this.#current.coveredMs += stepMs;
    if (isTrouble) for (const bucket of this.#ring) bucket.isTrouble = true;
    return stepMs;
  }

  /** What the last `ms` were like, as far back as three seconds. */
  now(dimension: Dimension, key: string, ms: number): Usage {
    const sum = createTotals();
    let coveredMs = 0;
    for (const bucket of this.#since(ms)) {
      coveredMs += bucket.coveredMs;
      const totals = bucket.totals[dimension].get(key);
      if (totals) addTo(sum, totals, 1);
    }
    return toUsage(sum, coveredMs);
  }

  /** Whatever was seen in the last `ms`. */
  keysNow(dimension: Dimension, ms: number): Set<string> {
    const keys = new Set<string>();
    for (const bucket of this.#since(ms)) for (const key of bucket.totals[dimension].keys()) keys.add(key);
    return keys;
  }

  /** Nothing where it has not been seen in calm. */
  usual(dimension: Dimension, key: string): Usage | undefined {
    const totals = this.#fading.get(dimension, key);
    return totals && toUsage(totals, this.#fading.coveredMs);
  }

  /** The statements that take the most time in calm. */
  heaviest(count: number): string[] {
    return this.#fading.heaviest('statement', count);
  }

  /** Whether it has seen enough to say what is usual at all. */
  get isKnown(): boolean {
    return this.#fading.coveredMs >= KNOWN_MS;
  }

  get #current(): Bucket {
    return this.#ring.at(-1) as Bucket;
  }

  #since(ms: number): Bucket[] {
    return this.#ring.slice(-Math.max(1, Math.ceil(ms / BUCKET_MS)));
  }

  #turn(nowMs: number): void {
    this.#ring.push(createBucket(nowMs));
    if (this.#ring.length <= BUCKETS) return;
    const [oldest] = this.#ring.splice(0, 1) as [Bucket];
    // A server that starts into a storm knows nothing better than the storm.
    if (!oldest.isTrouble || !this.isKnown) this.#fading.take(oldest.totals, oldest.coveredMs);
  }
}

function createBucket(startedAtMs: number): Bucket {
  const totals = { statement: new Map(), route: new Map(), tenant: new Map(), lane: new Map() };
  return { startedAtMs, coveredMs: 0, isTrouble: false, ended: 0, totals };
}

function totalsOf(map: Map<string, Totals>, key: string): Totals {
  let totals = map.get(key);
  if (!totals) {
    totals = createTotals();
    map.set(key, totals);
  }
  return totals;
}

function toUsage({ calls, executionMs, executions, held, logMs }: Totals, coveredMs: number): Usage {
  const average = (ms: number) => (coveredMs === 0 ? 0 : ms / coveredMs);
  return {
    callsPerSecond: average(calls * 1000),
    held: {
      running: average(held.running),
      lockWait: average(held.lockWait),
      idleInTransaction: average(held.idleInTransaction),
      idleOutside: average(held.idleOutside),
    },
    executions,
    meanMs: executions === 0 ? 0 : executionMs / executions,
    typicalMs: executions === 0 ? 0 : Math.exp(logMs / executions),
  };
}

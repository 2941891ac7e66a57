/**
 * Sums that fade: what came in half an hour ago counts an eighth of what comes in now. Nothing is touched to let it fade;
 * instead what comes later weighs more (forward decay, Cormode and others 2009), and now and then all is divided alike.
 */

import type { Dimension } from './baseline.ts';
import type { HoldState } from './lease-state.ts';

export interface Totals {
  calls: number;
  executions: number;
  executionMs: number;
  logMs: number;
  /** Connection-milliseconds. */
  held: Record<HoldState, number>;
}

export function createTotals(): Totals {
  return {
    calls: 0,
    executions: 0,
    executionMs: 0,
    logMs: 0,
    held: { running: 0, lockWait: 0, idleInTransaction: 0, idleOutside: 0 },
  };
}

/** Half an hour is then two time constants. */
const TIME_CONSTANT_MS = 900_000;
const WEIGHT_MAX = 1e6;
const KEYS_MAX = 4_000;

export class Fading {
  readonly #totals: Record<Dimension, Map<string, Totals>> = {
    ...{ statement: new Map(), route: new Map(), tenant: new Map(), lane: new Map() },
  };
  #weight = 1;
  #coveredMs = 0;

  /** How much time the sums stand for, faded as they are. */
  get coveredMs(): number {
    return this.#coveredMs / this.#weight;
  }

  take(totals: Readonly<Record<Dimension, ReadonlyMap<string, Totals>>>, coveredMs: number): void {
    this.#weight *= Math.exp(coveredMs / TIME_CONSTANT_MS);
    this.#coveredMs += coveredMs * this.#weight;
    for (const dimension of Object.keys(totals) as Dimension[]) {
      for (const [key, added] of totals[dimension]) addTo(this.#kept(dimension, key), added, this.#weight);
    }
    if (this.#weight > WEIGHT_MAX) this.#divideAll();
  }

  get(dimension: Dimension, key: string): Totals | undefined {
    const kept = this.#totals[dimension].get(key);
    if (!kept) return undefined;
    const totals = createTotals();
    addTo(totals, kept, 1 / this.#weight);
    return totals;
  }

  heaviest(dimension: Dimension, count: number): string[] {
    const all = [...this.#totals[dimension]].sort(([, a], [, b]) => b.executionMs - a.executionMs);
    return all.slice(0, count).map(([key]) => key);
  }

  #kept(dimension: Dimension, key: string): Totals {
    const map = this.#totals[dimension];
    let kept = map.get(key);
    if (!kept) {
      if (map.size >= KEYS_MAX) forgetHalf(map);
      kept = createTotals();
      map.set(key, kept);
    }
    return kept;
  }

  #divideAll(): void {
    const share = 1 / this.#weight;
    for (const map of Object.values(this.#totals)) {
      for (const [key, kept] of map) {
        const divided = createTotals();
        addTo(divided, kept, share);
        map.set(key, divided);
      }
    }
    this.#coveredMs *= share;
    this.#weight = 1;
  }
}

/** The half that was called least, faded as it is: what is in use comes back with its next call. */
function forgetHalf(map: Map<string, Totals>): void {
  const byCalls = [...map].sort(([, a], [, b]) => a.calls - b.calls);
  for (const [key] of byCalls.slice(0, Math.ceil(byCalls.length / 2))) map.delete(key);
}

export function addTo(to: Totals, from: Totals, weight: number): void {
  to.calls += from.calls * weight;
  to.executions += from.executions * weight;
  to.executionMs += from.executionMs * weight;
  to.logMs += from.logMs * weight;
  to.held.running += from.held.running * weight;
  to.held.lockWait += from.held.lockWait * weight;
  to.held.idleInTransaction += from.held.idleInTransaction * weight;
  to.held.idleOutside += from.held.idleOutside * weight;
}

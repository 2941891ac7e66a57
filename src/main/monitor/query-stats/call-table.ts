/**
 * Counts calls as they end, by statement and route, on the pool's hot path: two look-ups and some additions. It stays small:
 * when too many series are in it, the lighter half becomes "everything else".
 */

import type { StatementOutcome } from '../../database/index.ts';
import { addTotals, createTotals, EVERYTHING_ELSE, type Totals } from './series.ts';

export interface Calls {
  readonly statement: string;
  readonly route: string;
  /** The one it ran in last. */
  lane: string;
  readonly totals: Totals;
}

const SERIES_MAX = 1_000;

export class CallTable {
  readonly #max: number;
  readonly #byStatement = new Map<string, Map<string, Calls>>();
  #size = 0;

  constructor(max = SERIES_MAX) {
    this.#max = max;
  }

  ended({ durationMs: tookMs, errorCode, lane, origin, rows, statement }: StatementOutcome): void {
    // One figure that is no number would make all sums none.
    const durationMs = Number.isFinite(tookMs) ? Math.max(0, tookMs) : 0;
    const calls = this.#callsOf(statement, origin?.route ?? '', lane);
    const { totals } = calls;
    calls.lane = lane;
    totals.calls += 1;
    totals.rows += Number.isFinite(rows) ? rows : 0;
    totals.totalMs += durationMs;
    if (errorCode !== undefined) totals.errors += 1;
    if (durationMs > totals.maxMs) totals.maxMs = durationMs;
    totals.histogram.record(durationMs);
  }

  /** Takes over what another has counted, and empties it; those that counted nothing since the last time are forgotten there. */
  takeFrom(other: CallTable): void {
    for (const calls of other.list()) {
      const { lane, route, statement, totals } = calls;
      if (totals.calls === 0) {
        other.#forget(calls);
        continue;
      }
      addTotals(this.#callsOf(statement, route, lane).totals, totals);
      clear(totals);
    }
  }

  list(): Calls[] {
    return [...this.#byStatement.values()].flatMap((byRoute) => [...byRoute.values()]);
  }

  #callsOf(statement: string, route: string, lane: string): Calls {
    const known = this.#byStatement.get(statement)?.get(route);
    if (known) return known;
    if (this.#size >= this.#max) this.#fold();
    let byRoute = this.#byStatement.get(statement);
    if (!byRoute) {
      byRoute = new Map();
      this.#byStatement.set(statement, byRoute);
    }
    const calls = { statement, route, lane, totals: createTotals() };
    byRoute.set(route, calls);
    this.#size += 1;
    return calls;
  }

  #fold(): void {
    const byTime = this.list().sort((a, b) => a.totals.totalMs - b.totals.totalMs);
    const rest = createTotals();
    for (const calls of byTime.slice(0, Math.ceil(byTime.length / 2))) {
      addTotals(rest, calls.totals);
      this.#forget(calls);
    }
    addTotals(this.#callsOf(EVERYTHING_ELSE.name, '', '').totals, rest);
  }

  #forget({ route, statement }: Calls): void {
    const byRoute = this.#byStatement.get(statement);
    if (!byRoute?.delete(route)) return;
    this.#size -= 1;
    if (byRoute.size === 0) this.#byStatement.delete(statement);
  }
}

function clear(totals: Totals): void {
  totals.histogram.reset();
  Object.assign(totals, { calls: 0, errors: 0, rows: 0, totalMs: 0, maxMs: 0 });
}

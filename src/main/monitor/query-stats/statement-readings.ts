/**
 * Publishes how the thirty heaviest statements do, every ten seconds: a statement that has been among them stays for as long as
 * it is among the forty-five, so that its series has no holes.
 */

import type { Reading, ReadingHub } from '../samples/reading-hub.ts';
import type { Calls } from './call-table.ts';
import { meanMsOf, perCall, quantileOf } from './figures.ts';
import { addTotals, createTotals, EVERYTHING_ELSE, type SeriesStep, type Totals } from './series.ts';

const PUBLISHED = 30;
const STAYING = 45;
/** What a statement took counts half after some minutes. */
const FADING = 0.97;
const WEIGHT_MIN_MS = 0.01;
const SECONDS_PER_MINUTE = 60;

export class StatementReadings {
  readonly #hub: Pick<ReadingHub, 'publish'>;
  readonly #weights = new Map<string, number>();
  #published: ReadonlySet<string> = new Set();

  constructor(hub: Pick<ReadingHub, 'publish'>) {
    this.#hub = hub;
  }

  /** @param calls what ended in the last `tookMs` */
  publish(atMs: number, calls: readonly Calls[], tookMs: number): void {
    if (tookMs <= 0) return;
    const byStatement = new Map<string, Totals>();
    for (const { statement, totals } of calls) {
      if (totals.calls === 0 || statement === EVERYTHING_ELSE.name) continue;
      const sum = byStatement.get(statement);
      if (sum) addTotals(sum, totals);
      else byStatement.set(statement, addTotals(createTotals(), totals));
    }
    this.#weigh(byStatement);
    this.#published = this.#choose();
    const readings: Reading[] = [];
    for (const scope of this.#published) {
      const totals = byStatement.get(scope);
      readings.push({
        ...{ name: 'statement.callsPerSecond', scope },
        value: ((totals?.calls ?? 0) / tookMs) * 1_000,
      });
      if (!totals) continue;
      readings.push({ name: 'statement.meanMs', scope, value: meanMsOf(totals) });
      readings.push({ name: 'statement.p99Ms', scope, value: quantileOf(totals, 0.99) ?? 0 });
    }
    if (readings.length > 0) this.#hub.publish(atMs, readings);
  }

  /** @param nameOf of the statement that is counted there; nothing where none of ours is */
  publishBlocks(atMs: number, steps: readonly SeriesStep[], nameOf: (id: string) => string | undefined): void {
    const readings: Reading[] = [];
    for (const { statementId, totals } of steps) {
      const scope = nameOf(statementId);
      const value = perCall(totals.hitBlocks + totals.readBlocks, totals);
      if (scope === undefined || value === null || !this.#published.has(scope)) continue;
      readings.push({ name: 'statement.blocksPerCall', scope, value });
    }
    if (readings.length > 0) this.#hub.publish(atMs, readings);
  }

  /** Of a database whose calls nobody here sees end: as Postgres has counted them in a minute. */
  publishServer(atMs: number, steps: readonly SeriesStep[], nameOf: (id: string) => string | undefined): void {
    const readings: Reading[] = [];
    const heaviest = [...steps].sort((a, b) => b.totals.totalMs - a.totals.totalMs).slice(0, PUBLISHED);
    for (const { statementId, totals } of heaviest) {
      const scope = nameOf(statementId);
      if (scope === undefined) continue;
      readings.push({ name: 'statement.callsPerSecond', scope, value: totals.calls / SECONDS_PER_MINUTE });
      readings.push({ name: 'statement.meanMs', scope, value: meanMsOf(totals) });
      const value = perCall(totals.hitBlocks + totals.readBlocks, totals) ?? 0;
      readings.push({ name: 'statement.blocksPerCall', scope, value });
    }
    if (readings.length > 0) this.#hub.publish(atMs, readings);
  }

  #weigh(byStatement: ReadonlyMap<string, Totals>): void {
    for (const [statement, weight] of this.#weights) {
      if (weight * FADING < WEIGHT_MIN_MS) this.#weights.delete(statement);
      else this.#weights.set(statement, weight * FADING);
    }
    for (const [statement, { totalMs }] of byStatement) {
      this.#weights.set(statement, (this.#weights.get(statement) ?? 0) + totalMs);
    }
  }

  #choose(): Set<string> {
    const heaviest = [...this.#weights].sort(([, a], [, b]) => b - a).map(([statement]) => statement);
    const staying = heaviest.slice(0, STAYING).filter((statement) => this.#published.has(statement));
    const chosen = new Set(staying.slice(0, PUBLISHED));
    for (const statement of heaviest.slice(0, PUBLISHED)) if (chosen.size < PUBLISHED) chosen.add(statement);
    return chosen;
  }
}

/**
 * What a statement cost, by who called it: one series is a statement called by one route, as this pool counts, or a statement as
 * Postgres itself counts it, whoever called. Series are added up, and beyond a number the lightest become "everything else".
 */

import { LogHistogram } from '../history/log-histogram.ts';

export interface SeriesKey {
  readonly statementId: string;
  /** Empty where no route called it, and for what Postgres counts. */
  readonly route: string;
  /** Counted by pg_stat_statements: with blocks, without a histogram, for all callers of the server. */
  readonly isServer: boolean;
}

export interface Totals {
  calls: number;
  errors: number;
  rows: number;
  totalMs: number;
  maxMs: number;
  hitBlocks: number;
  readBlocks: number;
  readonly histogram: LogHistogram;
}

export interface Series extends SeriesKey {
  readonly totals: Totals;
}

/** A series over one step of time. */
export interface SeriesStep extends Series {
  /** When the step began, milliseconds since 1970. */
  readonly atMs: number;
}

/** What stands for all that is too light to be kept by name. */
export const EVERYTHING_ELSE = { id: 'everything-else', name: 'Everything else' } as const;

export function createTotals(): Totals {
  const none = { calls: 0, errors: 0, rows: 0, totalMs: 0, maxMs: 0, hitBlocks: 0, readBlocks: 0 };
  return { ...none, histogram: new LogHistogram() };
}

export function addTotals(into: Totals, { histogram, ...from }: Totals): Totals {
  into.calls += from.calls;
  into.errors += from.errors;
  into.rows += from.rows;
  into.totalMs += from.totalMs;
  into.maxMs = Math.max(into.maxMs, from.maxMs);
  into.hitBlocks += from.hitBlocks;
  into.readBlocks += from.readBlocks;
  into.histogram.add(histogram);
  return into;
}

export function sumOf(series: Iterable<Series>): Totals {
  const sum = createTotals();
  for (const { totals } of series) addTotals(sum, totals);
  return sum;
}

export function keyOf({ isServer, route, statementId }: SeriesKey): string {
  return `${statementId}\n${isServer ? 1 : 0}${route}`;
}

/** Series of the same key become one; what was given is left as it is. */
export function addUp(given: Iterable<Series>): Series[] {
  const sums = new Map<string, Series>();
  for (const { isServer, route, statementId, totals } of given) {
    const key = keyOf({ statementId, route, isServer });
    let sum = sums.get(key);
    if (!sum) {
      sum = { statementId, route, isServer, totals: createTotals() };
      sums.set(key, sum);
    }
    addTotals(sum.totals, totals);
  }
  return [...sums.values()];
}

/**
 * The heaviest by time, at most `max` of what this pool counts and as many of what Postgres counts. The rest of the first become
 * one series; that of the second is left out, since most of it is in the first already.
 */
export function keepHeaviest(series: readonly Series[], max: number): Series[] {
  const byTime = [...series].sort((a, b) => b.totals.totalMs - a.totals.totalMs);
  const own = byTime.filter(({ isServer, statementId }) => !isServer && statementId !== EVERYTHING_ELSE.id);
  const server = byTime.filter(({ isServer }) => isServer).slice(0, max);
  const elsewhere = byTime.filter(({ isServer, statementId }) => !isServer && statementId === EVERYTHING_ELSE.id);
  const rest = sumOf([...own.slice(max), ...elsewhere]);
  const kept = own.slice(0, max);
  if (rest.calls > 0) kept.push({ statementId: EVERYTHING_ELSE.id, route: '', isServer: false, totals: rest });
  return [...kept, ...server];
}

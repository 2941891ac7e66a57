/** From what was counted to what a person reads: means, quantiles and shares of a statement over a span. */

import type { QueryCaller, QueryFigures, QueryTotals } from './schema.ts';
import { EVERYTHING_ELSE, type Series, sumOf, type Totals } from './series.ts';

/** All series of one statement, over one span. */
export interface StatementSeries {
  readonly statementId: string;
  /** What tells about calls: our own count where the pool ran it, else that of Postgres. */
  readonly calls: Totals;
  /** Whether the pool ran it: only then is it known how long each call took, and for whom. */
  readonly isOwn: boolean;
  /** As Postgres counts it, for the blocks. */
  readonly server: Totals;
  readonly callers: readonly Series[];
}

/** @param route only what this route has called */
export function groupByStatement(series: readonly Series[], route?: string): StatementSeries[] {
  const byStatement = new Map<string, Series[]>();
  for (const one of series) {
    const group = byStatement.get(one.statementId);
    if (group) group.push(one);
    else byStatement.set(one.statementId, [one]);
  }
  const groups: StatementSeries[] = [];
  for (const [statementId, group] of byStatement) {
    const server = sumOf(group.filter(({ isServer }) => isServer));
    const callers = group.filter((one) => !one.isServer && (route === undefined || one.route === route));
    const own = sumOf(callers);
    const isOwn = own.calls > 0;
    if (!isOwn && (route !== undefined || server.calls === 0)) continue;
    groups.push({ statementId, calls: isOwn ? own : server, isOwn, server, callers });
  }
  return groups;
}

export function totalsOf(groups: readonly StatementSeries[]): QueryTotals {
  const totals = { calls: 0, errors: 0, totalMs: 0 };
  for (const { calls } of groups) {
    totals.calls += calls.calls;
    totals.errors += calls.errors;
    totals.totalMs += calls.totalMs;
  }
  return { ...totals, totalMs: round(totals.totalMs) };
}

/** @param allMs what all statements took in the span */
export function figuresOf({ calls, isOwn, server }: StatementSeries, allMs: number): QueryFigures {
  return {
    ...{ calls: calls.calls, errors: calls.errors, rows: calls.rows, totalMs: round(calls.totalMs) },
    meanMs: meanMsOf(calls),
    p50Ms: quantileOf(calls, 0.5),
    p95Ms: quantileOf(calls, 0.95),
    p99Ms: quantileOf(calls, 0.99),
    // Postgres knows the longest only since its own counting began.
    maxMs: round(isOwn ? calls.maxMs : meanMsOf(calls)),
    share: shareOf(calls.totalMs, allMs),
    blocksPerCall: perCall(server.hitBlocks + server.readBlocks, server),
    readBlocksPerCall: perCall(server.readBlocks, server),
  };
}

export function callersOf({ callers, calls, isOwn }: StatementSeries): QueryCaller[] {
  if (!isOwn) return [];
  return [...callers]
    .sort((a, b) => b.totals.totalMs - a.totals.totalMs)
    .map(({ route, totals }) => ({
      ...{ route: route === '' ? null : route, calls: totals.calls, totalMs: round(totals.totalMs) },
      share: shareOf(totals.totalMs, calls.totalMs),
    }));
}

export function isEverythingElse({ statementId }: { statementId: string }): boolean {
  return statementId === EVERYTHING_ELSE.id;
}

export function meanMsOf({ calls, totalMs }: Totals): number {
  return calls === 0 ? 0 : round(totalMs / calls);
}

/** Null where single calls were not seen. */
export function quantileOf({ histogram, maxMs }: Totals, part: number): number | null {
  if (histogram.total === 0) return null;
  const ms = histogram.quantile(part);
  // A counter tells its middle, which may lie above the longest of all.
  return round(maxMs > 0 ? Math.min(ms, maxMs) : ms);
}

/** Blocks for a call; null where Postgres has not counted any call. */
export function perCall(count: number, { calls }: Totals): number | null {
  return calls === 0 ? null : Math.round((count / calls) * 10) / 10;
}

function shareOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, part / whole);
}

/** To a microsecond. */
function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/**
 * Postgres counts scans and writes for ever; what matters is how many there are in an hour. So the counters are kept as they
 * were at a few earlier moments, and compared with the oldest of the last day.
 */

import type { IndexRow, TableRow } from './queries.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From less than that a rate by the hour would be a guess. */
const SHORTEST_MS = 5 * 60_000;

/** Seq scans, rows they read, index scans, inserts, updates, hot updates, deletes, blocks hit, blocks fetched, bytes. */
export type TableCounters = readonly number[];

export interface CounterSnapshot {
  readonly atMs: number;
  /** By oid: a table that was renamed is still the same. */
  readonly tables: Readonly<Record<string, TableCounters>>;
  /** Scans. */
  readonly indexes: Readonly<Record<string, number>>;
}

export function toSnapshot(atMs: number, tables: readonly TableRow[], indexes: readonly IndexRow[]): CounterSnapshot {
  return {
    atMs,
    tables: Object.fromEntries(tables.map((row) => [row.oid, countersOf(row)])),
    indexes: Object.fromEntries(indexes.map(({ oid, scans }) => [oid, scans])),
  };
}

function countersOf(row: TableRow): TableCounters {
  const { blocksFetched, blocksHit, deletes, hotUpdates, indexScans, inserts, seqRows, seqScans, totalBytes, updates } =
    row;
  return [seqScans, seqRows, indexScans, inserts, updates, hotUpdates, deletes, blocksHit, blocksFetched, totalBytes];
}

export interface TableRates {
  seqScansPerHour: number;
  seqRowsPerScan: number | null;
  indexScansPerHour: number;
  writesPerHour: number;
  hotUpdateShare: number | null;
  cacheHitShare: number | null;
  growthBytesPerDay: number;
}

/** The snapshot to compare with: about a day old, or the oldest there is. */
export function chooseBase(snapshots: readonly CounterSnapshot[], nowMs: number): CounterSnapshot | undefined {
  const oldEnough = snapshots.filter(({ atMs }) => nowMs - atMs >= SHORTEST_MS);
  return oldEnough.find(({ atMs }) => nowMs - atMs <= DAY_MS + HOUR_MS) ?? oldEnough.at(-1);
}

/** Null where the table was not there then, or its counters have been set back since. */
export function tableRates(row: TableRow, nowMs: number, base: CounterSnapshot | undefined): TableRates | null {
  const before = base?.tables[row.oid];
  if (!base || !before) return null;
  const hours = (nowMs - base.atMs) / HOUR_MS;
  const grown = countersOf(row).map((value, place) => value - (before[place] ?? 0));
  // All but the last only grow.
  if (grown.slice(0, -1).some((difference) => difference < 0)) return null;
  const [seqScans, seqRows, indexScans, inserts, updates, hotUpdates, deletes, hit, fetched, bytes] = grown as Ten;
  return {
    seqScansPerHour: seqScans / hours,
    seqRowsPerScan: shareOf(seqRows, seqScans),
    indexScansPerHour: indexScans / hours,
    writesPerHour: (inserts + updates + deletes) / hours,
    hotUpdateShare: shareOf(hotUpdates, updates),
    cacheHitShare: shareOf(hit, fetched),
    growthBytesPerDay: (bytes / hours) * 24,
  };
}

type Ten = [number, number, number, number, number, number, number, number, number, number];

/** The same for an index. */
export function scansPerHour(row: IndexRow, nowMs: number, base: CounterSnapshot | undefined): number | null {
  const before = base?.indexes[row.oid];
  if (!base || before === undefined || row.scans < before) return null;
  return (row.scans - before) / ((nowMs - base.atMs) / HOUR_MS);
}

/** Since when an index is seen to be there and its scans to stand still; null where that was not seen. */
export function unusedSinceMs({ oid, scans }: IndexRow, snapshots: readonly CounterSnapshot[]): number | null {
  let sinceMs: number | null = null;
  for (const { atMs, indexes } of snapshots.toReversed()) {
    if (indexes[oid] !== scans) break;
    sinceMs = atMs;
  }
  return sinceMs;
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

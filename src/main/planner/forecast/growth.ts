/**
 * How fast each table grows: by the snapshots that are stored, or else by what Postgres counted of inserts and deletes, or else not
 * known. The rate is the median of the slopes between all pairs of snapshots (Theil 1950, Sen 1968), so that one bulk load or
 * one deleted month does not make it.
 */

import type { Snapshot, SnapshotIndex, SnapshotRelation } from '../snapshot/snapshot.ts';
import type { TableGrowth } from './schema.ts';

export interface Growth {
  tables: TableGrowth[];
  bytes: number;
  bytesPerDay: number | null;
  /** The oldest snapshot that was looked at; ISO 8601. */
  since: string | null;
  /** Undefined for a table that is not in the snapshot. */
  of(schema: string, name: string): TableGrowth | undefined;
}

const BLOCK_BYTES = 8_192;
const DAY_MS = 86_400_000;
/** Snapshots that are not so far apart say more of the hour than of the growth. */
const SPAN_MIN_DAYS = 0.5;
const SNAPSHOTS_MAX = 24;
/** A table that grows by less in a year keeps its size. */
const GROWING_SHARE_PER_YEAR = 0.03;
/** Where nothing is known of its growth, a smaller table is taken for a list that somebody keeps. */
const ASSUMED_ROWS_MIN = 1_000;

interface Reading {
  days: number;
  rows: number;
  bytes: number;
}

/** @param history earlier snapshots of the same database, in any order; those that are younger are left out */
export function measureGrowth(snapshot: Snapshot, history: readonly Snapshot[] = []): Growth {
  const past = history
    .filter(({ takenAt }) => takenAt < snapshot.takenAt)
    .sort((a, b) => (a.takenAt < b.takenAt ? -1 : 1));
  const chosen = spread(past, SNAPSHOTS_MAX).map((one) => ({ days: daysAt(one.takenAt), tables: readTables(one) }));
  const present = readTables(snapshot);
  const days = daysAt(snapshot.takenAt);
  const tables = snapshot.relations
    .filter(({ kind }) => kind === 'table' || kind === 'materialized view')
    .map((relation) => {
      const key = keyOf(relation);
      const now = present.get(key) ?? { rows: 0, bytes: 0 };
      const readings = chosen.flatMap((one) => {
        const then = one.tables.get(key);
        return then ? [{ days: one.days, ...then }] : [];
      });
      return growthOf(relation, [...readings, { days, ...now }], snapshot);
    })
    .sort((a, b) => b.bytes - a.bytes);
  const byKey = new Map(tables.map((one) => [JSON.stringify([one.schema, one.relation]), one]));
  for (const parent of snapshot.relations.filter(({ kind }) => kind === 'partitioned')) {
    byKey.set(keyOf(parent), growthOfParent(parent, snapshot, byKey));
  }
  const known = tables.filter(({ bytesPerDay }) => bytesPerDay !== null);
  return {
    tables,
    bytes: sum(tables.map(({ bytes }) => bytes)),
    bytesPerDay: known.length === 0 ? null : sum(known.map(({ bytesPerDay }) => bytesPerDay ?? 0)),
    since: past[0]?.takenAt ?? null,
    of: (schema, name) => byKey.get(keyOf({ schema, name })),
  };
}

/** When a table has that many times its rows, at the present rate; nothing where that is not known or not within ten years. */
export function dateOf(factor: number, growth: TableGrowth | undefined, takenAt: string): string | null {
  if (!growth?.rowsPerDay || growth.rowsPerDay <= 0 || growth.rows <= 0) return null;
  const days = ((factor - 1) * growth.rows) / growth.rowsPerDay;
  if (!(days <= TOLD_DAYS_MAX)) return null;
  return new Date(Date.parse(takenAt) + days * DAY_MS).toISOString();
}

const TOLD_DAYS_MAX = 3_650;
const keyOf = ({ name, schema }: { schema: string; name: string }) => JSON.stringify([schema, name]);
const daysAt = (at: string) => Date.parse(at) / DAY_MS;
const sum = (figures: readonly number[]) => figures.reduce((total, one) => total + one, 0);

/** The first, the last, and others evenly between them. */
function spread<Of>(all: readonly Of[], max: number): Of[] {
  if (all.length <= max) return [...all];
  return Array.from({ length: max }, (_, at) => all[Math.round((at * (all.length - 1)) / (max - 1))] as Of);
}

function readTables({ indexes, relations }: Snapshot): Map<string, Omit<Reading, 'days'>> {
  const indexBlocks = new Map<string, number>();
  for (const { size, table } of indexes as readonly SnapshotIndex[]) {
    const key = keyOf(table);
    indexBlocks.set(key, (indexBlocks.get(key) ?? 0) + size.blocks);
  }
  return new Map(
    relations.map((relation) => {
      const blocks = relation.size.blocks + relation.toastBlocks + (indexBlocks.get(keyOf(relation)) ?? 0);
      return [keyOf(relation), { rows: rowsOf(relation), bytes: blocks * BLOCK_BYTES }];
    }),
  );
}

/** As the planner takes them: the density when it was counted last, times the present length. */
export function rowsOf({ counters, size }: Pick<SnapshotRelation, 'counters' | 'size'>): number {
  if (size.tuples < 0) return counters?.liveRows ?? 0;
  if (size.pages <= 0) return size.tuples;
  return Math.round((size.tuples / size.pages) * size.blocks);
}

function growthOf(relation: SnapshotRelation, readings: readonly Reading[], snapshot: Snapshot): TableGrowth {
  const now = readings.at(-1) as Reading;
  const apart = now.days - (readings[0] as Reading).days;
  const told =
    apart >= SPAN_MIN_DAYS
      ? {
          basis: 'snapshots' as const,
          rowsPerDay: medianSlope(readings, ({ rows }) => rows),
          bytesPerDay: medianSlope(readings, ({ bytes }) => bytes),
        }
      : countedGrowth(relation, now, snapshot);
  const { rowsPerDay } = told;
  const isGrowing =
    rowsPerDay === null
      ? now.rows >= ASSUMED_ROWS_MIN
      : rowsPerDay * 365 >= Math.max(1, now.rows * GROWING_SHARE_PER_YEAR);
  const made = {
    schema: relation.schema,
    relation: relation.name,
    rows: now.rows,
    bytes: now.bytes,
    isGrowing,
    ...told,
  };
  return { ...made, ...withDoubling(made, snapshot.takenAt) };
}

function withDoubling(growth: Omit<TableGrowth, 'doublesAt'>, takenAt: string): Pick<TableGrowth, 'doublesAt'> {
  return { doublesAt: dateOf(2, { ...growth, doublesAt: null }, takenAt) };
}

/** What was put in less what was taken out, since Postgres counts. */
function countedGrowth(
  { counters }: SnapshotRelation,
  { bytes, rows }: Reading,
  { countedSince, takenAt }: Snapshot,
): Pick<TableGrowth, 'basis' | 'rowsPerDay' | 'bytesPerDay'> {
  const days = countedSince === null ? 0 : daysAt(takenAt) - daysAt(countedSince);
  if (!counters || days < SPAN_MIN_DAYS) return { basis: 'assumed', rowsPerDay: null, bytesPerDay: null };
  // Counted for longer than the table exists, or not since its beginning: it cannot have grown by more than it has.
  const rowsPerDay = Math.min(rows, counters.inserted - counters.deleted) / days;
  return { basis: 'counters', rowsPerDay, bytesPerDay: rows > 0 ? (bytes / rows) * rowsPerDay : 0 };
}

function medianSlope(readings: readonly Reading[], figure: (reading: Reading) => number): number {
  const slopes: number[] = [];
  for (const [at, later] of readings.entries()) {
    for (const earlier of readings.slice(0, at)) {
      const days = later.days - earlier.days;
      if (days > 0) slopes.push((figure(later) - figure(earlier)) / days);
    }
  }
  slopes.sort((a, b) => a - b);
  const middle = slopes.length >> 1;
  const high = slopes[middle] ?? 0;
  return slopes.length % 2 === 1 ? high : ((slopes[middle - 1] ?? high) + high) / 2;
}

/** A partitioned table grows by what its partitions do. */
function growthOfParent(
  parent: SnapshotRelation,
  { relations, takenAt }: Snapshot,
  byKey: ReadonlyMap<string, TableGrowth>,
): TableGrowth {
  const parts: TableGrowth[] = [];
  const collect = (of: SnapshotRelation) => {
    for (const part of relations) {
      if (part.partitionOf?.schema !== of.schema || part.partitionOf.name !== of.name) continue;
      const growth = byKey.get(keyOf(part));
      if (growth) parts.push(growth);
      else collect(part);
    }
  };
  collect(parent);
  const total = (figure: (one: TableGrowth) => number | null) =>
    parts.some((one) => figure(one) !== null) ? sum(parts.map((one) => figure(one) ?? 0)) : null;
  const made = {
    schema: parent.schema,
    relation: parent.name,
    rows: sum(parts.map(({ rows }) => rows)),
    bytes: sum(parts.map(({ bytes }) => bytes)),
    rowsPerDay: total(({ rowsPerDay }) => rowsPerDay),
    bytesPerDay: total(({ bytesPerDay }) => bytesPerDay),
    isGrowing: parts.some(({ isGrowing }) => isGrowing),
    basis: parts[0]?.basis ?? ('assumed' as const),
  };
  return { ...made, ...withDoubling(made, takenAt) };
}

/**
 * How much is written to a table in a day, and which columns its updates change: by the server's own counters where they have
 * counted for long enough, else by the statements of the workload.
 */

import type { Snapshot } from '../snapshot/snapshot.ts';
import type { WrittenTable } from './advised-statements.ts';
import { groupBy, sum, type TableFacts } from './table-facts.ts';

const DAY_MS = 86_400_000;
/** Counters that are younger say more of the hour than of the day. */
const MIN_COUNTED_DAYS = 1 / 24;
/** Where no statement says which columns updates change. */
const UNKNOWN_TOUCH_SHARE = 0.5;

export interface WriteTraffic {
  readonly insertsPerDay: number;
  readonly updatesPerDay: number;
  /** Updates that touch no index. */
  readonly hotUpdatesPerDay: number;
  readonly basis: 'counters' | 'statements' | 'nothing';
  /** Of all updates: those that change one of these columns. */
  touchShare(columns: ReadonlySet<string>): number;
  /** Whether it is known which columns updates change. */
  readonly isTouchKnown: boolean;
}

export type TrafficBook = (table: TableFacts) => WriteTraffic;

export function readTraffic(snapshot: Snapshot, writes: readonly WrittenTable[]): TrafficBook {
  const days = countedDays(snapshot);
  const byTable = groupBy(writes, ({ table }) => table.key);
  const known = new Map<string, WriteTraffic>();
  return (table) => {
    const traffic = known.get(table.key) ?? describe(table, byTable.get(table.key) ?? [], days);
    known.set(table.key, traffic);
    return traffic;
  };
}

/** Null where nobody says since when it was counted, or that is too short ago. */
export function countedDays({ countedSince, takenAt }: Snapshot): number | null {
  if (countedSince === null) return null;
  const days = (Date.parse(takenAt) - Date.parse(countedSince)) / DAY_MS;
  return days >= MIN_COUNTED_DAYS ? days : null;
}

function describe(table: TableFacts, writes: readonly WrittenTable[], days: number | null): WriteTraffic {
  const updates = writes.filter(({ kind }) => kind === 'update' || kind === 'merge');
  const updatedRows = sum(updates.map(({ rowsPerDay }) => rowsPerDay));
  const counted = days === null ? [] : table.leaves.flatMap(({ counters }) => counters ?? []);
  const perDay = (figures: readonly number[]) => sum(figures) / (days ?? 1);
  const touchShare = (columns: ReadonlySet<string>): number => {
    if (updatedRows === 0) return UNKNOWN_TOUCH_SHARE;
    const touching = updates.filter(({ sets }) => sets.some((column) => columns.has(column)));
    return sum(touching.map(({ rowsPerDay }) => rowsPerDay)) / updatedRows;
  };
  const shares = { touchShare, isTouchKnown: updatedRows > 0 };
  if (counted.length > 0) {
    return {
      insertsPerDay: perDay(counted.map(({ inserted }) => inserted)),
      updatesPerDay: perDay(counted.map(({ updated }) => updated)),
      hotUpdatesPerDay: perDay(counted.map(({ hotUpdated }) => hotUpdated)),
      basis: 'counters',
      ...shares,
    };
  }
  const inserts = writes.filter(({ kind }) => kind === 'insert');
  return {
    insertsPerDay: sum(inserts.map(({ rowsPerDay }) => rowsPerDay)),
    updatesPerDay: updatedRows,
    hotUpdatesPerDay: hotByStatements(table, updates),
    basis: writes.length > 0 ? 'statements' : 'nothing',
    ...shares,
  };
}

/** An update that changes no column of any index is taken to find room beside the row as it was. */
function hotByStatements(table: TableFacts, updates: readonly WrittenTable[]): number {
  const indexed = new Set(
    table.indexes.flatMap(({ include, keys }) => [...include, ...keys.flatMap(({ column }) => column ?? [])]),
  );
  return sum(
    updates.filter(({ sets }) => !sets.some((column) => indexed.has(column))).map(({ rowsPerDay }) => rowsPerDay),
  );
}

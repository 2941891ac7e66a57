import { expect, test } from 'vitest';
import {
  type CounterSnapshot,
  chooseBase,
  scansPerHour,
  tableRates,
  toSnapshot,
  unusedSinceMs,
} from '../../../main/monitor/catalog/counters.ts';
import type { IndexRow, TableRow } from '../../../main/monitor/catalog/queries.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 100 * HOUR_MS;
const table = (given: Partial<TableRow>): TableRow =>
  ({
    ...{ oid: 1, seqScans: 0, seqRows: 0, indexScans: 0, inserts: 0, updates: 0, hotUpdates: 0, deletes: 0 },
    ...{ blocksHit: 0, blocksFetched: 0, totalBytes: 0 },
    ...given,
  }) as TableRow;
const index = (scans: number): IndexRow => ({ oid: 9, scans }) as IndexRow;
const at = (hoursAgo: number, tables: TableRow[] = [], indexes: IndexRow[] = []): CounterSnapshot =>
  toSnapshot(NOW_MS - hoursAgo * HOUR_MS, tables, indexes);

test('rates by the hour come from the difference', () => {
  const before = at(2, [table({ seqScans: 10, seqRows: 1_000, inserts: 5, blocksFetched: 100, totalBytes: 1_000 })]);
  const now = table({
    ...{ seqScans: 14, seqRows: 9_000, indexScans: 6, inserts: 15, updates: 4, hotUpdates: 1, deletes: 2 },
    ...{ blocksHit: 90, blocksFetched: 200, totalBytes: 3_000 },
  });
  expect(tableRates(now, NOW_MS, before)).toEqual({
    seqScansPerHour: 2,
    seqRowsPerScan: 2_000,
    indexScansPerHour: 3,
    writesPerHour: 8,
    hotUpdateShare: 0.25,
    cacheHitShare: 0.9,
    growthBytesPerDay: 24_000,
  });
});

test('nothing happened: no share of nothing; a table may shrink', () => {
  expect(tableRates(table({ totalBytes: 1 }), NOW_MS, at(24, [table({ totalBytes: 25 })]))).toMatchObject({
    ...{ seqScansPerHour: 0, seqRowsPerScan: null, hotUpdateShare: null, cacheHitShare: null, growthBytesPerDay: -24 },
  });
});

test('a table that was not there, and counters that were set back, have no rates', () => {
  expect(tableRates(table({ oid: 2 }), NOW_MS, at(1, [table({})]))).toBeNull();
  expect(tableRates(table({ inserts: 1 }), NOW_MS, at(1, [table({ inserts: 2 })]))).toBeNull();
  expect(tableRates(table({}), NOW_MS, undefined)).toBeNull();
  expect(scansPerHour(index(3), NOW_MS, at(2, [], [index(9)]))).toBeNull();
  expect(scansPerHour(index(9), NOW_MS, at(2, [], [index(3)]))).toBe(3);
});

test('compared is with the oldest of the last day, never with what is minutes old', () => {
  const snapshots = [at(60), at(30), at(24), at(1), at(0.05)];
  expect(chooseBase(snapshots, NOW_MS)?.atMs).toBe(NOW_MS - 24 * HOUR_MS);
  expect(chooseBase([at(60), at(40)], NOW_MS)?.atMs).toBe(NOW_MS - 40 * HOUR_MS);
  expect(chooseBase([at(0.05)], NOW_MS)).toBeUndefined();
});

test('an index is unused since it was first seen with as many scans as now', () => {
  const seen = [at(90, [], [index(4)]), at(60, [], [index(5)]), at(30, [], [index(5)]), at(1, [], [index(5)])];
  expect(unusedSinceMs(index(5), seen)).toBe(NOW_MS - 60 * HOUR_MS);
  expect(unusedSinceMs(index(6), seen)).toBeNull();
  expect(unusedSinceMs({ ...index(5), oid: 77 }, seen)).toBeNull();
});

import { describe, expect, test } from 'vitest';
import { indexConcerns, tableConcerns } from '../../../main/monitor/catalog/concerns.ts';
import type { TableRates } from '../../../main/monitor/catalog/counters.ts';
import type { IndexRow, TableRow } from '../../../main/monitor/catalog/queries.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const DAY_MS = 86_400_000;
const MB = 1_048_576;

describe('a table', () => {
  const healthy = {
    ...{ liveRows: 1_000_000, deadRows: 10_000, frozenXidAge: 150_000_000, isVacuumOff: false },
    ...{ lastVacuumAt: new Date(NOW_MS - DAY_MS), lastAnalyzeAt: new Date(NOW_MS - DAY_MS) },
  } as TableRow;
  const concernsOf = (given: Partial<TableRow>, rates: Partial<TableRates> | null = null) =>
    tableConcerns(
      { ...healthy, ...given },
      { nowMs: NOW_MS, freezeMaxAge: 200_000_000, rates: rates as TableRates | null },
    );

  test('that is well has none', () => {
    expect(concernsOf({}, { seqScansPerHour: 3, seqRowsPerScan: 1_000_000 })).toEqual([]);
  });

  test.each<[string, Partial<TableRow>, Partial<TableRates> | null]>([
    ['33 % of its rows are dead and still there; it was vacuumed 24 hours ago.', { deadRows: 500_000 }, null],
    ['it was vacuumed never', { deadRows: 500_000, lastVacuumAt: null }, null],
    ['it was vacuumed 9 days ago', { deadRows: 500_000, lastVacuumAt: new Date(NOW_MS - 9 * DAY_MS) }, null],
    ['Autovacuum is switched off', { isVacuumOff: true }, null],
    ['never analyzed', { lastAnalyzeAt: null }, null],
    ['are 310 million transactions old', { frozenXidAge: 310_000_000 }, null],
    [
      'read from end to end 60 times an hour, 1,000,000 rows each time',
      {},
      { seqScansPerHour: 60, seqRowsPerScan: 1_000_000 },
    ],
  ])('says “%s”', (sentence, given, rates) => {
    expect(concernsOf(given, rates)).toEqual([expect.stringContaining(sentence)]);
  });

  test.each<[string, Partial<TableRow>, Partial<TableRates> | null]>([
    ['a small table that is mostly dead', { liveRows: 10, deadRows: 5_000 }, null],
    ['a small one that was never analyzed', { liveRows: 100, deadRows: 0, lastAnalyzeAt: null }, null],
    ['a small one that is read often', {}, { seqScansPerHour: 90_000, seqRowsPerScan: 20 }],
    ['one whose freezing is under way', { frozenXidAge: 230_000_000 }, null],
  ])('does not trouble anyone for %s', (_, given, rates) => {
    expect(concernsOf(given, rates)).toEqual([]);
  });
});

describe('an index', () => {
  const plain: IndexRow = {
    ...{ oid: 10, tableOid: 1, schema: 's', table: 't', name: 'plain', definition: '', bytes: 50 * MB, scans: 0 },
    ...{ lastUsedAt: null, isUnique: false, isValid: true, isNeeded: false, isBuilding: false, method: 'btree' },
    ...{ keys: ['2:1:0:0'], included: [], conditions: '|' },
  };
  const concernsOf = (row: IndexRow, siblings: IndexRow[] = [], unusedDays: number | null = null) =>
    indexConcerns(row, {
      ...{ nowMs: NOW_MS, siblings: [row, ...siblings] },
      unusedSinceMs: unusedDays === null ? null : NOW_MS - unusedDays * DAY_MS,
    });

  test('that is used, or has not been seen for a week, has none', () => {
    expect(concernsOf(plain)).toEqual([]);
    expect(concernsOf(plain, [], 6.9)).toEqual([]);
  });

  test('that nobody uses says since when, and what it costs', () => {
    expect(concernsOf(plain, [], 9.5)).toEqual([
      'No query on this server has used it for 9 days, and each write keeps it up to date (50 MB). Replicas count for themselves.',
    ]);
  });

  test.each<[string, Partial<IndexRow>]>([
    ['a unique one', { isUnique: true }],
    ['one of a constraint', { isNeeded: true }],
    ['a small one', { bytes: 100_000 }],
  ])('is not told to go where it is %s', (_, given) => {
    expect(concernsOf({ ...plain, ...given }, [], 100)).toEqual([]);
  });

  const wider: IndexRow = { ...plain, oid: 11, name: 'wider', keys: ['2:1:0:0', '3:1:0:0'] };

  test('is needless beside a wider one, or one that is the same', () => {
    expect(concernsOf(plain, [wider])).toEqual(['wider begins with the same columns and does all that it does.']);
    expect(concernsOf(wider, [plain])).toEqual([]);
    const twin = { ...plain, oid: 12, name: 'twin' };
    expect(concernsOf(twin, [plain])).toHaveLength(1);
    expect(concernsOf(plain, [twin])).toEqual([]);
    expect(concernsOf(plain, [{ ...plain, oid: 12, name: 'key', isUnique: true, isNeeded: true }])).toHaveLength(1);
  });

  test.each<[string, Partial<IndexRow>, Partial<IndexRow>]>([
    ['is unique itself', { isUnique: true }, {}],
    ['has another order', {}, { keys: ['2:1:0:3', '3:1:0:0'] }],
    ['has other rows', { conditions: '|(a > 1)' }, {}],
    ['is of another kind', { method: 'gin' }, {}],
    ['has what the other has not', { included: ['5'] }, {}],
    ['is not covered by what is not valid', {}, { isValid: false }],
    ['is of an expression, of which the places say nothing', { conditions: 'lower(a)|' }, { conditions: 'lower(a)|' }],
  ])('is needed where it %s', (_, given, other) => {
    expect(concernsOf({ ...plain, ...given }, [{ ...wider, ...other }])).toEqual([]);
  });

  test('whose other has what it includes is needless all the same', () => {
    expect(concernsOf({ ...plain, included: ['3'] }, [wider])).toHaveLength(1);
  });

  test('that is not valid says whether somebody builds it', () => {
    expect(concernsOf({ ...plain, isValid: false }).join()).toContain('broken off');
    expect(concernsOf({ ...plain, isValid: false, isBuilding: true }).join()).toContain('being built');
  });
});

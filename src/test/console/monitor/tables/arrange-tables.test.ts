import { expect, test } from 'vitest';
import type { IndexView, TableView } from '../../../../main/client/index.ts';
import { arrangeIndexes, arrangeTables } from '../../../../main/console/monitor/tables/arrange-tables.ts';

const table = (name: string, given: Partial<TableView> = {}): TableView =>
  ({
    ...{ schema: 'shop', name, rows: 10, totalBytes: 10, deadRows: 0, concerns: [] },
    ...{ seqScansPerHour: null, seqRowsPerScan: null, writesPerHour: null, growthBytesPerDay: null },
    ...given,
  }) as TableView;
const index = (name: string, given: Partial<IndexView> = {}): IndexView =>
  ({
    ...{ schema: 'shop', table: 'sales', name, bytes: 10, scansPerHour: 1, concerns: [] },
    ...{ definition: `create index ${name} on shop.sales (customer_email)` },
    ...given,
  }) as IndexView;

test('what needs a look comes first, and then the largest', () => {
  const all = [table('small'), table('large', { totalBytes: 99 }), table('sick', { concerns: ['It is full.'] })];
  expect(arrangeTables(all, { search: '', order: 'concerns' }).map(({ name }) => name)).toEqual([
    'sick',
    'large',
    'small',
  ]);
});

test('tables stand by what is asked for; what is not known comes last', () => {
  const all = [
    table('a', { growthBytesPerDay: -5 }),
    table('b'),
    table('c', { growthBytesPerDay: 5, seqScansPerHour: 2, seqRowsPerScan: 3 }),
    table('d', { growthBytesPerDay: 1, seqScansPerHour: 9, seqRowsPerScan: 1 }),
  ];
  expect(arrangeTables(all, { search: '', order: 'growth' }).map(({ name }) => name)).toEqual(['c', 'd', 'a', 'b']);
  expect(arrangeTables(all, { search: '', order: 'seqScans' })[0]?.name).toBe('d');
  expect(arrangeTables(all, { search: '', order: 'name' }).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
});

test('a table is found by its name with its schema before it', () => {
  const all = [table('sales'), table('sales', { schema: 'archive' })];
  expect(arrangeTables(all, { search: ' Shop.s', order: 'size' })).toEqual([all[0]]);
});

test('an index is found by its table and its definition as well', () => {
  const all = [index('one'), index('two', { table: 'carts', definition: 'create index two on shop.carts (id)' })];
  expect(arrangeIndexes(all, { search: 'customer', order: 'size' }).map(({ name }) => name)).toEqual(['one']);
  expect(arrangeIndexes(all, { search: 'carts', order: 'size' }).map(({ name }) => name)).toEqual(['two']);
});

test('indexes that nobody uses come last where use is asked for', () => {
  const all = [index('idle', { scansPerHour: 0, bytes: 99 }), index('unknown', { scansPerHour: null }), index('busy')];
  expect(arrangeIndexes(all, { search: '', order: 'scans' }).map(({ name }) => name)).toEqual([
    'busy',
    'idle',
    'unknown',
  ]);
});

import { expect, test } from 'vitest';
import type { TableRow } from '../../../main/monitor/catalog/queries.ts';
import { readingsOfTables } from '../../../main/monitor/catalog/table-readings.ts';

const table = (given: Partial<TableRow>) =>
  ({ schema: 's', name: 't', rows: 5_000, liveRows: 4_000, deadRows: 1_000, ...given }) as TableRow;

test('rows, and of tables that have some the share that is dead', () => {
  expect(readingsOfTables([table({}), table({ name: 'new', rows: -1, liveRows: 3, deadRows: 0 })])).toEqual([
    { name: 'table.rows', scope: 's.t', value: 5_000 },
    { name: 'table.deadShare', scope: 's.t', value: 0.2 },
    { name: 'table.rows', scope: 's.new', value: 3 },
  ]);
});

test('of the hundred largest alone', () => {
  const tables = Array.from({ length: 300 }, (_, index) => table({ name: `t${index}` }));
  expect(readingsOfTables(tables)).toHaveLength(200);
});

import { expect, test } from 'vitest';
import type { ColumnStatistics, SnapshotRelation } from '../../../main/planner/snapshot/snapshot.ts';
import { endsOf, withEndsToBeFound } from '../../../main/planner/twin/index-ends.ts';

const seen: ColumnStatistics = { nullFraction: 0, averageWidthBytes: 4, distinct: -1, histogram: ['5', '50', '95'] };
const told = { ...seen, ends: ['1', '100'] };

function tableOf(type: string, statistics: ColumnStatistics): SnapshotRelation {
  return {
    ...{ schema: 'public', name: 'items', kind: 'table', constraints: [], toastBlocks: 0 },
    columns: [{ name: 'id', type, isNotNull: true, statistics }],
    size: { blocks: 1, pages: 1, tuples: 100, allVisiblePages: 0 },
  };
}

const index = { method: 'btree', keys: [{ column: 'id' }] };

test('an index ends where production said, or else where ANALYZE did', () => {
  expect(endsOf(index, tableOf('integer', told))).toMatchObject({ low: '1', high: '100' });
  expect(endsOf(index, tableOf('integer', seen))).toMatchObject({ low: '5', high: '95' });
});

test('the histogram stays as ANALYZE saw it, but where no index can hold the ends', () => {
  expect(withEndsToBeFound('integer', told)).toBe(told);
  expect(withEndsToBeFound('numeric(10,2)', told).histogram).toEqual(['1', '50', '100']);
  expect(withEndsToBeFound('numeric(10,2)', seen)).toBe(seen);
});

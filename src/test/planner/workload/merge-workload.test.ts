import { expect, test } from 'vitest';
import { mergeWorkload } from '../../../main/planner/workload/merge-workload.ts';

test('the same text is one statement, however it writes its values', () => {
  const base = { callsPerDay: null, meanMs: null };
  const merged = mergeWorkload(
    [{ ...base, name: 'orders.find', source: 'declared', text: 'select a from orders where id in ($1, $2)' }],
    [{ name: 'seen', source: 'server', callsPerDay: 9, meanMs: 2, text: 'SELECT a\nFROM orders WHERE id IN ($1)' }],
    [{ ...base, name: 'other', source: 'file', text: 'select b from orders' }],
  );
  expect(merged.map(({ callsPerDay, name }) => [name, callsPerDay])).toEqual([
    ['orders.find', 9],
    ['other', null],
  ]);
});

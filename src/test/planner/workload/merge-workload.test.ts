import { expect, test } from 'vitest';
import { mergeWorkload } from '../../../main/planner/workload/merge-workload.ts';
import type { WorkloadStatement } from '../../../main/planner/workload/workload.ts';

const base = { callsPerDay: null, meanMs: null };
const tell = (statements: readonly WorkloadStatement[]) =>
  statements.map(({ callsPerDay, name }) => [name, callsPerDay]);

test('what was counted belongs to what was written, however it writes its values', () => {
  const merged = mergeWorkload(
    [{ name: 'seen', source: 'server', callsPerDay: 9, meanMs: 2, text: 'SELECT a\nFROM orders WHERE id IN ($1)' }],
    [{ ...base, name: 'orders.find', source: 'declared', text: 'select a from orders where id in ($1, $2)' }],
    [{ ...base, name: 'other', source: 'file', text: 'select b from orders' }],
  );
  expect(tell(merged)).toEqual([
    ['orders.find', 9],
    ['other', null],
  ]);
  expect(merged[0]?.meanMs).toBe(2);
});

test('two that differ in a constant are two, and share what was counted', () => {
  const merged = mergeWorkload(
    [
      { ...base, name: 'orders.open', source: 'file', text: "select a from orders where status = 'open'" },
      { ...base, name: 'orders.done', source: 'file', text: "select a from orders where status = 'done'" },
      { ...base, name: 'orders.again', source: 'file', text: "select a\nfrom orders where status = 'done';" },
    ],
    [{ name: 'seen', source: 'observed', callsPerDay: 10, meanMs: 2, text: 'select a from orders where status = $1' }],
  );
  expect(tell(merged)).toEqual([
    ['orders.open', 5],
    ['orders.done', 5],
  ]);
});

test('what two have counted is taken from the first', () => {
  const seen = { source: 'observed', meanMs: 1, text: 'select a from orders where id = $1' } as const;
  const merged = mergeWorkload(
    [{ ...seen, name: 'pool', callsPerDay: 7 }],
    [{ ...seen, name: 'server', source: 'server', callsPerDay: 8 }],
  );
  expect(tell(merged)).toEqual([['pool', 7]]);
});

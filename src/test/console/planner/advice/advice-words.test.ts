import { expect, test } from 'vitest';
import type { AdviceIndex, AdviceItem, CreateAdvice } from '../../../../main/client/index.ts';
import {
  busyWords,
  byteWords,
  countAdvice,
  indexWords,
  isOpen,
  savedWords,
  sparedWords,
  timesSign,
} from '../../../../main/console/planner/advice/advice-words.ts';

const key = { column: null, expression: null, isDescending: false, nullsFirst: false, operatorClass: null };
const index: AdviceIndex = {
  ...{ schema: 'public', table: 'orders', name: 'orders_idx', method: 'btree', include: [], predicate: null },
  ...{ sizeBytes: 8192, height: 0, keys: [{ ...key, column: 'owner_id' }] },
};

test('an index is said as it is written, without what is usual', () => {
  expect(indexWords(index)).toBe('orders (owner_id)');
  const down = { ...key, column: 'created_at', isDescending: true };
  expect(indexWords({ ...index, keys: [...index.keys, { ...down, nullsFirst: true }] })).toBe(
    'orders (owner_id, created_at desc)',
  );
  expect(indexWords({ ...index, keys: [down] })).toBe('orders (created_at desc nulls last)');
  const whole = { ...index, schema: 'shop', method: 'gin', keys: [{ ...key, expression: 'lower(email)' }] };
  expect(indexWords({ ...whole, include: ['total'], predicate: 'paid' })).toBe(
    'shop.orders gin (lower(email)) include (total) where paid',
  );
});

test('sizes and times have the unit that one would use', () => {
  expect([812, 8192, 19_611_648, 412 * 2 ** 20, 3.41 * 2 ** 30, 2 ** 40].map(byteWords)).toEqual([
    ...['812 bytes', '8 kB', '19 MB', '412 MB', '3.4 GB', '1,024 GB'],
  ]);
  expect([4, 4_200, 360_000, 5_400_000].map(busyWords)).toEqual(['4 ms', '4.2 s', '6 min', '1.5 h']);
  expect(sparedWords(-4_000)).toBe('4 s more');
});

test('how many times cheaper stands as a sign', () => {
  expect([1.04, 2.66, 12.4, 1267, 48_000].map(timesSign)).toEqual(['×1.0', '×2.7', '×12', '×1,267', '×48 k']);
});

test('what is saved is a time where time was measured, and else a part of the cost', () => {
  const advice = (millisecondsPerDay: number | null) =>
    ({ benefit: { millisecondsPerDay, shareOfWorkload: 0.054 } }) as CreateAdvice;
  expect(savedWords(advice(60_000))).toBe('1 min a day');
  expect(savedWords(advice(null))).toBe('5.4 % of all cost');
});

test('what can still be decided is counted by what it asks for', () => {
  const item = (kind: string, state: string) => ({ state, advice: { kind } }) as unknown as AdviceItem;
  const items = [item('create', 'offered'), item('create', 'failed'), item('drop', 'under_way'), item('drop', 'done')];
  expect(items.map(isOpen)).toEqual([true, true, true, false]);
  expect(countAdvice(items)).toBe('2 indexes to create, 1 to drop');
  expect(countAdvice([item('drop', 'offered')])).toBe('1 index to drop');
  expect(countAdvice([])).toBe('');
});

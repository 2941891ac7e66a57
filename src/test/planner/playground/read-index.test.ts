import { expect, test } from 'vitest';
import { readIndex } from '../../../main/planner/playground/read-index.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';

const relations = [
  ...[
    { schema: 'public', name: 'orders' },
    { schema: 'shop', name: 'carts' },
  ],
  ...[
    { schema: 'a', name: 'twice' },
    { schema: 'b', name: 'twice' },
  ],
];
const snapshot = { searchPath: ['public'], relations } as unknown as Snapshot;
const read = (text: string) => readIndex(text, snapshot);

test('an index is read as a person writes it', async () => {
  expect(await read('create index on orders (customer, placed_at desc)')).toEqual({
    ...{ schema: 'public', table: 'orders', method: 'btree' },
    keys: [{ column: 'customer' }, { column: 'placed_at', isDescending: true }],
  });
  expect(
    await read(`create unique index concurrently x on shop.carts using btree (lower(name) text_pattern_ops nulls first)
      include (total) where state = 'open'`),
  ).toEqual({
    ...{ schema: 'shop', table: 'carts', method: 'btree', include: ['total'], isUnique: true },
    keys: [{ expression: 'lower(name)', operatorClass: 'text_pattern_ops', nullsFirst: true }],
    predicate: "state = 'open'",
  });
  expect(await read('create index on carts using gin (tags)')).toMatchObject({ schema: 'shop', method: 'gin' });
});

test.each([
  ['select 1', 'It has to be create index'],
  ['create index on orders (customer); drop table orders', 'more than one'],
  ['create index on', 'syntax error'],
  ['create index on nothing (a)', 'There is no table nothing.'],
  ['create index on twice (a)', 'several tables twice'],
  ['create index on orders using spgist (a)', 'spgist'],
])('%s is refused', async (text, why) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'index_not_understood',
    message: expect.stringContaining(why),
  });
});

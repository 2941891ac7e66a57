import { expect, test } from 'vitest';
import { readIndexSql, writeIndexSql } from '../../../../main/monitor/incidents/index-jobs/index-sql.ts';

const rewritten = (text: string) => {
  const read = readIndexSql(text);
  return writeIndexSql(read, read.table);
};

test.each([
  ['create index concurrently a_idx on orders (customer)', 'create index concurrently "a_idx" on orders (customer)'],
  [
    'CREATE  INDEX\nCONCURRENTLY IF NOT EXISTS a ON ONLY_ORDERS(x) ;',
    'create index concurrently "a" on only_orders (x)',
  ],
  [
    'create index concurrently "My ""x""" on "Shop"."orders" using gin ("name" gin_trgm_ops)',
    'create index concurrently "My ""x""" on "Shop"."orders" using gin ("name" gin_trgm_ops)',
  ],
  [
    "create index concurrently a on shop.orders (lower(name), b desc nulls last) include (c) with (fillfactor = 70) where state = 'it''s' and n > 1.5",
    `create index concurrently "a" on shop.orders (lower(name), b desc nulls last) include (c) with (fillfactor = 70) where state = 'it''s' and n > 1.5`,
  ],
  ["create index concurrently a on t ((data->>'k'))", 'create index concurrently "a" on t ((data->>\'k\'))'],
])('%s is understood', (text, expected) => {
  expect(rewritten(text)).toBe(expected);
});

test('one without a name gets one of its own: the same for the same, another for another', () => {
  const name = (text: string) => readIndexSql(text).indexName;
  const one = name('create index concurrently on "public"."orders" ("customer")');
  expect(one).toMatch(/^orders_customer_[0-9a-f]{8}_idx$/);
  expect(name('create index concurrently on "public"."orders" ("customer")')).toBe(one);
  expect(name('create index concurrently on "public"."orders" ("number")')).not.toBe(one);
  const long = name(`create index concurrently on ${'t'.repeat(60)} (${'c'.repeat(60)})`);
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(63);
});

test.each([
  ['create index a on t (b)', 'concurrently'],
  ['create unique index concurrently a on t (b)', 'rule about the data'],
  ['create index concurrently a on t (b); drop table t', 'not understood'],
  ['create index concurrently a on t (b) -- done', 'comments'],
  ['create index concurrently a on t (b) /* x */', 'comments'],
  ['create index concurrently a on t (b) where c = ?', 'constants'],
  ['create index concurrently a on t', 'columns'],
  ['create index concurrently a on t (b', 'not closed'],
  ['create index concurrently a on t b)', 'was not opened'],
  ['create index concurrently a on only t (b)', 'partitioned'],
  ['create index concurrently a on t (b) tablespace x', 'not part of an index'],
  ['create index concurrently a on t (b) where', 'after where is missing'],
  ['create index concurrently a on t (b) where c = $$x$$', 'not understood'],
  ["create index concurrently a on t (b) where c = 'open", 'not understood'],
  ['create index concurrently a.b on t (c)', 'on is missing'],
  ['drop table t', 'create is missing'],
  ['select 1', 'create is missing'],
])('%s is refused: %s', (text, why) => {
  expect(() => readIndexSql(text)).toThrow(why);
});

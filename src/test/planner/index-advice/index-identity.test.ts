import { describe, expect, test } from 'vitest';
import {
  adviceId,
  createIndexSql,
  doesWorkOf,
  identityOf,
  keySql,
  orderOf,
  proposeName,
  quoteName,
} from '../../../main/planner/index-advice/index-identity.ts';
import type { IndexDefinition, IndexKey } from '../../../main/planner/twin/twin.ts';

const on = (keys: IndexKey[], rest: Partial<IndexDefinition> = {}): IndexDefinition => ({
  ...{ schema: 'public', table: 'orders', method: 'btree', keys },
  ...rest,
});
const plain = (...columns: string[]): IndexKey[] => columns.map((column) => ({ column }));
const work = (wider: IndexDefinition, narrow: IndexDefinition) => doesWorkOf(orderOf(wider), orderOf(narrow));

describe('one index does the work of another', () => {
  test('that is the same, or the whole reverse of it', () => {
    expect(work(on(plain('a')), on(plain('a')))).toBe('same');
    expect(work(on([{ column: 'a', isDescending: true }]), on(plain('a')))).toBe('same');
    expect(work(on([{ column: 'a', isDescending: true, nullsFirst: false }]), on(plain('a')))).toBeNull();
  });

  test('that is its beginning', () => {
    expect(work(on(plain('a', 'b')), on(plain('a')))).toBe('prefix');
    expect(work(on(plain('b', 'a')), on(plain('a')))).toBeNull();
    expect(work(on([{ column: 'a' }, { column: 'b', isDescending: true }]), on(plain('a', 'b')))).toBeNull();
    expect(work(on(plain('a', 'b'), { method: 'gin' }), on(plain('a'), { method: 'gin' }))).toBeNull();
  });

  test('that carries no more columns along', () => {
    expect(work(on(plain('a'), { include: ['b'] }), on(plain('a')))).toBe('prefix');
    expect(work(on(plain('a', 'b')), on(plain('a'), { include: ['b'] }))).toBe('prefix');
    expect(work(on(plain('a')), on(plain('a'), { include: ['b'] }))).toBeNull();
  });

  test('that covers no other rows, in no other order of letters', () => {
    expect(work(on(plain('a')), on(plain('a'), { predicate: 'b is null' }))).toBe('prefix');
    expect(work(on(plain('a'), { predicate: 'b is null' }), on(plain('a')))).toBeNull();
    expect(work(on([{ column: 'a', operatorClass: 'text_pattern_ops' }]), on(plain('a')))).toBeNull();
    const collated = { ...orderOf(on(plain('a'))), keys: [{ column: 'a', collation: 'de-x-icu' }] };
    expect(doesWorkOf(collated, orderOf(on(plain('a'))))).toBeNull();
  });
});

describe('an index in SQL', () => {
  test('quotes what has to be quoted', () => {
    expect(['plain', 'Upper', 'order', 'a"b', 'größe'].map(quoteName)).toEqual([
      ...['plain', '"Upper"', '"order"', '"a""b"', '"größe"'],
    ]);
  });

  test('says what is not the default, and nothing else', () => {
    expect(keySql({ column: 'a', isDescending: true })).toBe('a desc');
    expect(keySql({ column: 'a', isDescending: true, nullsFirst: false })).toBe('a desc nulls last');
    expect(keySql({ column: 'a', nullsFirst: true })).toBe('a nulls first');
    expect(keySql({ expression: 'lower(a)', operatorClass: 'text_pattern_ops' })).toBe('(lower(a)) text_pattern_ops');
    const definition = on(plain('a', 'Odd'), { method: 'gin', include: ['c'], predicate: 'b is null' });
    expect(createIndexSql(definition, { name: 'x', schema: 's', table: 'Odd t', isConcurrent: true })).toBe(
      'create index concurrently x on s."Odd t" using gin (a, "Odd") include (c) where b is null',
    );
  });

  test('has a name that fits, is free, and cuts no character in two', () => {
    const long = proposeName(on(plain('ä'.repeat(60))), 'orders', () => false);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(63);
    expect(long).toMatch(/^orders_ä+_idx$/);
    const taken = new Set(['orders_a_idx', 'orders_a_idx2']);
    expect(proposeName(on(plain('a')), 'orders', (name) => taken.has(name))).toBe('orders_a_idx3');
    expect(proposeName(on([{ expression: 'lower(email)' }]), 'users', () => false)).toBe('users_lower_email_idx');
  });
});

test('an index is known again by what it is', () => {
  const some = identityOf(on(plain('a'), { include: ['c', 'b'], predicate: '(x  is null)' }));
  expect(identityOf(on([{ column: 'a', isDescending: false }], { include: ['b', 'c'], predicate: 'x is null' }))).toBe(
    some,
  );
  expect(identityOf(on(plain('b')))).not.toBe(some);
  expect(adviceId('create', some)).toMatch(/^[0-9a-f]{16}$/);
  expect(adviceId('drop', some)).not.toBe(adviceId('create', some));
});

import { describe, expect, test } from 'vitest';
import { type PlanNode, readFilter, readScans, relationsOf } from '../../../main/monitor/cause/plan-reading.ts';

const columns = ['id', 'customer_email', 'total_cents', 'status', 'note', 'placed_at', 'Odd Name'];

describe('a filter', () => {
  test.each([
    [`((orders.customer_email)::text = 'x@y'::text)`, ['customer_email']],
    [`((o.total_cents > 5) AND (o.customer_email = 'a''b = id'::text))`, ['customer_email', 'total_cents']],
    [`((o.total_cents > 5) AND (o."Odd Name" = 4))`, ['Odd Name', 'total_cents']],
    [`(status = ANY ('{1,2}'::integer[]))`, ['status']],
    [`(status.note = 'an alias with the name of a column'::text)`, ['note']],
    [`(placed_at < '2020-01-01 00:00:00'::timestamp without time zone)`, ['placed_at']],
    [`(random() < 0.5)`, []],
  ])('%s asks for %j', (filter, expected) => {
    expect(readFilter(filter, columns).columns).toEqual(expected);
  });

  test.each([
    [`(lower(o.note) = 'x'::text)`, 'lower(note)'],
    [
      `(regexp_replace(lower(NORMALIZE(o.customer_email)), '[+][^@]*'::text, ''::text) = 'c.427@mail.example'::text)`,
      'regexp_replace(lower(normalize(customer_email)), ?, ?)',
    ],
    [`(md5(repeat(note, 47)) = 'x'::text)`, 'md5(repeat(note, ?))'],
    [`((note)::text = 'x'::text)`, undefined],
    [`(id = (length('x'::text)))`, undefined],
  ])('%s compares the expression %j', (filter, expected) => {
    expect(readFilter(filter, columns).expression).toBe(expected);
  });

  test('with a pattern that has no fixed beginning says of which column', () => {
    expect(readFilter(`((o.note)::text ~~* '%foo%'::text)`, columns).pattern).toBe('note');
    expect(readFilter(`(total_cents = 1)`, columns).pattern).toBeUndefined();
  });
});

const scan = (relation: string, filter?: string): PlanNode => ({
  ...{ 'Node Type': 'Seq Scan', 'Relation Name': relation, Schema: 'shop', 'Plan Rows': 3 },
  ...(filter === undefined ? {} : { Filter: filter }),
});

describe('a plan', () => {
  test('shows its scans, and its relations, however deep', () => {
    const joined: PlanNode = {
      ...{ 'Node Type': 'Hash Join', 'Join Type': 'Left' },
      Plans: [scan('orders', '(id = 1)'), { 'Node Type': 'Hash', Plans: [scan('people')] }],
    };
    expect(readScans(joined).map(({ relation, filter }) => [relation, filter])).toEqual([
      ['orders', '(id = 1)'],
      ['people', undefined],
    ]);
    expect(relationsOf(joined)).toEqual([
      { schema: 'shop', relation: 'orders' },
      { schema: 'shop', relation: 'people' },
    ]);
  });
});

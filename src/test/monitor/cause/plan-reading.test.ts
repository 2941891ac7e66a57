import { describe, expect, test } from 'vitest';
import {
  type PlanNode,
  readFilter,
  readScans,
  readShape,
  relationsOf,
} from '../../../main/monitor/cause/plan-reading.ts';

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
  const serial: PlanNode = { 'Node Type': 'Aggregate', Plans: [scan('orders', '(id = 1)')] };
  const parallel: PlanNode = {
    ...{ 'Node Type': 'Aggregate', 'Partial Mode': 'Finalize' },
    Plans: [
      {
        'Node Type': 'Gather',
        Plans: [{ 'Node Type': 'Aggregate', 'Partial Mode': 'Partial', Plans: [scan('orders', '(id = 2)')] }],
      },
    ],
  };

  test('has the same shape with workers and without, and whatever its constants', () => {
    expect(readShape(parallel)).toEqual(readShape(serial));
    expect(readShape(serial).summary).toBe('Aggregate (Seq Scan on orders)');
  });

  test('is another when it sorts by something else, whatever the constants in it', () => {
    const sorted = (key: string): PlanNode => ({ 'Node Type': 'Sort', 'Sort Key': [key], Plans: [scan('orders')] });
    expect(readShape(sorted('placed_at')).id).not.toBe(readShape(sorted('total_cents')).id);
    expect(readShape(sorted(`(status = 'a'::text)`)).id).toBe(readShape(sorted(`(status = 'b'::text)`)).id);
    expect(readShape(sorted(`(status = 'a'::text)`)).summary).toBe('Sort (Seq Scan on orders)');
  });

  test('is the same with one more partition', () => {
    const append = (...months: number[]): PlanNode => ({
      ...{ 'Node Type': 'Append', Plans: months.map((month) => scan(`orders_2026_${month}`)) },
    });
    expect(readShape(append(9, 10, 11))).toEqual(readShape(append(10)));
    expect(readShape(append(9, 10)).summary).toBe('Append (Seq Scan on orders_#_#)');
  });

  test('has another shape with another index', () => {
    const by = (name: string): PlanNode => ({
      ...{ 'Node Type': 'Index Scan', 'Relation Name': 'orders', 'Index Name': name },
    });
    expect(readShape(by('one')).id).not.toBe(readShape(by('other')).id);
    expect(readShape(by('one')).summary).toBe('Index Scan on orders by one');
  });

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
    expect(readShape(joined).summary).toBe('Hash Join Left (Seq Scan on orders, Hash (Seq Scan on people))');
  });
});

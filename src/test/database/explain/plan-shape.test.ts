import { describe, expect, test } from 'vitest';
import { type PlanStep, planShapeOf } from '../../../main/database/explain/plan-shape.ts';

const scan = (relation: string): PlanStep => ({ 'Node Type': 'Seq Scan', 'Relation Name': relation });

describe('the shape of a plan', () => {
  const serial: PlanStep = { 'Node Type': 'Aggregate', Plans: [scan('orders')] };
  const parallel: PlanStep = {
    ...{ 'Node Type': 'Aggregate', 'Partial Mode': 'Finalize' },
    Plans: [
      {
        'Node Type': 'Gather',
        Plans: [{ 'Node Type': 'Aggregate', 'Partial Mode': 'Partial', Plans: [scan('orders')] }],
      },
    ],
  };

  test('has the same shape with workers and without, and whatever its constants', () => {
    expect(planShapeOf(parallel)).toEqual(planShapeOf(serial));
    expect(planShapeOf(serial).summary).toBe('Aggregate (Seq Scan on orders)');
  });

  test('is another when it sorts by something else, whatever the constants in it', () => {
    const sorted = (key: string): PlanStep => ({ 'Node Type': 'Sort', 'Sort Key': [key], Plans: [scan('orders')] });
    expect(planShapeOf(sorted('placed_at')).id).not.toBe(planShapeOf(sorted('total_cents')).id);
    expect(planShapeOf(sorted(`(status = 'a'::text)`)).id).toBe(planShapeOf(sorted(`(status = 'b'::text)`)).id);
    expect(planShapeOf(sorted(`(status = 'a'::text)`)).summary).toBe('Sort (Seq Scan on orders)');
  });

  test('is the same with one more partition', () => {
    const append = (...months: number[]): PlanStep => ({
      ...{ 'Node Type': 'Append', Plans: months.map((month) => scan(`orders_2026_${month}`)) },
    });
    expect(planShapeOf(append(9, 10, 11))).toEqual(planShapeOf(append(10)));
    expect(planShapeOf(append(9, 10)).summary).toBe('Append (Seq Scan on orders_#_#)');
  });

  test('has another shape with another index', () => {
    const by = (name: string): PlanStep => ({
      ...{ 'Node Type': 'Index Scan', 'Relation Name': 'orders', 'Index Name': name },
    });
    expect(planShapeOf(by('one')).id).not.toBe(planShapeOf(by('other')).id);
    expect(planShapeOf(by('one')).summary).toBe('Index Scan on orders by one');
  });

  test('tells kinds of join', () => {
    const joined: PlanStep = {
      ...{ 'Node Type': 'Hash Join', 'Join Type': 'Left' },
      Plans: [scan('orders'), { 'Node Type': 'Hash', Plans: [scan('people')] }],
    };
    expect(planShapeOf(joined).summary).toBe('Hash Join Left (Seq Scan on orders, Hash (Seq Scan on people))');
  });
});

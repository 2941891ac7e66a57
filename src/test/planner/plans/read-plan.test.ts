import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawPlan } from '../../../main/planner/plans/draw-plan.ts';
import { costNodes } from '../../../main/planner/plans/node-costs.ts';
import type { Plan, PlanNode } from '../../../main/planner/plans/plan.ts';
import { readPlan } from '../../../main/planner/plans/read-plan.ts';
import type { ReadNode } from '../../../main/planner/plans/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { market, tableOf } from './market-snapshot.ts';

function node(type: string, cost: number, more: Partial<PlanNode> = {}): PlanNode {
  return { 'Node Type': type, 'Startup Cost': 0, 'Total Cost': cost, 'Plan Rows': 1, 'Plan Width': 8, ...more };
}

const planOf = (root: PlanNode): Plan => ({ root, cost: root['Total Cost'], rows: root['Plan Rows'] });

function all(root: ReadNode): ReadNode[] {
  return [root, ...root.children.flatMap(all)];
}

describe('what each step costs', () => {
  test('of the inner side of a loop is what all its runs cost', () => {
    const inner = node('Index Scan', 8, { 'Parent Relationship': 'Inner' });
    const outer = node('Seq Scan', 100, { 'Parent Relationship': 'Outer', 'Plan Rows': 50 });
    const root = node('Nested Loop', 520, { Plans: [outer, inner] });
    const costs = costNodes(root);
    expect(costs.get(inner)).toEqual({ loops: 50, total: 400, own: 400 });
    expect(costs.get(outer)).toMatchObject({ loops: 1, own: 100 });
    expect(costs.get(root)?.own).toBeCloseTo(20);
  });

  test('below a LIMIT is the part that it pays for', () => {
    const scan = node('Index Scan', 10_000, { 'Parent Relationship': 'Outer' });
    const root = node('Limit', 20, { Plans: [scan] });
    const costs = costNodes(root);
    expect(costs.get(scan)).toMatchObject({ own: 20 });
    expect(costs.get(root)).toMatchObject({ own: 0, total: 20 });
  });

  test('of a subquery for each row is as many runs as its parent was charged for', () => {
    const sub = node('Index Scan', 4, { 'Parent Relationship': 'SubPlan', 'Subplan Name': 'SubPlan 1' });
    const root = node('Seq Scan', 4_100, { Filter: '(n > (SubPlan 1))', Plans: [sub] });
    expect(costNodes(root).get(sub)?.loops).toBe(1_025);
    const hashed = { ...root, Filter: '(NOT (ANY (id = (hashed SubPlan 1).col1)))' };
    expect(costNodes(hashed).get(sub)?.loops).toBe(1);
  });
});

describe('a plan that Postgres made', () => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(`
      create table customers (id integer primary key, email text not null);
      create table orders (id integer primary key, customer_id integer not null, note text);
      insert into customers select i, 'user' || i || '@example.com' from generate_series(1, 2000) i;
      insert into orders select i, 1 + i % 2000, 'secret note' from generate_series(1, 5000) i;
      create index orders_customer on orders (customer_id);
      analyze customers, orders`);
  });
  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  async function explain(text: string): Promise<Plan> {
    const { rows } = await client.query(`explain (format json) ${text}`);
    return planOf(rows[0]['QUERY PLAN'][0].Plan);
  }

  test('adds up: the shares of all steps are the whole', async () => {
    const texts = [
      `select * from orders o join customers c on c.id = o.customer_id where c.email = 'user7@example.com' order by o.id`,
      'select customer_id, count(*) from orders group by customer_id having count(*) > 2 order by 2 desc limit 3',
      'select id, (select count(*) from orders o where o.customer_id = c.id) from customers c',
      'with few as materialized (select * from orders where id < 50) select * from few where customer_id in (select id from customers)',
    ];
    for (const text of texts) {
      const { root } = readPlan(await explain(text));
      expect(all(root).reduce((sum, { ownShare }) => sum + ownShare, 0)).toBeCloseTo(1, 5);
      expect(all(root).map(({ id }) => id)).toEqual(all(root).map((_, at) => at));
    }
  });

  test('has no constant in it, unless it was asked for', async () => {
    const plan = await explain(`select * from orders where note = 'secret note' and id < 4711`);
    expect(JSON.stringify(readPlan(plan))).not.toMatch(/secret|4711/);
    expect(drawPlan(readPlan(plan))).not.toMatch(/secret|4711/);
    expect(JSON.stringify(readPlan(plan, { showValues: true }))).toContain('4711');
  });

  test('is drawn as a tree', async () => {
    const plan = await explain('select * from orders where customer_id = 5 and note is not null');
    const lines = drawPlan(readPlan(plan)).split('\n');
    expect(lines[0]).toMatch(/ \d+ % (Bitmap Heap|Index) Scan on orders/);
    expect(lines.join('\n')).toMatch(/by customer_id = …/);
    expect(
      drawPlan(readPlan(plan), { columns: 30 })
        .split('\n')
        .every((line) => line.length <= 30),
    ).toBe(true);
  });
});

describe('what is worth a second look', () => {
  const read = (root: PlanNode, realRows?: number) => readPlan(planOf(root), { snapshot: market(), realRows }).root;
  const scan = (more: Partial<PlanNode> = {}) =>
    node('Seq Scan', 30_000, { 'Relation Name': 'orders', 'Plan Rows': 20, Filter: "(note = 'x'::text)", ...more });

  test('is a table that is read whole, with its size', () => {
    expect(read(scan())).toMatchObject({
      schema: 'public',
      warnings: [
        { kind: 'reads_all', sentence: 'Reads all 117 MB of orders (about 1 million rows), to keep about 20 rows.' },
      ],
    });
    expect(read(scan({ 'Relation Name': 'countries' })).warnings).toEqual([]);
  });

  test('is what does not fit into memory, but not a sort that keeps the first few', () => {
    const wide = scan({ 'Plan Rows': 100_000, 'Plan Width': 80 });
    const sort = node('Sort', 40_000, { 'Sort Key': ['note'], 'Plan Rows': 100_000, 'Plan Width': 80, Plans: [wide] });
    expect(read(sort).warnings.map(({ kind }) => kind)).toEqual(['spills']);
    const limited = read(node('Limit', 31_000, { 'Plan Rows': 20, Plans: [sort] }));
    expect(limited.children[0]?.warnings).toEqual([]);
  });

  test('is an estimate that rests on guesses, up to where the rows are sure again', () => {
    const doubtful = scan({ Filter: "((status = 'open'::text) AND (total_cents = 5) AND (lower(note) = 'x'::text))" });
    const root = read(node('Hash Join', 31_000, { Plans: [doubtful, node('Hash', 10)] }));
    expect(root.estimate.certainty).toBe('uncertain');
    expect(root.children[0]?.estimate.reasons).toContain(
      'Conditions on status, total_cents, note are taken for independent.',
    );
    expect(root.children[0]?.warnings.at(-1)?.kind).toBe('uncertain');
    expect(read(node('Limit', 31_000, { Plans: [doubtful] })).estimate).toMatchObject({ certainty: 'sure', factor: 1 });
  });

  test('is no look-up by a key', () => {
    const get = node('Index Scan', 8, {
      'Relation Name': 'orders',
      'Index Name': 'orders_pkey',
      'Index Cond': '(id = $1)',
    });
    expect(read(get)).toMatchObject({ estimate: { certainty: 'sure', factor: 1, reasons: [] }, warnings: [] });
  });

  test('is a table that was never analysed', () => {
    const snapshot = market();
    tableOf(snapshot, 'orders').size.tuples = -1;
    const { root } = readPlan(planOf(scan()), { snapshot });
    expect(root.warnings.map(({ kind }) => kind)).toContain('not_analyzed');
  });

  test('is what was counted otherwise than expected', () => {
    expect(read(scan(), 40_000)).toMatchObject({
      estimate: { certainty: 'measured', factor: 2_000, realRows: 40_000 },
    });
    expect(read(scan(), 40_000).warnings.at(-1)?.sentence).toBe('Postgres expects 20 rows; there were 40,000.');
  });

  test('is a join of each with each', () => {
    const inner = node('Materialize', 5, { 'Parent Relationship': 'Inner', 'Plan Rows': 200 });
    const outer = node('Seq Scan', 5, { 'Parent Relationship': 'Outer', 'Plan Rows': 50 });
    const root = read(node('Nested Loop', 600, { Plans: [outer, inner], 'Join Type': 'Inner' }));
    expect(root.warnings).toEqual([{ kind: 'cartesian', sentence: 'Joins each of 50 rows with each of 200.' }]);
  });
});

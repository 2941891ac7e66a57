/** Index advice against a database that is really filled: what is found, and whether production then plans as was promised. */

import { Client } from 'pg';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adviseIndexes } from '../../../main/planner/index-advice/advise-indexes.ts';
import { AdviceReport, type CreateAdvice } from '../../../main/planner/index-advice/schema.ts';
import type { PlanNode } from '../../../main/planner/plans/plan.ts';
import { captureSnapshot } from '../../../main/planner/snapshot/capture.ts';
import { connectionOf } from '../../../main/planner/snapshot/connection.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import { createTwin } from '../../../main/planner/twin/create-twin.ts';
import type { Twin } from '../../../main/planner/twin/twin.ts';
import type { WorkloadStatement } from '../../../main/planner/workload/workload.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const STORE = `
  create table customers (id bigint primary key, email text not null, country text not null);
  create table orders (id bigint primary key, customer_id bigint not null references customers (id), status text not null,
    total numeric(10, 2) not null, created_at timestamptz not null, deleted_at timestamptz, tags text[] not null, touched int not null);
  create table visits (at timestamptz not null, customer_id bigint not null, page int not null) partition by range (at);
  create table visits_old partition of visits for values from (minvalue) to ('2026-02-01');
  create table visits_new partition of visits for values from ('2026-02-01') to (maxvalue);
  insert into customers select n, 'User' || n || '@example.com', 'c' || n % 40 from generate_series(1, 8000) n;
  insert into orders select n, 1 + n * 7919 % 8000, case when n % 200 = 0 then 'open' else 'done' end, n % 977,
    timestamptz '2026-01-01' + n * interval '1 minute', case when n % 50 = 0 then now() end, array['t' || n % 400, 'all'], n % 9
    from generate_series(1, 40000) n;
  insert into visits select timestamptz '2026-01-01' + n * interval '1 minute', 1 + n * 31 % 8000, n % 30 from generate_series(1, 60000) n;
  create index orders_customer_twice on orders (status);
  create index orders_status on orders (status);
  create index orders_status_total on orders (status, total);
  create index customers_country on customers (country);
  create table drafts (id int primary key, note text);
  create index drafts_note on drafts (note);
  create index drafts_note_id on drafts (note, id);
  create index drafts_note_again on drafts (note);`;

const statement = (name: string, text: string, callsPerDay: number | null = 10_000): WorkloadStatement => ({
  ...{ name, text, source: 'declared', callsPerDay, meanMs: null },
});
const byCustomer = statement(
  'orders.ofCustomer',
  'select id, total from public.orders where customer_id = $1 order by created_at desc limit 20',
);
const workload = [
  byCustomer,
  statement('customers.byEmail', 'select id from public.customers where lower(email) = $1'),
  statement('orders.tagged', 'select id from public.orders where tags @> $1'),
  statement('orders.gone', 'select id from public.orders where deleted_at is not null and touched = $1'),
  statement('visits.ofCustomer', 'select at, page from public.visits where customer_id = $1'),
  statement('orders.byId', 'select total from public.orders where id = $1', 500_000),
  statement('orders.nowhere', 'select id from public.orders_of_last_year'),
];

let ground: TestDatabase;
let client: Client;
let snapshot: Snapshot;
let twin: Twin;
let report: AdviceReport;
const told: number[] = [];

beforeAll(async () => {
  ground = await createTestDatabase({ isEmpty: true });
  client = new Client({ connectionString: ground.url });
  await client.connect();
  await client.query(STORE);
  await client.query('vacuum analyze');
  snapshot = await captureSnapshot(connectionOf(client));
  // What the counters say of a test of seconds is not what is tested here.
  snapshot.countedSince = null;
  twin = await createTwin(snapshot);
  report = await adviseIndexes(twin, workload, { minimumTableBytes: 0, onProgress: ({ done }) => told.push(done) });
}, 120_000);

afterAll(async () => {
  await twin?.close();
  await client?.end();
  await ground?.drop();
});

const adviceFor = (name: string, from = report): CreateAdvice | undefined =>
  from.create.find(({ statements }) => statements.some((one) => one.statement === name));
const keysOf = (advice: CreateAdvice | undefined) =>
  advice?.index.keys.map(({ column, expression }) => column ?? expression);

describe('advice', () => {
  test('is a report as its schema says, whose progress only grows', () => {
    expect([...Value.Errors(AdviceReport, report)]).toEqual([]);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(100);
    expect(report.workload).toMatchObject({ statements: 7, planned: 6 });
    expect(report.workload.notPlanned).toMatchObject([{ statement: 'orders.nowhere' }]);
    expect(report.cost.cut).toBeGreaterThan(0.5);
    expect(report.search.isComplete).toBe(true);
  });

  test('finds the key of a filter, and of an expression', () => {
    expect(keysOf(adviceFor('orders.ofCustomer'))?.[0]).toBe('customer_id');
    expect(keysOf(adviceFor('customers.byEmail'))).toEqual(['lower(email)']);
    expect(adviceFor('customers.byEmail')?.ddl).toContain('on public.customers (');
  });

  test('finds another kind of index where a B-tree will not do', () => {
    expect(adviceFor('orders.tagged')).toMatchObject({ index: { method: 'gin' } });
  });

  test('finds the part of a table that is asked for', () => {
    const advice = adviceFor('orders.gone');
    expect(advice?.index.predicate).toBe('deleted_at is not null');
    expect(advice?.ddl).toMatch(/^create index concurrently .* where deleted_at is not null$/);
  });

  test('leaves alone what has its index', () => {
    expect(adviceFor('orders.byId')).toBeUndefined();
  });

  test('shows plans before and after, by the names that it proposes and without constants', () => {
    const advice = adviceFor('customers.byEmail');
    const effect = advice?.statements.find((one) => one.statement === 'customers.byEmail');
    expect(effect?.before?.root.type).toBe('Seq Scan');
    expect(JSON.stringify(effect?.after)).toContain(advice?.index.name);
    expect(JSON.stringify([effect?.before, effect?.after])).not.toMatch(/user\d+@example/i);
    expect(effect?.timesCheaper).toBeGreaterThan(10);
    expect(advice?.sentence).toContain('customers.byEmail');
  });

  test('takes its indexes back from the twin', async () => {
    const plan = await twin.explain(byCustomer.text, { params: ['7'] });
    expect(plan.cost).toBeCloseTo(
      report.create.flatMap(({ statements }) => statements).find((one) => one.statement === byCustomer.name)
        ?.costBefore ?? 0,
      0,
    );
  });

  test('holds in production: each index is used there, at the cost that was promised', async () => {
    for (const step of report.create.flatMap(({ steps }) => steps)) await client.query(step);
    await client.query('vacuum analyze');
    const { rows: invalid } = await client.query(
      'select indexrelid::regclass as name from pg_index where not indisvalid',
    );
    expect(invalid).toEqual([]);
    const { rows } = await client.query(`explain (format json) ${byCustomer.text.replace('$1', '7')}`);
    const root = rows[0]['QUERY PLAN'][0].Plan as PlanNode;
    const promised = adviceFor(byCustomer.name)?.statements.find((one) => one.statement === byCustomer.name);
    expect(namesIn(root)).toContain(adviceFor(byCustomer.name)?.index.name);
    expect(root['Total Cost'] / (promised?.costAfter ?? 0)).toBeGreaterThan(0.8);
    expect(root['Total Cost'] / (promised?.costAfter ?? 0)).toBeLessThan(1.25);
  });
});

function namesIn(node: PlanNode): string[] {
  return [node['Index Name'] ?? '', ...(node.Plans ?? []).flatMap(namesIn)];
}

describe('drops', () => {
  test('what is there twice, and what a wider index does', () => {
    const drops = Object.fromEntries(report.drop.map((one) => [one.index.name, one]));
    expect(drops.orders_status).toMatchObject({
      reason: expect.stringMatching(/duplicate|prefix/),
      proof: { worstRise: expect.any(Number) },
    });
    expect(drops.orders_customer_twice?.reason).toBe('prefix');
    expect(drops.orders_status_total?.reason).not.toBe('prefix');
    expect(drops.customers_country).toMatchObject({ reason: 'unused', confidence: { level: 'low' } });
    expect(drops.orders_status?.undoDdl).toMatch(/^CREATE INDEX CONCURRENTLY orders_status ON public\.orders/);
  });

  test('never what stands behind a constraint', () => {
    expect(report.drop.map(({ index }) => index.name).filter((name) => name.endsWith('_pkey'))).toEqual([]);
  });

  test('of a table that is nearly empty only what is there twice: no plan there proves anything', () => {
    const drops = report.drop.filter(({ index }) => index.table === 'drafts');
    expect(drops).toMatchObject([{ index: { name: 'drafts_note_again' }, reason: 'duplicate' }]);
  });

  test('nothing that a statement needs', async () => {
    const needing = statement('orders.open', "select id from public.orders where status = 'open' and total > 970");
    const { drop } = await adviseIndexes(twin, [needing], { minimumTableBytes: Number.POSITIVE_INFINITY });
    expect(drop.map(({ index }) => index.name)).not.toContain('orders_status_total');
    expect(drop.map(({ index }) => index.name)).toContain('orders_status');
  });
});

describe('limits', () => {
  test('a budget is kept, and spent on what gains most for its room', async () => {
    const whole = report.create.reduce((total, { index }) => total + index.sizeBytes, 0);
    const budgetBytes = whole / 3;
    const some = await adviseIndexes(twin, workload, { minimumTableBytes: 0, budgetBytes });
    expect(some.budget.usedBytes).toBeLessThanOrEqual(budgetBytes);
    expect(some.create.length).toBeGreaterThan(0);
    expect(some.create.length).toBeLessThan(report.create.length);
  });

  test('time that is over ends the search with what was found, and says so', async () => {
    const hasty = await adviseIndexes(twin, workload, { minimumTableBytes: 0, timeBudgetMs: 0 });
    expect(hasty.search.isComplete).toBe(false);
    expect([...Value.Errors(AdviceReport, hasty)]).toEqual([]);
  });

  test('a signal stops it', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(adviseIndexes(twin, workload, { signal: stop })).rejects.toThrow('enough');
  });

  test('an index that costs writers more than it saves readers is not advised', async () => {
    const changes = statement('orders.touch', 'update public.orders set touched = $1 where id = $2', 40_000_000);
    const asks = statement('orders.touched', 'select id from public.orders where touched = $1', 50);
    const alone = await adviseIndexes(twin, [asks], { minimumTableBytes: 0 });
    const both = await adviseIndexes(twin, [asks, changes], { minimumTableBytes: 0 });
    expect(adviceFor('orders.touched', alone)).toBeDefined();
    expect(adviceFor('orders.touched', both)).toBeUndefined();
  });
});

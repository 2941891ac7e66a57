import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forecastWorkload } from '../../../main/planner/forecast/forecast-workload.ts';
import { scaleSnapshot } from '../../../main/planner/forecast/scale-snapshot.ts';
import type { ForecastReport, ForecastStatement } from '../../../main/planner/forecast/schema.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import { createTwin } from '../../../main/planner/twin/create-twin.ts';
import type { Twin } from '../../../main/planner/twin/twin.ts';
import type { WorkloadStatement } from '../../../main/planner/workload/workload.ts';
import { market } from '../plans/market-snapshot.ts';

const declared = (name: string, text: string): WorkloadStatement => ({
  ...{ name, text, source: 'declared', callsPerDay: 100, meanMs: null },
});

const workload = [
  declared('orders.get', 'select id, note from public.orders where id = $1'),
  declared('orders.total', 'select sum(total_cents) from public.orders'),
  declared('orders.list', 'select id, note from public.orders where status = $1 order by created_at desc limit 20'),
  declared('orders.perCustomer', 'select customer_id, count(*) from public.orders group by customer_id'),
  declared(
    'customers.idle',
    "select id from public.customers where id not in (select customer_id from public.orders where status = 'open')",
  ),
  declared(
    'orders.lastDay',
    "select id, note from public.orders where created_at > '2026-11-22 12:00+00' order by created_at",
  ),
  declared('orders.gone', 'select id from public.orders_of_last_year'),
];

/** The market as it was ten days ago, with a hundredth of its rows less for each day. */
function daysAgo(days: number): Snapshot {
  const smaller = scaleSnapshot(market(), ({ name }) => (name === 'countries' ? 1 : 1 - days / 100));
  return { ...smaller, takenAt: new Date(Date.parse(smaller.takenAt) - days * 86_400_000).toISOString() };
}

describe('a forecast', () => {
  let twin: Twin;
  let report: ForecastReport;
  const progress: number[] = [];

  beforeAll(async () => {
    // Without workers a plan is one thing at every size.
    const snapshot = market();
    snapshot.settings.max_parallel_workers_per_gather = '0';
    twin = await createTwin(snapshot);
    report = await forecastWorkload(twin, workload, {
      history: [daysAgo(2), daysAgo(10), daysAgo(5)],
      onProgress: (share) => progress.push(share),
    });
  }, 120_000);
  afterAll(() => twin?.close());

  const statement = (name: string): ForecastStatement => {
    const found = report.statements.find((one) => one.name === name);
    if (!found) throw new Error(`${name} was not forecast.`);
    return found;
  };

  test('tells what costs the same at every size, and what grows with the rows', () => {
    expect(statement('orders.get')).toMatchObject({ growth: 'flat', cliff: null, flips: [], planThen: null });
    expect(statement('orders.list').growth).toBe('flat');
    expect(statement('orders.total')).toMatchObject({ growth: 'proportional', cliff: null });
    expect(statement('orders.total').sentence).toBe(
      'orders.total grows as its rows do: at 100 × today’s rows it costs 100 times as much.',
    );
    expect(statement('orders.total').points.map(({ factor }) => factor)).toEqual(
      expect.arrayContaining([1, 2, 5, 10, 30, 100]),
    );
  });

  test('finds where a plan flips to one that is worse, and about when', () => {
    const { cliff, flips, planThen, planToday } = statement('customers.idle');
    // Its list of customers does not fit into memory any more, and is read anew for every customer.
    expect(flips).toMatchObject([{ isWorse: true }]);
    expect(cliff?.kind).toBe('flip');
    expect(cliff?.factor).toBeGreaterThan(11);
    expect(cliff?.factor).toBeLessThan(15);
    expect((cliff?.costAfter ?? 0) / (cliff?.costBefore ?? 1)).toBeGreaterThan(1_000);
    expect(planToday.shapeId).not.toBe(planThen?.shapeId);
    // A hundredth of today's rows a day, so twelve times as many in 1,200 days.
    const days = (Date.parse(cliff?.at ?? '') - Date.parse(report.takenAt)) / 86_400_000;
    expect(days / 100).toBeCloseTo((cliff?.factor ?? 0) - 1, 0);
    expect(cliff?.sentence).toMatch(/^customers\.idle falls off a cliff at 1\d × today’s rows, around \w+ 20(29|30): /);
  });

  test('finds where what is sorted or grouped leaves the memory', () => {
    const { cliff, flips } = statement('orders.perCustomer');
    expect(flips).toEqual([]);
    expect(cliff?.kind).toBe('spill');
    expect(cliff?.factor).toBeGreaterThan(2.5);
    expect(cliff?.factor).toBeLessThan(4);
  });

  test('names the first that happens, and puts it first', () => {
    expect(report.statements.slice(0, 2).map(({ name }) => name)).toEqual(['orders.perCustomer', 'customers.idle']);
    expect(report.sentence).toMatch(
      /^orders\.perCustomer is the first to fall off a cliff: at 3\.?\d? × today’s rows, around \w+ 2027\. 1 more follows\.$/,
    );
  });

  test('knows how fast the tables grow, and leaves those that do not', () => {
    const [orders] = report.tables;
    expect(orders).toMatchObject({ relation: 'orders', basis: 'snapshots', isGrowing: true });
    expect(orders?.rowsPerDay).toBeCloseTo(10_000, -2);
    expect(report.tables.find(({ relation }) => relation === 'countries')?.isGrowing).toBe(false);
    expect(report.growthSince).toBe(daysAgo(10).takenAt);
  });

  test('asks for the last day of more days, and not for a longer day', () => {
    const { points } = statement('orders.lastDay');
    const [rows, grown] = [points[0], points.find(({ factor }) => factor === 2)].map((one) => one?.rows ?? 0);
    expect(rows).toBeGreaterThan(2_000);
    expect(grown).toBeLessThan((rows ?? 0) * 1.3);
  });

  test('says what cannot be planned', () => {
    expect(report.unplanned).toMatchObject([{ name: 'orders.gone' }]);
  });

  test('leaves the twin as it was, and told of its progress', async () => {
    const { cost } = await twin.explain('select sum(total_cents) from public.orders');
    expect(cost).toBeCloseTo(statement('orders.total').points[0]?.cost ?? 0, 5);
    expect(progress.at(-1)).toBeCloseTo(1, 1);
    expect(progress.every((share, at) => share <= 1 && (at === 0 || share >= 0))).toBe(true);
  });

  test('is given up when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('given up'));
    await expect(forecastWorkload(twin, workload, { signal })).rejects.toThrow('given up');
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { bisectPlan } from '../../../main/planner/bisect/bisect-plan.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import { createTwin } from '../../../main/planner/twin/create-twin.ts';
import { columnOf, figures, market, tableOf } from '../plans/market-snapshot.ts';

const list = {
  name: 'orders.list',
  text: 'select id, note from public.orders where status = $1 order by created_at desc limit 20',
};

/** Four hours later, and everything a little larger, as it always is. */
function later(): Snapshot {
  const snapshot = market();
  snapshot.takenAt = '2026-11-23T16:00:00.000Z';
  const orders = tableOf(snapshot, 'orders');
  orders.size = { ...orders.size, blocks: 15_200 };
  orders.counters = {
    ...{ inserted: 0, updated: 0, hotUpdated: 0, deleted: 0, sequentialScans: 0, liveRows: 1_000_000, deadRows: 0 },
    analyzedAt: '2026-11-23T14:02:11.000Z',
    isAutoAnalyzed: true,
  };
  columnOf(snapshot, 'orders', 'note').statistics = figures({ averageWidthBytes: 61, distinct: -0.88 });
  columnOf(snapshot, 'orders', 'customer_id').statistics = figures({ distinct: 41_000, correlation: 0.01 });
  snapshot.settings.effective_cache_size = '1100MB';
  return snapshot;
}

/** With as many values as are given, all alike. */
function withStatuses(snapshot: Snapshot, distinct: number): Snapshot {
  columnOf(snapshot, 'orders', 'status').statistics = figures({ averageWidthBytes: 6, distinct, correlation: 0.3 });
  return snapshot;
}

describe('between two snapshots, a plan', () => {
  // The first twin of a machine makes the template of all others.
  beforeAll(async () => {
    await (await createTwin(market())).close();
  }, 120_000);

  test('that flipped by the statistics of one column names it, with the time of its ANALYZE', async () => {
    const bisection = await bisectPlan(withStatuses(market(), 60_000), withStatuses(later(), 5), list);
    expect(bisection).toMatchObject({ isFlipped: true, isProven: true, analyzedAt: '2026-11-23T14:02:11.000Z' });
    expect(bisection.culprits).toMatchObject([
      { kind: 'statistics', relation: 'orders', column: 'status', field: 'n_distinct', before: '60000', after: '5' },
    ]);
    expect(bisection.sentence).toMatch(
      /^The plan of orders\.list flipped through n_distinct of orders\.status, 60,000 to 5; it flips at [\d,]+, at the autoanalyze of 14:02 UTC\. It alone does it, and without it the plan would have stayed\.$/,
    );
    expect(bisection.before.summary).toContain('orders_status_idx');
    expect(bisection.after.summary).toContain('orders_created_at_idx');
    expect(bisection.remedies[0]?.sql).toBe(
      'alter table public.orders alter column status set (n_distinct = 60000); analyze public.orders',
    );
    // Two hundred changes would be found in sixteen more.
    expect(bisection.tried).toBeLessThan(60);
  });

  test('that flipped for lack of an index says which is gone', async () => {
    const after = later();
    after.indexes = after.indexes.filter(({ name }) => name !== 'orders_created_at_idx');
    const bisection = await bisectPlan(market(), after, list);
    expect(bisection.culprits).toMatchObject([{ kind: 'index', field: 'orders_created_at_idx', after: 'not there' }]);
    expect(bisection.remedies).toMatchObject([
      { sql: 'create index concurrently orders_created_at_idx ON public.orders USING btree (created_at)' },
    ]);
  });

  test('that flipped by the length of a table says at which', async () => {
    const total = { name: 'orders.page', text: 'select id from public.orders where total_cents < 4000' };
    const [before, after] = [market(), later()];
    for (const snapshot of [before, after]) {
      snapshot.settings.max_parallel_workers_per_gather = '0';
      snapshot.settings.enable_seqscan = 'on';
      snapshot.indexes.push({
        ...(snapshot.indexes[2] as Snapshot['indexes'][number]),
        name: 'orders_total_idx',
        definition: 'CREATE INDEX orders_total_idx ON public.orders USING btree (total_cents)',
        keys: [{ column: 'total_cents' }],
      });
      columnOf(snapshot, 'orders', 'total_cents').statistics = figures({
        ...{ averageWidthBytes: 4, distinct: 20_000 },
        histogram: Array.from({ length: 101 }, (_, at) => String(at * 1_000)),
      });
    }
    tableOf(before, 'orders').size = { blocks: 40, pages: 15_000, tuples: 1_000_000, allVisiblePages: 40 };
    tableOf(after, 'orders').size = { blocks: 15_200, pages: 15_000, tuples: 1_000_000, allVisiblePages: 40 };
    const bisection = await bisectPlan(before, after, total);
    expect(bisection.culprits).toMatchObject([{ kind: 'size', relation: 'orders', before: '40', after: '15200' }]);
    expect(bisection.sentence).toMatch(/the length of orders, 40 to 15,200 pages \(.*\); it flips at [\d,]+\./);
  });

  test('that flipped by a setting names the setting', async () => {
    const after = later();
    after.settings.enable_indexscan = 'off';
    after.settings.enable_bitmapscan = 'off';
    const get = { name: 'orders.get', text: 'select id, note from public.orders where id = $1', params: ['5'] };
    const before = market();
    Object.assign(before.settings, { enable_indexscan: 'on', enable_bitmapscan: 'on' });
    const bisection = await bisectPlan(before, after, get);
    expect(bisection.isFlipped).toBe(true);
    expect(bisection.culprits.every(({ kind }) => kind === 'setting')).toBe(true);
    expect(bisection.culprits.map(({ field }) => field)).toContain('enable_indexscan');
  });

  test('that no single change flips names those that do it together', async () => {
    const before = market();
    before.indexes = before.indexes.filter(({ isPrimary }) => isPrimary);
    const bisection = await bisectPlan(before, later(), {
      name: 'orders.either',
      text: `select count(*) from public.orders where status = 'gone' or created_at > '2026-11-23 10:00+00'`,
    });
    expect(bisection).toMatchObject({ isFlipped: true, isProven: true });
    expect(bisection.culprits.map(({ field }) => field).sort()).toEqual(['orders_created_at_idx', 'orders_status_idx']);
    expect(bisection.sentence).toMatch(
      /^The plan of orders\.either flipped through two changes together, none of which does it alone: /,
    );
  });

  test('that is the same says so', async () => {
    const bisection = await bisectPlan(market(), later(), list);
    expect(bisection).toMatchObject({
      isFlipped: false,
      culprits: [],
      sentence: 'Both snapshots give orders.list the same plan.',
    });
    expect(bisection.changes).toBeGreaterThan(3);
  });

  test('that cannot be had is refused', async () => {
    const gone = { name: 'gone', text: 'select nothing from public.nowhere' };
    await expect(bisectPlan(market(), later(), gone)).rejects.toMatchObject({ code: 'statement_not_planned' });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forecastWorkload } from '../../../main/planner/forecast/forecast-workload.ts';
import type { ForecastReport } from '../../../main/planner/forecast/schema.ts';
import { drawPlan } from '../../../main/planner/plans/draw-plan.ts';
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
  declared(
    'orders.cities',
    'select c.city, sum(o.total_cents) from public.orders o join public.customers c on c.id = o.customer_id group by c.city',
  ),
  declared('orders.list', 'select id, note from public.orders where status = $1 order by created_at desc limit 20'),
  declared(
    'orders.byCustomer',
    'select id, note from public.orders where customer_id = $1 order by created_at desc limit 20',
  ),
  declared('countries.list', 'select code from public.countries'),
];

describe('a forecast', () => {
  let twin: Twin;
  let report: ForecastReport;

  beforeAll(async () => {
    twin = await createTwin(market());
    const t = performance.now();
    report = await forecastWorkload(twin, workload);
    console.log(Math.round(performance.now() - t), 'ms');
  });
  afterAll(() => twin?.close());

  test('x', () => {
    console.log(report.sentence, report.assumptions, report.gaps, report.unplanned);
    for (const s of report.statements) {
      console.log(s.sentence, s.growth, s.exponent, s.flips, s.cliff);
      console.log(s.points.map((p) => `${p.factor}:${Math.round(p.cost)}`).join(' '));
      console.log(drawPlan(s.planToday));
      if (s.planThen) console.log(drawPlan(s.planThen));
    }
    expect(1).toBe(1);
  });
});

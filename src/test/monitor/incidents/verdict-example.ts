/** A verdict as the watch for causes gives it. */

import type { Verdict } from '../../../main/monitor/cause/schema.ts';

export function verdictOf(change: Partial<Verdict> = {}): Verdict {
  return {
    ...{ id: 'v1', kind: 'missing_index', confidence: 'certain', closedAt: null, holder: null, lockTree: null },
    sentence: 'orders.report of GET /reports reads 3 million rows each time because orders has no index on customer.',
    ...{ detectedAt: '2026-11-23T10:00:05.000Z', namedAt: '2026-11-23T10:00:06.000Z' },
    statement: { name: 'orders.report', text: 'select …' },
    caller: { routes: [{ route: 'GET /reports', share: 1 }], tenants: [], application: null },
    terms: {
      ...{
        moreCalls: 0,
        longerExecution: 5,
        idleInTransaction: 0,
        lockWait: 0,
        serverSlow: 0,
        leak: 0,
        connectStorm: 0,
      },
    },
    plan: {
      ...{ summary: 'Seq Scan', relation: 'orders', rows: 3_000_000, filterColumns: ['customer'] },
      ...{ before: null, after: null, analyzedAt: null },
    },
    evidence: [],
    actions: [
      {
        kind: 'create_index',
        sentence: 'Create the index that it lacks.',
        detail: 'create index concurrently on "public"."orders" ("customer")',
      },
      { kind: 'cap_statement', sentence: 'Until then the lane bulk keeps it from holding more than its share.' },
    ],
    ...change,
  };
}

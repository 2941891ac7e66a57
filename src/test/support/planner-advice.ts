/** Advice as a run gives it, for tests that need some: about an index that may or may not be there. */

import type { CreateAdvice, DropAdvice } from '../../main/planner/schema.ts';

interface Wanted {
  id?: string;
  schema?: string;
  table?: string;
  column?: string;
  name?: string;
}

const effect = {
  ...{ writesPerDay: 10, bytesPerDay: 160, hotUpdatesLostPerDay: 0, costPerDay: 1 },
  sentence: 'Ten writes a day pay for it.',
};
const confidence = { level: 'high' as const, reasons: ['The statistics are fresh.'] };

function indexOf({ column = 'customer', name = 'orders_customer_idx', schema = 'public', table = 'orders' }: Wanted) {
  const key = { column, expression: null, isDescending: false, nullsFirst: false, operatorClass: null };
  return {
    schema,
    table,
    name,
    method: 'btree',
    keys: [key],
    include: [],
    predicate: null,
    sizeBytes: 81_920,
    height: 1,
  };
}

export function createAdvice(wanted: Wanted = {}): CreateAdvice {
  const index = indexOf(wanted);
  const { name, schema, table } = index;
  const ddl = `create index concurrently ${name} on ${schema}.${table} (${wanted.column ?? 'customer'})`;
  return {
    ...{ id: wanted.id ?? 'advice-1', kind: 'create', index, ddl, steps: [ddl] },
    undoDdl: `drop index concurrently ${schema}.${name}`,
    sentence: 'It makes orders.list 50 times cheaper.',
    benefit: {
      ...{ costPerDay: 90_000, shareOfWorkload: 0.5, millisecondsPerDay: 60_000 },
      ...{ worstTimesCheaper: 50, bestTimesCheaper: 50 },
    },
    statements: [
      {
        ...{ statement: 'orders.list', text: 'select id from public.orders where customer = $1', callsPerDay: 1_000 },
        ...{ costBefore: 100, costAfter: 2, timesCheaper: 50, millisecondsBefore: 61, millisecondsAfter: 1.2 },
        ...{ before: null, after: null },
      },
    ],
    ...{ moreStatements: 0, writes: effect, confidence },
  };
}

export function dropAdvice(wanted: Wanted = {}): DropAdvice {
  const index = indexOf(wanted);
  const { name, schema, table } = index;
  return {
    ...{ id: wanted.id ?? 'advice-2', kind: 'drop', index, reason: 'unused', sentence: 'Nothing uses it.' },
    ...{ coveredBy: null, scans: 0, countedSince: null, writes: effect, confidence },
    ddl: `drop index concurrently ${schema}.${name}`,
    undoDdl: `create index concurrently ${name} on ${schema}.${table} (${wanted.column ?? 'customer'})`,
    proof: { statementsChecked: 12, worstRise: 0, worstStatement: null },
  };
}

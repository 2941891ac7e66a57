import { loadModule, parseSync } from 'libpg-query';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reviewMarkdown } from '../../../main/planner/review/pages/markdown.ts';
import { reviewPage } from '../../../main/planner/review/pages/terminal.ts';
import { reviewWorkload, statementId } from '../../../main/planner/review/review.ts';
import type { FindingKind, ReviewedStatement, ReviewReport } from '../../../main/planner/review/schema.ts';
import { createTwin } from '../../../main/planner/twin/create-twin.ts';
import type { Twin } from '../../../main/planner/twin/twin.ts';
import type { WorkloadStatement } from '../../../main/planner/workload/workload.ts';
import { market } from '../plans/market-snapshot.ts';

const texts: Record<string, string> = {
  'orders.find': 'select id, total_cents from orders where id = $1',
  'orders.byCustomer': 'select id, total_cents from orders where customer_id = $1 limit 50',
  'orders.ofDay': "select id from orders where date_trunc('day', created_at) = $1",
  'orders.byLowerNote': 'select id from orders where lower(note) = $1',
  'orders.byIdText': 'select total_cents from orders where id::text = $1',
  'orders.byIdNumeric': 'select total_cents from orders where id = $1::numeric',
  'orders.search': "select id from orders where note like '%' || $1 || '%'",
  'orders.either': 'select id from orders where customer_id = $1 or total_cents = $2',
  'orders.page': 'select id, created_at from orders order by created_at desc limit $1 offset $2',
  'orders.all': 'select id, note from orders',
  'orders.sorted': 'select id, note from orders order by note',
  'orders.count': 'select count(*) from orders',
  'orders.waste': "select id from orders where note = $1 and status = 'lost' order by created_at",
  'orders.report': 'select status, count(*), sum(total_cents) from orders group by status',
  'customers.without': 'select c.id from customers c where c.id not in (select customer_id from orders) limit 20',
  'customers.latest': `select c.id, (select max(o.created_at) from orders o where o.customer_id = c.id) as latest
    from customers c`,
  'customers.pairs': 'select a.id, b.id from customers a, customers b where a.city = $1 and b.email <> $2',
  'customers.ofCity': `select c.id, o.id from customers c join orders o on o.customer_id = c.id
    where c.city = $1 and o.status = $2 limit 10`,
  'broken.statement': 'select nothing from nowhere',
};

let twin: Twin;
let report: ReviewReport;
beforeAll(async () => {
  twin = await createTwin(market());
  const workload = Object.entries(texts).map(
    ([name, text]): WorkloadStatement => ({
      ...{ name, text, source: 'declared', callsPerDay: 1_000, meanMs: null },
      ...(name === 'orders.waste' ? { unindexedBecause: 'it is asked once a night' } : {}),
    }),
  );
  report = await reviewWorkload(twin, workload, {
    repeats: [{ statement: 'orders.find', route: 'GET /v1/orders', requests: 90, most: 120, mean: 48 }],
  });
});
afterAll(() => twin.close());

function reviewed(name: string): ReviewedStatement {
  const found = report.statements.find((one) => one.name === name);
  if (!found) throw new Error(`${name} was not planned`);
  return found;
}

const kinds = (name: string) => reviewed(name).findings.map(({ kind }) => kind);

function finding(name: string, kind: FindingKind) {
  const found = reviewed(name).findings.find((one) => one.kind === kind);
  if (!found) throw new Error(`${name} has ${kinds(name).join(', ') || 'no finding'}, and not ${kind}`);
  return found;
}

describe('what a plan shows', () => {
  test('a table is read whole for a few rows: the index is made in the twin, and its cost is said', () => {
    const { cure, relation, sentence, severity } = finding('orders.byCustomer', 'sequential_scan');
    expect(severity).toBe('severe');
    expect(relation).toBe('public.orders');
    expect(sentence).toMatch(/^It reads all 1 million rows of public\.orders to keep \d+ rows\.$/);
    expect(cure.kind).toBe('index');
    expect(cure.sql).toBe('create index concurrently orders_customer_id_idx on public.orders (customer_id)');
    expect(cure.isVerified).toBe(true);
    expect(cure.costAfter).toBeLessThan((cure.costBefore ?? 0) / 100);
    expect(cure.planAfter?.summary).toContain('orders_customer_id_idx');
  });

  test('rows that an index brings and a filter throws away', () => {
    const { cure, sentence } = finding('orders.waste', 'filter_after_index');
    expect(sentence).toMatch(
      /^It reads 10,\d+ rows of public\.orders by orders_status_idx and throws all but 1 row away\.$/,
    );
    expect(cure.sql).toContain('(note');
  });

  test('a sort that does not fit into memory', () => {
    const { cure, sentence } = finding('orders.sorted', 'spilling_sort');
    expect(sentence).toContain('of which 4 MB fit into memory');
    expect(cure.sql).toBe('create index concurrently orders_note_idx on public.orders (note)');
  });

  test('a join without a condition, and none where there is one', () => {
    expect(finding('customers.pairs', 'cartesian_join').sentence).toMatch(
      /^Nothing ties [ab] to [ab]: .+ million pairs\.$/,
    );
    expect(kinds('customers.ofCity')).not.toContain('cartesian_join');
  });

  test('what is read whole because all of it is asked for is only a note', () => {
    expect(finding('orders.report', 'sequential_scan').severity).toBe('note');
  });

  test('a statement that is served well has no finding but what the ledger saw', () => {
    expect(kinds('orders.find')).toEqual(['repeated_statement']);
  });
});

describe('what an index does not cure is written anew', () => {
  test.each<[string, FindingKind, string]>([
    [
      'orders.ofDay',
      'function_hides_index',
      "select id\nfrom orders\nwhere created_at >= $1\n  and created_at < ($1 + '1 day'::interval)",
    ],
    ['orders.byIdNumeric', 'cast_hides_index', 'select total_cents\nfrom orders\nwhere id = cast($1 as bigint)'],
    [
      'orders.page',
      'deep_offset',
      'select id, created_at\nfrom orders\nwhere (created_at, id) < (cast($2 as timestamp with time zone), cast($3 as bigint))\norder by created_at desc, id desc\nlimit $1',
    ],
    [
      'customers.without',
      'not_in_subquery',
      'select c.id\nfrom customers as c\nwhere not (exists (\n  select\n  from orders\n  where customer_id = c.id\n))\nlimit 20',
    ],
    ['orders.find', 'repeated_statement', 'select id, total_cents\nfrom orders\nwhere id = any (cast($1 as bigint[]))'],
    ['orders.all', 'missing_limit', 'select id, note\nfrom orders\nlimit $1'],
    [
      'orders.count',
      'count_of_all',
      `select greatest(reltuples, 0)::bigint as count\nfrom pg_catalog.pg_class\nwhere oid = '"public"."orders"'::regclass`,
    ],
  ])('%s: %s', async (name, kind, sql) => {
    const { cure } = finding(name, kind);
    expect(cure.sql).toBe(sql);
    expect(cure.kind).toBe('rewrite');
    expect(cure.isVerified).toBe(true);
    expect(cure.costAfter).toBeLessThan((cure.costBefore ?? 0) * 0.8);
    await loadModule();
    expect(parseSync(cure.sql ?? '').stmts).toHaveLength(1);
  });

  test('a page by its keys says which index it needs', () => {
    expect(finding('orders.page', 'deep_offset').cure.needsIndex).toContain('(created_at desc, id desc)');
  });

  test('a function without a range gets an index of its own', () => {
    expect(finding('orders.byLowerNote', 'function_hides_index').cure.sql).toContain('((lower(note)))');
  });

  test('alternatives get an index each', () => {
    const { cure } = finding('orders.either', 'or_hides_index');
    expect(cure.sql?.split('\n')).toHaveLength(2);
    expect(cure.planAfter?.summary).toContain('BitmapOr');
  });

  test('an open pattern is told of the extension that production does not have, and nothing is claimed to be proven', () => {
    const { cure } = finding('orders.search', 'leading_wildcard');
    expect(cure.isVerified).toBe(false);
    expect(cure.sql).toContain('create extension pg_trgm');
  });

  test('a subquery that is run for every row', () => {
    expect(finding('customers.latest', 'correlated_subquery').cure.sql).toContain('(customer_id)');
  });
});

describe('a report', () => {
  test('says each thing once: why a table is read whole, and not that it is', () => {
    for (const name of ['orders.ofDay', 'orders.byIdText', 'orders.search', 'orders.either']) {
      expect(kinds(name)).not.toContain('sequential_scan');
    }
    expect(kinds('customers.without')).toEqual(['not_in_subquery']);
  });

  test('begins with what is worst, and sets aside what cannot be planned', () => {
    const ranks = report.statements.map(({ severity }) => ['severe', 'concern', 'note', null].indexOf(severity));
    expect(ranks).toEqual([...ranks].sort());
    expect(report.unplanned).toEqual([
      expect.objectContaining({ name: 'broken.statement', sentence: expect.stringContaining('"nowhere"') }),
    ]);
    expect(report.totals).toMatchObject({ statements: 19, planned: 18 });
  });

  test('counts what a statement answers for apart', () => {
    const { findings, severity } = reviewed('orders.waste');
    expect(findings.map(({ justification }) => justification)).toContain('it is asked once a night');
    expect(severity).toBeNull();
    expect(report.totals.justified).toBe(findings.length);
  });

  test('shows no value that statistics brought', () => {
    const plans = JSON.stringify(report.statements.map(({ findings, plans: all }) => [findings, all]));
    expect(plans).not.toMatch(/'(done|sent|paid|open|lost)'/);
    expect(plans).toContain('…');
  });

  test('shares of the cost of all calls add up to one', () => {
    const shares = report.statements.map(({ share }) => share ?? 0);
    expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 6);
  });

  test('the same snapshot and statements give the same report', async () => {
    const text = texts['orders.byCustomer'] ?? '';
    const one: WorkloadStatement = { name: 'a', text, source: 'file', callsPerDay: null, meanMs: null };
    expect(await reviewWorkload(twin, [one])).toEqual(await reviewWorkload(twin, [one]));
  });

  test('an abort ends it', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const one: WorkloadStatement = { name: 'a', text: 'select 1', source: 'file', callsPerDay: null, meanMs: null };
    await expect(reviewWorkload(twin, [one], { signal })).rejects.toThrow('enough');
  });
});

describe('pages', () => {
  test('the terminal shows findings with their cures, and notes when asked', () => {
    const page = reviewPage(report, { hasPlans: false, hasNotes: false }).join('\n');
    expect(page).toContain('18 of 19 statements planned');
    expect(page).toContain('→ Create an index of about');
    expect(page).toContain('broken.statement: It cannot be planned');
    expect(page).not.toContain('orders.report');
    const whole = reviewPage(report, { hasPlans: true, hasNotes: true }).join('\n');
    expect(whole).toContain('orders.report');
    expect(whole).toContain('Seq Scan on orders');
  });

  test('Markdown keeps names and texts from becoming markup', () => {
    const evil = structuredClone(report);
    const [first] = evil.statements;
    if (first) first.name = 'select `a` | b';
    const page = reviewMarkdown(evil);
    expect(page).toContain('### `` select `a` \\| b ``');
    expect(page).toContain('```sql');
  });

  test('ids are the same from one review to the next', () => {
    expect(reviewed('orders.find').id).toBe(statementId('orders.find'));
  });
});

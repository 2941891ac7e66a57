/** What is answered of planted series: figures, shares, order, changes, and what is known of one statement. */

import { beforeEach, describe, expect, test } from 'vitest';
import { type AnswerSources, listQueries, readQuery } from '../../../main/monitor/query-stats/answers.ts';
import { MemoryQueryStore } from '../../../main/monitor/query-stats/memory-query-store.ts';
import type { Regression, WrittenStep } from '../../../main/monitor/query-stats/query-store.ts';
import { createTotals, EVERYTHING_ELSE } from '../../../main/monitor/query-stats/series.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';

const NOW_MS = Date.parse('2026-11-23T10:30:20.000Z');
const at = (ms: number) => new Date(NOW_MS + ms).toISOString();
const compared = { compareFrom: at(-2 * HOUR_MS), compareTo: at(-HOUR_MS) };
const all = { sort: 'totalMs', limit: 50 } as const;

let store: MemoryQueryStore;
let sources: AnswerSources;

beforeEach(() => {
  store = new MemoryQueryStore({ nowMs: () => NOW_MS });
  sources = {
    ...{ store, nowMs: () => NOW_MS, blocks: () => ({ areKnown: true, reason: null }) },
    facts: async (ids) => new Map((await store.facts(ids)).map((one) => [one.id, one])),
  };
});

interface Given {
  calls: number;
  ms: number;
  route?: string;
  /** How long before now. */
  agoMs?: number;
  /** As Postgres counts it. */
  blocks?: number;
}

async function plant(id: string, { agoMs = 5 * MINUTE_MS, blocks, calls, ms, route = 'GET /a' }: Given): Promise<void> {
  const isServer = blocks !== undefined;
  const totals = { ...createTotals(), calls, rows: calls, totalMs: calls * ms, maxMs: ms };
  if (!isServer) for (let call = 0; call < calls; call += 1) totals.histogram.record(ms);
  totals.hitBlocks = (blocks ?? 0) * calls;
  const atMs = Math.floor((NOW_MS - agoMs) / MINUTE_MS) * MINUTE_MS;
  const step: WrittenStep = { statementId: id, route: isServer ? '' : route, isServer, totals, atMs, writer: 1 };
  await store.write([step], [{ id, name: `shop.${id}`, text: `select ? from ${id}`, lane: 'bulk', isOurs: false }]);
}

const idsOf = ({ queries }: Awaited<ReturnType<typeof listQueries>>) => queries.map(({ id }) => id);

describe('the list', () => {
  test('joins what the pool and what Postgres counted, and shares the time among all', async () => {
    await plant('a', { calls: 30, ms: 10 });
    await plant('a', { calls: 30, ms: 9, blocks: 40 });
    await plant('others', { calls: 50, ms: 2, blocks: 7 });
    const list = await listQueries(sources, all);
    expect(list.queries).toMatchObject([
      { id: 'a', figures: { calls: 30, totalMs: 300, meanMs: 10, maxMs: 10, share: 0.75, blocksPerCall: 40 } },
      { id: 'others', figures: { calls: 50, p99Ms: null, share: 0.25, blocksPerCall: 7, readBlocksPerCall: 0 } },
    ]);
    expect(list.queries[0]?.figures.p99Ms).toBeLessThanOrEqual(10);
    expect(list.totals).toEqual({ now: { calls: 80, errors: 0, totalMs: 400 }, before: null });
    const ofRoute = await listQueries(sources, { ...all, route: 'GET /a' });
    expect(ofRoute.queries).toMatchObject([{ id: 'a', figures: { share: 0.75 } }]);
    expect((await listQueries(sources, { ...all, route: 'GET /b' })).total).toBe(0);
  });

  test('has any order, with what cannot be said last', async () => {
    await plant('often', { calls: 100, ms: 1 });
    await plant('long', { calls: 2, ms: 400 });
    await plant('blocks', { calls: 10, ms: 1, blocks: 900 });
    expect(idsOf(await listQueries(sources, { ...all, sort: 'totalMs' }))).toEqual(['long', 'often', 'blocks']);
    expect(idsOf(await listQueries(sources, { ...all, sort: 'calls' }))).toEqual(['often', 'blocks', 'long']);
    expect(idsOf(await listQueries(sources, { ...all, sort: 'blocksPerCall' }))[0]).toBe('blocks');
    expect(idsOf(await listQueries(sources, { ...all, sort: 'p99Ms' })).at(-1)).toBe('blocks');
    const cut = await listQueries(sources, { ...all, limit: 1, search: 'O' });
    expect([cut.total, cut.queries.length]).toEqual([3, 1]);
  });

  test('says what came up and what became of each, but nothing of everything else', async () => {
    const before = { agoMs: 90 * MINUTE_MS };
    await plant('heavy', { calls: 100, ms: 50, ...before });
    await plant('heavy', { calls: 100, ms: 50 });
    await plant('slower', { calls: 100, ms: 1, ...before });
    await plant('slower', { calls: 100, ms: 8 });
    await plant('new', { calls: 10, ms: 3 });
    await plant(EVERYTHING_ELSE.id, { calls: 10, ms: 1 });
    const list = await listQueries(sources, { ...all, ...compared, sort: 'change' });
    expect(list.queries.map(({ change, id }) => [id, change?.kind ?? null])).toEqual([
      ...[
        ['slower', 'slower'],
        ['new', 'new'],
        [EVERYTHING_ELSE.id, null],
        ['heavy', 'same'],
      ],
    ]);
    expect(list.spans.before?.to).toBe('2026-11-23T09:31:00.000Z');
    expect(list.queries[2]?.statement).toBe(EVERYTHING_ELSE.name);
  });
});

describe('one statement', () => {
  test('has its callers, points, plans and regressions', async () => {
    await plant('a', { calls: 10, ms: 30 });
    await plant('a', { calls: 10, ms: 10, route: '', agoMs: 20 * MINUTE_MS });
    const plan = { statementId: 'a', planId: 'p', summary: 'Seq Scan on a', cost: 8 };
    await store.savePlans([{ ...plan, firstSeenAtMs: NOW_MS - DAY_MS, lastSeenAtMs: NOW_MS }], []);
    const found = { statementId: 'a', atMs: NOW_MS - MINUTE_MS, sentence: 'It reads more.', blocksRatio: 9 };
    const regression: Regression = { ...found, timeRatio: 4, planBefore: null, planAfter: 'Seq Scan', precededBy: [] };
    await store.saveRegression(regression, { id: 'a', name: 'shop.a', text: null, lane: null, isOurs: false });
    const detail = await readQuery(sources, 'a', compared);
    expect(detail.callers).toEqual([
      { route: 'GET /a', calls: 10, totalMs: 300, share: 0.75 },
      { route: null, calls: 10, totalMs: 100, share: 0.25 },
    ]);
    expect(detail.points.map(({ calls, meanMs }) => [calls, meanMs])).toEqual([
      [10, 10],
      [10, 30],
    ]);
    expect(detail.plans).toEqual([
      { planId: 'p', summary: 'Seq Scan on a', cost: 8, firstSeenAt: at(-DAY_MS), lastSeenAt: at(0) },
    ]);
    expect(detail.regressions).toMatchObject([{ at: at(-MINUTE_MS), planAfter: 'Seq Scan', timeRatio: 4 }]);
    expect(detail.regressions[0]).not.toHaveProperty('statementId');
    expect(detail.query.change).toEqual({ kind: 'plan_regression', sentence: 'It reads more.' });
  });

  test('that did not run in the span has no figures, and one that nobody knows is not found', async () => {
    await plant('a', { calls: 10, ms: 30 });
    const detail = await readQuery(sources, 'a', { from: at(-DAY_MS), to: at(-DAY_MS + HOUR_MS) });
    expect(detail).toMatchObject({ callers: [], points: [], query: { statement: 'shop.a', figures: { calls: 0 } } });
    await expect(readQuery(sources, 'nobody', {})).rejects.toMatchObject({ code: 'query_not_found' });
  });
});

test.each([
  [{ from: at(0), to: at(-HOUR_MS) }, 'from'],
  [{ from: at(2 * HOUR_MS) }, 'from'],
  [{ compareFrom: at(-HOUR_MS) }, 'compareTo'],
  [{ compareTo: at(-HOUR_MS) }, 'compareFrom'],
  [{ ...compared, compareTo: compared.compareFrom }, 'compareFrom'],
])('a span that is none is refused by its field: %j', async (span, field) => {
  const refused = listQueries(sources, { ...all, ...span });
  await expect(refused).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field }] });
});

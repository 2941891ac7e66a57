/** Plans over time, and what is known of them around a moment. */

import { beforeEach, expect, test } from 'vitest';
import { MemoryQueryStore } from '../../../main/monitor/query-stats/memory-query-store.ts';
import { PlanHistory } from '../../../main/monitor/query-stats/plan-history.ts';
import { MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';
import { StatementDirectory } from '../../../main/monitor/query-stats/statement-directory.ts';

const START_MS = Date.parse('2026-11-23T10:00:00.000Z');
const STATEMENT = 'select ? as n from shop.orders';

let nowMs: number;
const store = new MemoryQueryStore({ nowMs: () => nowMs });
const directory = new StatementDirectory();
const { id } = directory.named(STATEMENT);
const createHistory = () => new PlanHistory({ store, directory, nowMs: () => nowMs });
let history: PlanHistory;

beforeEach(() => {
  nowMs = START_MS;
  history = createHistory();
});

function see(planId: string, minute: number, cost: number | null = 10): void {
  nowMs = START_MS + minute * MINUTE_MS;
  history.note(STATEMENT, { planId, summary: `Plan ${planId}`, cost, analyzedAtMs: null });
}

const around = (minute: number) => history.around(id, START_MS + minute * MINUTE_MS);

test('another plan since then is a change, also when it was seen a little before it showed', () => {
  for (const minute of [0, 1, 2, 3]) see('a', minute);
  see('b', 4.5);
  see('b', 5.5);
  expect(around(4)).toMatchObject({ kind: 'changed', before: { planId: 'a' }, after: { planId: 'b' } });
  expect(around(5)).toMatchObject({ kind: 'changed', before: { planId: 'a' }, after: { planId: 'b' } });
});

test('the same plan is the same, or costlier, and without both sides nothing is known', () => {
  see('a', 0);
  see('a', 1);
  expect(around(5)).toMatchObject({ kind: 'unknown', after: undefined });
  see('a', 6, 15);
  expect(around(5).kind).toBe('same');
  see('a', 7, 20);
  expect(around(5).kind).toBe('costlier');
  see('a', 8, null);
  expect(around(5).kind).toBe('same');
  expect(around(0).kind).toBe('unknown');
  expect(history.around('nobody', START_MS)).toEqual({ kind: 'unknown', before: undefined, after: undefined });
});

test('plans are kept with when they were first and last seen, and are known again after a restart', async () => {
  see('first', 0);
  await history.save();
  see('first', 3);
  await history.save();
  const seen = (planId: string, from: number, to: number) => ({
    ...{ planId, firstSeenAtMs: START_MS + from * MINUTE_MS, lastSeenAtMs: START_MS + to * MINUTE_MS },
  });
  // A plan that goes on is not written each minute.
  expect(await store.plans([id])).toMatchObject([seen('first', 0, 0)]);
  see('first', 12);
  see('second', 13);
  await history.save();
  expect(await store.plans([id])).toMatchObject([seen('first', 0, 12), seen('second', 13, 13)]);
  history = createHistory();
  await history.restore([id]);
  see('third', 20);
  expect(around(19)).toMatchObject({ kind: 'changed', before: { planId: 'second' }, after: { planId: 'third' } });
});

test('what the store cannot take is kept for the next time', async () => {
  const save = store.savePlans.bind(store);
  store.savePlans = () => Promise.reject(new Error('the database is away'));
  see('fourth', 30);
  await expect(history.save()).rejects.toThrow('away');
  store.savePlans = save;
  await history.save();
  expect((await store.plans([id])).at(-1)).toMatchObject({ planId: 'fourth' });
});

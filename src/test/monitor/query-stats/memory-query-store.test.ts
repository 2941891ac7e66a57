/** The store for a database that nothing may be written to: it answers as the one in Postgres does, and stays small. */

import { beforeEach, expect, test } from 'vitest';
import { MemoryQueryStore } from '../../../main/monitor/query-stats/memory-query-store.ts';
import type { WrittenStep } from '../../../main/monitor/query-stats/query-store.ts';
import { createTotals, sumOf } from '../../../main/monitor/query-stats/series.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';

const START_MS = Date.parse('2026-11-01T00:00:00.000Z');

let nowMs: number;
let store: MemoryQueryStore;
beforeEach(() => {
  nowMs = START_MS;
  store = new MemoryQueryStore({ nowMs: () => nowMs });
});

function stepOf(atMs: number, id = 'orders', writer = 1): WrittenStep {
  const totals = { ...createTotals(), calls: 2, totalMs: 4, maxMs: 3 };
  totals.histogram.record(1);
  totals.histogram.record(3);
  return { statementId: id, route: '', isServer: false, atMs, writer, totals };
}

const factsOf = (id: string) => ({ id, name: id, text: null, lane: null, isOurs: false });
const callsIn = async (fromMs: number, toMs: number) => sumOf((await store.read({ fromMs, toMs })).series).calls;

test('is written once, read by span and by statement, and knows the names', async () => {
  const steps = [stepOf(START_MS), stepOf(START_MS, 'people'), stepOf(START_MS + MINUTE_MS)];
  await store.write(steps, [factsOf('orders')]);
  await store.write(steps, [factsOf('orders')]);
  expect(await callsIn(START_MS, START_MS + HOUR_MS)).toBe(6);
  expect(await callsIn(START_MS + MINUTE_MS, START_MS + HOUR_MS)).toBe(2);
  const one = await store.read({ fromMs: START_MS, toMs: START_MS + HOUR_MS }, 'orders');
  expect(one.series).toMatchObject([{ statementId: 'orders', totals: { calls: 4, totalMs: 8 } }]);
  expect(await store.facts(['orders', 'people'])).toEqual([factsOf('orders')]);
  const points = await store.readSteps('orders', { fromMs: START_MS, toMs: START_MS + HOUR_MS }, 5 * MINUTE_MS);
  expect(points).toMatchObject([{ atMs: START_MS, totals: { calls: 4 } }]);
});

test('keeps hours when minutes have gone, and forgets those after two weeks', async () => {
  for (let minute = 0; minute < 6 * 60; minute += 1) {
    nowMs = START_MS + minute * MINUTE_MS;
    await store.write([stepOf(nowMs)], []);
    if (minute % 5 === 0) await store.upkeep();
  }
  expect(await callsIn(START_MS, START_MS + 6 * HOUR_MS)).toBe(6 * 60 * 2);
  expect(await store.readMinutes({ fromMs: START_MS, toMs: START_MS + 2 * HOUR_MS })).toEqual([]);
  expect(await store.readMinutes({ fromMs: nowMs - HOUR_MS, toMs: nowMs })).toHaveLength(60);
  nowMs = START_MS + 20 * DAY_MS;
  await store.upkeep();
  expect(await callsIn(START_MS, START_MS + 6 * HOUR_MS)).toBe(0);
});

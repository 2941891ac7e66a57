/** Figures in a real Postgres: written once, read over any span, summed up without changing what is read. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, statement } from '../../../main/database/index.ts';
import { PostgresQueryStore } from '../../../main/monitor/query-stats/postgres-query-store.ts';
import type { WrittenStep } from '../../../main/monitor/query-stats/query-store.ts';
import { createTotals, EVERYTHING_ELSE, type Series, sumOf } from '../../../main/monitor/query-stats/series.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const START_MS = Date.parse('2026-11-01T00:00:00.000Z');
const sql = { lane: 'control', deadlineMs: 5_000, unindexedBecause: 'it is a test' } as const;
const readBytes = statement<[], { bytes: number }>({
  ...sql,
  name: 'test.readQueryStatisticsBytes',
  text: `select pg_total_relation_size('aquifer_monitor.query_minute')::float8 as bytes`,
});
const clear = statement<[]>({
  ...sql,
  name: 'test.clearQueryStatistics',
  text: `
    with a as (delete from aquifer_monitor.query_minute), b as (delete from aquifer_monitor.query_hour),
      c as (delete from aquifer_monitor.query_day), d as (delete from aquifer_monitor.query_roll_up)
    delete from aquifer_monitor.query_statement where id <> 'everything-else'`,
});
const countRows = statement<[], { minutes: number; hours: number; days: number; statements: number }>({
  ...sql,
  name: 'test.countQueryStatistics',
  text: `
    select
      (select count(*)::integer from aquifer_monitor.query_minute) as minutes,
      (select count(*)::integer from aquifer_monitor.query_hour) as hours,
      (select count(*)::integer from aquifer_monitor.query_day) as days,
      (select count(*)::integer from aquifer_monitor.query_statement) as statements`,
});

let target: TestDatabase;
let database: Database;
let nowMs = START_MS;
const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
const createStore = (statementsMax?: number) =>
  new PostgresQueryStore({ database, clock, ...(statementsMax ? { statementsMax } : {}) });

beforeAll(async () => {
  target = await createTestDatabase();
  const logger = createLogger({ level: 'silent' });
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
});
beforeEach(async () => {
  await database.execute(clear, []);
  nowMs = START_MS;
});
afterAll(async () => {
  await database.close();
  await target.drop();
});

interface Given {
  id?: string;
  route?: string;
  atMs: number;
  ms?: readonly number[];
  writer?: number;
}

function stepOf({ atMs, id = 'orders', ms = [2], route = 'GET /orders', writer = 7 }: Given): WrittenStep {
  const totals = createTotals();
  for (const one of ms) {
    totals.calls += 1;
    totals.rows += 3;
    totals.totalMs += one;
    totals.maxMs = Math.max(totals.maxMs, one);
    totals.histogram.record(one);
  }
  return { statementId: id, route, isServer: false, totals, atMs, writer };
}

function serverStepOf(atMs: number, calls: number, hitBlocks: number): WrittenStep {
  const totals = { ...createTotals(), calls, hitBlocks, readBlocks: 1, totalMs: calls };
  return { statementId: 'orders', route: '', isServer: true, totals, atMs, writer: 0 };
}

const factsOf = (...ids: string[]) =>
  ids.map((id) => ({ id, name: `shop.${id}`, text: `select * from ${id}`, lane: 'interactive', isOurs: false }));

const own = (series: readonly Series[]) => sumOf(series.filter(({ isServer }) => !isServer));

describe('minutes', () => {
  test('come back as they went in: by route, with quantiles, with the blocks that Postgres counted', async () => {
    const store = createStore();
    const steps = [
      stepOf({ atMs: START_MS, ms: [1, 2, 900] }),
      stepOf({ atMs: START_MS, route: '' }),
      serverStepOf(START_MS, 4, 120),
    ];
    await store.write(steps, factsOf('orders'));
    const { series } = await store.read({ fromMs: START_MS, toMs: START_MS + MINUTE_MS });
    expect(series).toHaveLength(3);
    const byRoute = series.find(({ route }) => route === 'GET /orders')?.totals;
    expect(byRoute).toMatchObject({ calls: 3, errors: 0, rows: 9, totalMs: 903, maxMs: 900, hitBlocks: 0 });
    expect(byRoute?.histogram.quantile(0.99)).toBeGreaterThan(800);
    expect(series.find(({ isServer }) => isServer)?.totals).toMatchObject({ calls: 4, hitBlocks: 120, readBlocks: 1 });
    expect(await store.facts(['orders', 'nobody'])).toEqual(factsOf('orders'));
    const outside = await store.read({ fromMs: START_MS - HOUR_MS, toMs: START_MS });
    expect(outside.series).toEqual([]);
  });

  test('are not counted twice when a batch is written again, and those of two processes are added up', async () => {
    const store = createStore();
    const step = stepOf({ atMs: START_MS });
    await store.write([step], factsOf('orders'));
    await store.write([step], factsOf('orders'));
    await createStore().write([stepOf({ atMs: START_MS, writer: 8, ms: [4, 4] })], factsOf('orders'));
    const { series } = await store.read({ fromMs: START_MS, toMs: START_MS + MINUTE_MS });
    expect(series).toHaveLength(1);
    expect(own(series)).toMatchObject({ calls: 3, totalMs: 10 });
    expect(own(series).histogram.total).toBe(3);
  });

  test('of more statements than are kept by name are counted with everything else', async () => {
    const store = createStore(3);
    const ids = ['a', 'b', 'c', 'd'];
    for (const minute of [0, 1]) {
      const steps = ids.map((id) => stepOf({ id, atMs: START_MS + minute * MINUTE_MS }));
      await store.write(steps.slice(0, 2), factsOf('a', 'b'));
      await store.write(steps.slice(2), factsOf('c', 'd'));
    }
    const { series } = await store.read({ fromMs: START_MS, toMs: START_MS + HOUR_MS });
    expect(own(series).calls).toBe(8);
    const rest = series.find(({ statementId }) => statementId === EVERYTHING_ELSE.id);
    expect(rest?.totals).toMatchObject({ calls: 4, rows: 12 });
  });
});

test('a day of minutes at their bound, of busy statements, takes little more than twenty megabytes', async () => {
  const store = createStore();
  const before = (await database.query(readBytes, []))[0]?.bytes ?? 0;
  const ids = Array.from({ length: 51 }, (_, index) => `statement${index}`);
  const minutes = 30;
  // From a tenth of a millisecond to twenty: some sixty counters have counted.
  const ms = Array.from({ length: 300 }, (_, call) => 0.1 * 1.018 ** call);
  for (let minute = 0; minute < minutes; minute += 1) {
    const atMs = START_MS + minute * MINUTE_MS;
    const own = ids.map((id) => stepOf({ id, atMs, ms }));
    const server = ids.slice(11).map((statementId) => ({ ...serverStepOf(atMs, 300, 90_000), statementId }));
    await store.write([...own, ...server], factsOf(...ids));
  }
  const grown = ((await database.query(readBytes, []))[0]?.bytes ?? 0) - before;
  const megabytesPerDay = ((grown / minutes) * 24 * 60) / 1e6;
  expect(megabytesPerDay).toBeGreaterThan(5);
  expect(megabytesPerDay).toBeLessThan(24);
});

describe('hours and days', () => {
  test('say over any span what the minutes said', async () => {
    const store = createStore();
    const days = 8;
    const steps: WrittenStep[] = [];
    for (let atMs = START_MS; atMs < START_MS + days * DAY_MS; atMs += 40 * MINUTE_MS) {
      const hour = Math.floor((atMs - START_MS) / HOUR_MS);
      steps.push(stepOf({ atMs, ms: [1 + (hour % 5), 40] }), serverStepOf(atMs, 2, hour));
    }
    await store.write(steps, factsOf('orders'));
    const spans = [
      { fromMs: START_MS, toMs: START_MS + days * DAY_MS },
      { fromMs: START_MS + 10 * MINUTE_MS, toMs: START_MS + days * DAY_MS - 10 * MINUTE_MS },
      { fromMs: START_MS + 5 * HOUR_MS + 25 * MINUTE_MS, toMs: START_MS + 7 * HOUR_MS + 5 * MINUTE_MS },
      { fromMs: START_MS + 30 * MINUTE_MS, toMs: START_MS + 2 * DAY_MS + 30 * MINUTE_MS },
    ];
    const read = async () => {
      const found = [];
      for (const span of spans) found.push((await store.read(span)).series.map(summarize));
      return found;
    };
    const before = await read();
    nowMs = START_MS + days * DAY_MS + 10 * MINUTE_MS;
    // A long absence is caught up with a day at a time.
    for (let run = 0; run < days + 3; run += 1) await store.upkeep();
    const [counts] = await database.query(countRows, []);
    expect(counts).toMatchObject({ hours: days * 24 * 2, days: (days - 1) * 2 });
    expect(await read()).toEqual(before);
    const points = await store.readSteps('orders', spans[0] as (typeof spans)[0], DAY_MS);
    expect(points.filter(({ isServer }) => !isServer).map(({ totals }) => totals.calls)).toEqual(Array(days).fill(72));
    const hours = await store.readSteps('orders', spans[3] as (typeof spans)[0], HOUR_MS);
    expect(hours.filter(({ isServer }) => !isServer)).toHaveLength(49);
  }, 20_000);

  test('take in what came late, and old minutes go', async () => {
    const store = createStore();
    await store.write([stepOf({ atMs: START_MS })], factsOf('orders'));
    nowMs = START_MS + HOUR_MS + 6 * MINUTE_MS;
    await store.upkeep();
    // Another process was cut off from the database for an hour.
    await store.write([stepOf({ atMs: START_MS + MINUTE_MS, writer: 8 })], factsOf('orders'));
    nowMs += HOUR_MS;
    await store.upkeep();
    const span = { fromMs: START_MS, toMs: START_MS + HOUR_MS };
    expect(own((await store.read(span)).series).calls).toBe(2);
    nowMs = START_MS + 15 * DAY_MS;
    for (let run = 0; run < 17; run += 1) await store.upkeep();
    expect((await database.query(countRows, []))[0]).toMatchObject({ minutes: 0, hours: 1, days: 1 });
    const read = await store.read({ fromMs: START_MS + 10 * MINUTE_MS, toMs: START_MS + 20 * MINUTE_MS });
    expect(read.span).toEqual(span);
    expect(own(read.series).calls).toBe(2);
  });

  test('a statement that nobody has run for 400 days is forgotten', async () => {
    const store = createStore();
    await store.write([stepOf({ atMs: START_MS })], factsOf('orders'));
    nowMs = Date.now() + 401 * DAY_MS;
    await store.upkeep();
    expect((await database.query(countRows, []))[0]).toMatchObject({ minutes: 0, statements: 1 });
  });
});

function summarize({ isServer, route, statementId, totals }: Series) {
  const { histogram, ...figures } = totals;
  const places = [...histogram.places()];
  return { isServer, route, statementId, ...figures, places };
}

describe('plans and regressions', () => {
  test('a plan is kept once, from when it was first seen to when it was last', async () => {
    const store = createStore();
    const plan = { statementId: 'orders', summary: 'Seq Scan on orders', cost: 8 };
    const seen = (planId: string, from: number, to: number) => ({
      ...{ ...plan, planId, firstSeenAtMs: START_MS + from, lastSeenAtMs: START_MS + to },
    });
    await store.savePlans([seen('a', 5, 10), seen('b', 20, 30)], factsOf('orders'));
    await store.savePlans([seen('a', 3, 40)], factsOf('orders'));
    expect(await store.plans(['orders'])).toEqual([seen('b', 20, 30), seen('a', 3, 40)]);
    expect(await store.plans(['nobody'])).toEqual([]);
  });

  test('a regression that two processes saw is kept once, with what preceded it', async () => {
    const store = createStore();
    const precededBy = [{ atMs: START_MS, sentence: 'shop.orders was analysed.' }];
    const found = { blocksRatio: 40, timeRatio: 9, planBefore: 'Index Scan', planAfter: null, precededBy };
    const regression = { statementId: 'orders', atMs: START_MS + MINUTE_MS, sentence: 'It reads more.', ...found };
    const [facts] = factsOf('orders') as [ReturnType<typeof factsOf>[0]];
    await store.saveRegression(regression, facts);
    await store.saveRegression({ ...regression, atMs: START_MS + 2 * MINUTE_MS }, facts);
    const span = { fromMs: START_MS, toMs: START_MS + HOUR_MS };
    expect(await store.regressions(span)).toEqual([regression]);
    expect(await store.regressions(span, 'another')).toEqual([]);
    expect(await store.regressions({ fromMs: span.toMs, toMs: span.toMs + HOUR_MS })).toEqual([]);
  });
});

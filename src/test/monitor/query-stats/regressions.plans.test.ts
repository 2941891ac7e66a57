/** The whole path with a real Postgres: calls, an index that is gone, another plan, and the regression with its plans. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, fingerprintOf, type Pool } from '../../../main/database/index.ts';
import { readPlan } from '../../../main/monitor/cause/plan.ts';
import {
  createQueryStats,
  type FoundRegression,
  PostgresQueryStore,
  type QueryStats,
} from '../../../main/monitor/query-stats/index.ts';
import { HOUR_MS, MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';
import type { Reading } from '../../../main/monitor/samples/reading-hub.ts';
import { TrackerFan } from '../../../main/monitor/tracker-fan.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const START_MS = Date.parse('2026-11-23T10:00:30.000Z');
const TEXT = 'select count(*) as found from shop.orders where customer = $1';
const STATEMENT = fingerprintOf(TEXT).name;
const CALLS = 40;

let target: TestDatabase;
let database: Database;
let pool: Pool;
let store: PostgresQueryStore;
let stats: QueryStats;
let nowMs = START_MS;
const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
const published: Reading[] = [];
const found: FoundRegression[] = [];

beforeAll(async () => {
  target = await createTestDatabase();
  const logger = createLogger({ level: 'silent' });
  const tracker = new TrackerFan();
  database = createDatabase({ connectionString: target.url, maxConnections: 8, logger, tracker });
  pool = database.pool();
  await pool.query('create schema shop');
  await pool.query('create table shop.orders (customer integer, note text)');
  await pool.query(`insert into shop.orders select n % 2000, repeat('x', 200) from generate_series(1, 60000) n`);
  await pool.query('create index orders_customer_idx on shop.orders (customer)');
  await pool.query('analyze shop.orders');
  store = new PostgresQueryStore({ database, clock });
  stats = createQueryStats({
    ...{ database, tracker, clock, logger, store, hub: { publish: (_atMs, readings) => published.push(...readings) } },
    eventsBetween: () => [{ atMs: nowMs - 5_000, sentence: 'orders_customer_idx was dropped.' }],
  });
  stats.onRegression((one) => found.push(one));
  for (const service of stats.services) await service.start();
});
afterAll(async () => {
  for (const service of stats.services) await service.stop();
  await database.close();
  await target.drop();
});

async function runMinute(): Promise<void> {
  for (let call = 0; call < CALLS; call += 1) await pool.query(TEXT, [call]);
  stats.notePlan(STATEMENT, await readPlan(database, { text: TEXT, values: [7] }));
  await nextMinute();
}

/** The service looks once a second; it has done its work when the minute is in the store. */
async function nextMinute(): Promise<void> {
  const endedAtMs = nowMs - (nowMs % MINUTE_MS);
  nowMs += MINUTE_MS;
  const span = { fromMs: endedAtMs, toMs: endedAtMs + MINUTE_MS };
  await expect.poll(async () => (await store.readMinutes(span)).length, { timeout: 10_000 }).toBeGreaterThan(0);
}

const figuresOf = async (isServer: boolean) => {
  const { series } = await store.read({ fromMs: START_MS - HOUR_MS, toMs: START_MS + HOUR_MS });
  const facts = await store.facts(series.map(({ statementId }) => statementId));
  const id = facts.find(({ name }) => name === STATEMENT)?.id;
  return series.find((one) => one.statementId === id && one.isServer === isServer)?.totals;
};

test('an index that is gone is found from the blocks, with both plans and what came before', async () => {
  // The first look only knows where counting begins.
  await nextMinute();
  await runMinute();
  await expect.poll(async () => (await figuresOf(true))?.calls, { timeout: 5_000 }).toBe(CALLS);
  expect((await figuresOf(false))?.calls).toBe(CALLS);
  expect(found).toEqual([]);
  await pool.query('drop index shop.orders_customer_idx');
  await runMinute();
  await expect.poll(() => found.length, { timeout: 10_000 }).toBe(1);
  const [regression] = found;
  expect(regression).toMatchObject({ statement: STATEMENT, planAfter: expect.stringContaining('Seq Scan on orders') });
  expect(regression?.planBefore).toMatch(/orders_customer_idx/);
  expect(regression?.blocksRatio).toBeGreaterThan(10);
  expect(regression?.sentence).toMatch(/its plan has changed from .*orders_customer_idx.* to .*Seq Scan on orders/);
  expect(regression?.precededBy).toEqual([{ atMs: expect.any(Number), sentence: 'orders_customer_idx was dropped.' }]);
  await expect
    .poll(async () => (await store.plans([regression?.statementId ?? ''])).length, { timeout: 5_000 })
    .toBe(2);
  const kept = await store.regressions({ fromMs: START_MS - HOUR_MS, toMs: START_MS + HOUR_MS });
  expect(kept.map(({ sentence }) => sentence)).toEqual([regression?.sentence]);
  const names = new Set(published.filter(({ scope }) => scope === STATEMENT).map(({ name }) => name));
  expect([...names].sort()).toEqual([
    ...['statement.blocksPerCall', 'statement.callsPerSecond', 'statement.meanMs', 'statement.p99Ms'],
  ]);
}, 30_000);

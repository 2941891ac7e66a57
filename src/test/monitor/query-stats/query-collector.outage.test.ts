/** The database is away for some minutes: what ends meanwhile is not lost, and is in its own minute afterwards. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database } from '../../../main/database/index.ts';
import { createQueryStats, PostgresQueryStore, type QueryStats } from '../../../main/monitor/query-stats/index.ts';
import { sumOf } from '../../../main/monitor/query-stats/series.ts';
import { MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';
import { TrackerFan } from '../../../main/monitor/tracker-fan.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';

const START_MS = Date.parse('2026-11-23T10:00:30.000Z');
const STATEMENT = 'select ? as counted';

let target: TestDatabase;
let proxy: FaultProxy;
let database: Database;
let store: PostgresQueryStore;
let stats: QueryStats;
let nowMs = START_MS;
const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
const tracker = new TrackerFan();
let closed = 0;

beforeAll(async () => {
  target = await createTestDatabase();
  proxy = await startFaultProxy(target.url);
  const logger = createLogger({ level: 'silent' });
  database = createDatabase({ connectionString: proxy.url, maxConnections: 6, logger, connectTimeoutMs: 500 });
  store = new PostgresQueryStore({ database, clock });
  // Something is published whenever a minute is closed.
  const hub = {
    publish: () => {
      closed += 1;
    },
  };
  stats = createQueryStats({ database, tracker, hub, clock, logger, store });
  const [counting] = stats.services;
  await counting?.start();
});
afterAll(async () => {
  await stats.services[0]?.stop();
  await database.close(0);
  await proxy.stop();
  await target.drop();
});

const callsIn = async (fromMs: number, toMs: number) => {
  const { series } = await store.read({ fromMs, toMs });
  const facts = await store.facts(series.map(({ statementId }) => statementId));
  const id = facts.find(({ name }) => name === STATEMENT)?.id;
  return sumOf(series.filter((one) => one.statementId === id && !one.isServer)).calls;
};

async function runMinute(calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) {
    tracker.statementEnded({ statement: STATEMENT, lane: 'bulk', durationMs: 2, rows: 1, origin: undefined });
  }
  const before = closed;
  nowMs += MINUTE_MS;
  await expect.poll(() => closed, { timeout: 10_000 }).toBeGreaterThan(before);
}

test('three minutes without a database are there when it is back', async () => {
  const firstMs = START_MS - 30_000;
  await runMinute(1);
  await expect.poll(() => callsIn(firstMs, firstMs + MINUTE_MS), { timeout: 10_000 }).toBe(1);
  await proxy.stop();
  await runMinute(10);
  await runMinute(20);
  await expect(store.read({ fromMs: firstMs, toMs: nowMs })).rejects.toThrow();
  await proxy.listen();
  await runMinute(40);
  const readAll = async () => {
    // What could not be written is tried again with each minute.
    nowMs += MINUTE_MS;
    return callsIn(firstMs, firstMs + 4 * MINUTE_MS).catch(() => 0);
  };
  await expect.poll(readAll, { timeout: 20_000, interval: 1_000 }).toBe(71);
  expect(await callsIn(firstMs + MINUTE_MS, firstMs + 2 * MINUTE_MS)).toBe(10);
  expect(await callsIn(firstMs + 2 * MINUTE_MS, firstMs + 3 * MINUTE_MS)).toBe(20);
}, 40_000);

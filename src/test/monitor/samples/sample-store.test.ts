import { beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database, statement } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { RollUp } from '../../../main/monitor/samples/roll-up.ts';
import type { SampleSeries } from '../../../main/monitor/samples/sample-series.ts';
import { SampleStore } from '../../../main/monitor/samples/sample-store.ts';
import { SampleTables } from '../../../main/monitor/samples/sample-tables.ts';
import { atEndOfFile } from '../../support/end-of-file.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, minutesOf, openSampleDatabase as openDatabase } from '../../support/samples.ts';

const SECOND_MS = 1_000;
const START_MS = Date.UTC(2026, 10, 23, 9);
const setRollUp = statement<[until: Date]>({
  ...{ name: 'test.setRollUp', lane: 'bulk', deadlineMs: 5_000 },
  text: 'update aquifer_monitor.sample_roll_up set rolled_until = $1',
});

let nowMs: number;
let lines: string[];
let budget: { isOpen: boolean; mayWrite(): boolean };
const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };

beforeEach(() => {
  nowMs = START_MS;
  lines = [];
  budget = { isOpen: true, mayWrite: () => budget.isOpen };
});

/** Nothing has been rolled up of the time of these tests. */
async function openSampleDatabase() {
  const opened = await openDatabase();
  await opened.database.execute(setRollUp, [new Date(START_MS)]);
  return opened;
}

function createStore(database: Database | null, source = 1): SampleStore {
  const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
  return new SampleStore({ clock, logger, budget, tables: database && new SampleTables({ database, source }) });
}

/** A second at a time: the value is the number of the minute since the start. */
async function pass(store: SampleStore, minutes: number): Promise<void> {
  for (let second = 0; second < minutes * 60; second += 1) {
    const value = Math.floor((nowMs - START_MS) / MINUTE_MS);
    store.record(nowMs, [{ name: 'a', scope: '', value }]);
    nowMs += SECOND_MS;
    if (second % 60 === 59) await store.write();
  }
}

const readAll = (store: SampleStore, stepMs = MINUTE_MS, name = 'a') =>
  store.read({ name, fromMs: START_MS, toMs: nowMs, stepMs });
const meansOf = (series: readonly SampleSeries[] | undefined) => series?.[0]?.points.map(({ mean }) => mean);

test('what is recorded is read at once, from memory, and later from the database by another process', async () => {
  const { database } = await openSampleDatabase();
  const store = createStore(database);
  await pass(store, 3);
  store.record(nowMs, [{ name: 'a', scope: '', value: 99 }]);
  nowMs += SECOND_MS;
  const { isComplete, series, stepMs } = await readAll(store);
  expect([isComplete, stepMs]).toEqual([true, MINUTE_MS]);
  expect(meansOf(series)).toEqual([0, 1, 2, 99]);
  expect(series[0]?.points[1]).toEqual({ atMs: START_MS + MINUTE_MS, mean: 1, min: 1, max: 1 });
  await store.close();
  expect(meansOf((await readAll(createStore(database, 2))).series)).toEqual([0, 1, 2, 99]);
});

test('two processes: each knows its own at once and the other’s from the database, and nothing is counted twice', async () => {
  const { database } = await openSampleDatabase();
  const [mine, others] = [createStore(database, 1), createStore(database, 2)];
  for (let second = 0; second < 120; second += 1) {
    for (const store of [mine, others]) store.record(nowMs, [{ name: 'pool.inUse', scope: 'bulk', value: 4 }]);
    nowMs += SECOND_MS;
  }
  await Promise.all([mine.write(), others.write()]);
  for (const store of [mine, others]) {
    expect(meansOf((await readAll(store, MINUTE_MS, 'pool.inUse')).series)).toEqual([8, 8]);
  }
});

describe('two minutes without the database', () => {
  test('are answered from memory meanwhile, and are all there when it is back', async () => {
    const { target } = await openSampleDatabase();
    const proxy = await startFaultProxy(target.url);
    atEndOfFile(() => proxy.stop());
    const logger = createLogger({ level: 'silent' });
    const database = createDatabase({ connectionString: proxy.url, maxConnections: 6, connectTimeoutMs: 500, logger });
    atEndOfFile(() => database.close(100));
    const store = createStore(database);
    await pass(store, 2);
    expect(store.waiting).toBe(0);
    await proxy.stop();
    await pass(store, 2);
    expect(store.waiting).toBe(2);
    const meanwhile = await readAll(store);
    expect(meanwhile.isComplete).toBe(false);
    expect(meansOf(meanwhile.series)).toEqual([0, 1, 2, 3]);
    expect(lines.filter((line) => line.includes('could not be written'))).toHaveLength(1);
    await proxy.listen();
    await pass(store, 1);
    const writeAgain = async () => {
      await store.write();
      return store.waiting;
    };
    await expect.poll(writeAgain, { timeout: 10_000 }).toBe(0);
    nowMs += 6 * SECOND_MS;
    const stranger = createStore(database, 2);
    await expect
      .poll(async () => meansOf((await readAll(stranger)).series), { timeout: 10_000 })
      .toEqual([0, 1, 2, 3, 4]);
    expect((await readAll(store)).isComplete).toBe(true);
  });

  test('a database that accepts and says nothing keeps no reader waiting for longer than two seconds, and the next not at all', async () => {
    const { target } = await openSampleDatabase();
    const proxy = await startFaultProxy(target.url);
    atEndOfFile(() => proxy.stop());
    const logger = createLogger({ level: 'silent' });
    const database = createDatabase({ connectionString: proxy.url, maxConnections: 6, connectTimeoutMs: 500, logger });
    atEndOfFile(() => database.close(100));
    const store = createStore(database);
    await pass(store, 1);
    proxy.isHalfOpen = true;
    const startedAt = performance.now();
    expect((await readAll(store)).isComplete).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(7_000);
    const again = performance.now();
    expect(meansOf((await readAll(store)).series)).toEqual([0]);
    expect(performance.now() - again).toBeLessThan(1_500);
  });
});

test('after a question that failed, memory answers for five seconds without asking', async () => {
  let asked = 0;
  const read = async () => {
    asked += 1;
    throw new Error('away');
  };
  const tables = { source: 1, rolledUntil: async () => ({ minutes: 0, hours: 0 }), read, write: async () => undefined };
  const store = new SampleStore({ clock, logger: createLogger({ level: 'silent' }), budget, tables });
  nowMs += MINUTE_MS;
  for (let second = 0; second < 5; second += 1) {
    expect((await readAll(store)).isComplete).toBe(false);
    nowMs += SECOND_MS;
  }
  expect(asked).toBe(1);
  await readAll(store);
  expect(asked).toBe(2);
});

test('while nothing may be written it waits, and is written when it may', async () => {
  const { database } = await openSampleDatabase();
  const store = createStore(database);
  budget.isOpen = false;
  await pass(store, 2);
  expect(store.waiting).toBe(2);
  expect(meansOf((await readAll(createStore(database, 2))).series)).toBeUndefined();
  expect(meansOf((await readAll(store)).series)).toEqual([0, 1]);
  budget.isOpen = true;
  await store.write();
  expect(meansOf((await readAll(createStore(database, 2))).series)).toEqual([0, 1]);
});

describe('a span that reaches back', () => {
  test('over the border of a roll-up has every step once', async () => {
    const { database } = await openSampleDatabase();
    const tables = new SampleTables({ database, source: 3 });
    const values = Array.from({ length: 100 }, (_, minute) => minute);
    const laterMs = START_MS + HOUR_MS + 50 * MINUTE_MS;
    await tables.write(minutesOf('a', START_MS, values), laterMs);
    await new RollUp({ database, tables }).run(laterMs);
    nowMs = laterMs;
    const { series } = await readAll(createStore(database));
    expect(meansOf(series)).toEqual(values);
    // Half an hour into the block that was rolled up.
    const part = await createStore(database).read({
      ...{ name: 'a', stepMs: MINUTE_MS },
      fromMs: START_MS + 30 * MINUTE_MS,
      toMs: START_MS + 70 * MINUTE_MS,
    });
    expect(meansOf(part.series)).toEqual(values.slice(30, 70));
    const tens = await createStore(database).read({ name: 'a', fromMs: START_MS, toMs: nowMs, stepMs: 10_000 });
    expect(tens.stepMs).toBe(10_000);
    expect(tens.series[0]?.points).toHaveLength(600);
  });

  test('has steps as wide as what is kept of that time', async () => {
    const store = createStore(null);
    const widthOf = async (backMs: number, stepMs: number) =>
      (await store.read({ name: 'a', fromMs: nowMs - backMs, toMs: nowMs, stepMs })).stepMs;
    expect(await widthOf(HOUR_MS, 10_000)).toBe(10_000);
    expect(await widthOf(HOUR_MS, 15_000)).toBe(20_000);
    expect(await widthOf(7 * HOUR_MS, 10_000)).toBe(MINUTE_MS);
    expect(await widthOf(20 * DAY_MS, 10_000)).toBe(HOUR_MS);
    expect(await widthOf(20 * DAY_MS, DAY_MS)).toBe(DAY_MS);
  });
});

test('without a place to keep anything, memory is all there is, and that is complete', async () => {
  const store = createStore(null);
  await pass(store, 90);
  const { isComplete, series } = await readAll(store, 10 * MINUTE_MS);
  expect(isComplete).toBe(true);
  expect(meansOf(series)).toEqual([4.5, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 74.5, 84.5]);
  expect(store.waiting).toBe(0);
});

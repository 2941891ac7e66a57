import { beforeAll, expect, test } from 'vitest';
import { type Database, statement } from '../../../main/database/index.ts';
import type { CounterSnapshot } from '../../../main/monitor/catalog/counters.ts';
import { StoredCounters } from '../../../main/monitor/catalog/stored-counters.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, openSampleDatabase } from '../../support/samples.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const readTimes = statement<[], { takenAt: Date }>({
  ...{ name: 'test.readSnapshotTimes', lane: 'bulk', deadlineMs: 5_000 },
  text: 'select taken_at as "takenAt" from aquifer_monitor.relation_snapshot order by taken_at',
});

let database: Database;

beforeAll(async () => {
  ({ database } = await openSampleDatabase());
});

const snapshot = (atMs: number): CounterSnapshot => ({
  atMs,
  tables: { 16400: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
  indexes: { 16500: 7 },
});
const timesNow = async () => (await database.query(readTimes, [])).map(({ takenAt }) => takenAt.getTime());

test('one an hour is kept, of several processes the first, and a restart finds it', async () => {
  const options = { database, mayWrite: () => true };
  const [mine, others] = [new StoredCounters(options), new StoredCounters(options)];
  await mine.add(snapshot(NOW_MS));
  await others.add(snapshot(NOW_MS + MINUTE_MS));
  await mine.add(snapshot(NOW_MS + 10 * MINUTE_MS));
  await mine.add(snapshot(NOW_MS + 61 * MINUTE_MS));
  await others.add(snapshot(NOW_MS + 62 * MINUTE_MS));
  expect(await timesNow()).toEqual([NOW_MS, NOW_MS + 61 * MINUTE_MS]);
  const restarted = new StoredCounters(options);
  await restarted.add(snapshot(NOW_MS + 62 * MINUTE_MS));
  expect(restarted.list()).toEqual([snapshot(NOW_MS), snapshot(NOW_MS + 61 * MINUTE_MS)]);
});

test('of what is older than two days one a day stays, of more than sixty days nothing', async () => {
  const counters = new StoredCounters({ database, mayWrite: () => true });
  const startMs = NOW_MS + 10 * DAY_MS;
  for (let step = 0; step <= 16; step += 1) await counters.add(snapshot(startMs + step * 6 * HOUR_MS));
  const endMs = startMs + 16 * 6 * HOUR_MS;
  const stored = (await timesNow()).filter((ms) => ms >= startMs);
  const isRecent = (ms: number) => endMs - ms <= 2 * DAY_MS;
  expect(stored.filter(isRecent)).toHaveLength(9);
  const older = stored.filter((ms) => !isRecent(ms));
  expect(new Set(older.map((ms) => Math.floor(ms / DAY_MS))).size).toBe(older.length);
  // Of the older ones nobody asks for tables.
  expect(counters.list()[0]).toMatchObject({ tables: {}, indexes: { 16500: 7 } });
  await counters.add(snapshot(startMs + 70 * DAY_MS));
  expect(await timesNow()).toEqual([startMs + 70 * DAY_MS]);
});

test('where nothing may be written it is kept in memory', async () => {
  const counters = new StoredCounters({ database, mayWrite: () => false });
  const atMs = NOW_MS + 200 * DAY_MS;
  await counters.add(snapshot(atMs));
  expect(counters.list().at(-1)?.atMs).toBe(atMs);
  expect(await timesNow()).not.toContain(atMs);
});

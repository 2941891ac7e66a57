import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, statement } from '../../../main/database/index.ts';
import { SightingStore } from '../../../main/monitor/rules/sighting-store.ts';
import { Sightings } from '../../../main/monitor/rules/sightings.ts';
import { seenOf } from '../../support/activity.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const HOUR_MS = 3_600_000;
const count = statement<[], { count: number }>({
  name: 'test.countSightings',
  lane: 'control',
  deadlineMs: 1_000,
  text: 'select count(*)::int as count from aquifer_monitor.sighting',
});

let target: TestDatabase;
let database: Database;

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({
    connectionString: target.url,
    maxConnections: 5,
    logger: createLogger({ level: 'silent' }),
  });
});

afterAll(async () => {
  await database.close();
  await target.drop();
});

const countRows = async () => (await database.query(count, []))[0]?.count;

test('a restart forgets nothing of the last day, and what is older is deleted', async () => {
  const nowMs = Date.now();
  const before = new Sightings();
  const store = new SightingStore(database, before);
  before.add(nowMs - 25 * HOUR_MS, [seenOf({ pid: 1 })]);
  await store.save();
  before.add(nowMs - HOUR_MS, [seenOf({ pid: 2, weight: 3.5 }), seenOf({ pid: 3 })]);
  before.add(nowMs, [seenOf({ pid: 2, ageMs: 50_000, weight: 1 })]);
  await store.save();
  expect(await countRows()).toBe(3);

  const after = new Sightings();
  await new SightingStore(database, after).restore();
  expect(after.list()).toEqual(before.list().toSorted((a, b) => a.seenUntilMs - b.seenUntilMs));
  await store.deleteOld();
  expect(await countRows()).toBe(2);
});

test('a session that is seen on stays one row, with what it has become', async () => {
  const rowsBefore = await countRows();
  const sightings = new Sightings();
  const store = new SightingStore(database, sightings);
  for (let second = 1; second <= 3; second += 1) {
    sightings.add(Date.now(), [seenOf({ pid: 9, ageMs: second * 1_000 })]);
    await store.save();
  }
  expect(await countRows()).toBe((rowsBefore ?? 0) + 1);
  const restored = new Sightings();
  await new SightingStore(database, restored).restore();
  expect(restored.list().find(({ facts }) => facts.pid === 9)?.peaks).toMatchObject([{ ageMs: 3_000 }]);
});

test('more than fit into one batch are all saved', async () => {
  const rowsBefore = await countRows();
  const sightings = new Sightings();
  sightings.add(
    Date.now(),
    Array.from({ length: 1_200 }, (_none, index) => seenOf({ pid: 10_000 + index })),
  );
  await new SightingStore(database, sightings).save();
  expect(await countRows()).toBe((rowsBefore ?? 0) + 1_200);
});

test('what could not be saved is saved the next time', async () => {
  const sightings = new Sightings();
  sightings.add(Date.now(), [seenOf({ pid: 77 })]);
  const broken = { query: database.query.bind(database), execute: () => Promise.reject(new Error('no answer')) };
  await expect(new SightingStore(broken, sightings).save()).rejects.toThrow('no answer');
  const rowsBefore = await countRows();
  await new SightingStore(database, sightings).save();
  expect(await countRows()).toBe((rowsBefore ?? 0) + 1);
});

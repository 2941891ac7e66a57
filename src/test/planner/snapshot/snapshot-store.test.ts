import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import {
  createSnapshotStore,
  type SnapshotStore,
  type StoreDatabase,
} from '../../../main/planner/snapshot/snapshot-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { smallSnapshot } from './small-snapshot.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 23, 12);

let ground: TestDatabase;
let database: Database;
let store: SnapshotStore;
beforeAll(async () => {
  ground = await createTestDatabase();
  database = createDatabase({
    connectionString: ground.url,
    maxConnections: 8,
    logger: createLogger({ level: 'silent' }),
  });
  store = createSnapshotStore(database);
});
afterAll(async () => {
  await database?.close();
  await ground?.drop();
});

function snapshotAt(ms: number, change: (snapshot: Snapshot) => unknown = () => undefined): Snapshot {
  const snapshot = smallSnapshot();
  snapshot.takenAt = new Date(ms).toISOString();
  change(snapshot);
  return snapshot;
}

const keepAll = { keepMs: 400 * 86_400_000, maxBytes: 1e12 };

describe('stored snapshots', () => {
  test('are read as they were saved', async () => {
    const snapshot = snapshotAt(NOW_MS - 3 * HOUR_MS);
    const { id, ...facts } = await store.save(snapshot, 'Taken by the hour.');
    expect(await store.read(id)).toEqual(snapshot);
    expect(facts).toMatchObject({ takenAt: snapshot.takenAt, reason: 'Taken by the hour.', relations: 2, indexes: 1 });
  });

  test('keep once what did not change', async () => {
    const { storedBytes: first } = await store.save(snapshotAt(NOW_MS - 2 * HOUR_MS), 'x');
    const grown = snapshotAt(NOW_MS - HOUR_MS, ({ relations }) => {
      if (relations[0]) relations[0].size.blocks = 77;
    });
    const { id, storedBytes } = await store.save(grown, 'x');
    // The moment and the sizes, and neither schema nor statistics.
    expect(storedBytes).toBeLessThan(300);
    expect(first).toBeLessThan(300);
    expect((await store.read(id)).relations[0]?.size.blocks).toBe(77);
  });

  test('are found by their moment', async () => {
    expect((await store.readAt(new Date(NOW_MS - HOUR_MS - 1)))?.relations[0]?.size.blocks).toBe(100);
    expect((await store.readAt(new Date(NOW_MS)))?.relations[0]?.size.blocks).toBe(77);
    expect(await store.readAt(new Date(NOW_MS - 4 * HOUR_MS))).toBeUndefined();
  });

  test.each(['0', '999999', '-1', 'x', "1' or true", '9'.repeat(40)])('%s is none', async (id) => {
    await expect(store.read(id)).rejects.toMatchObject({ code: 'snapshot_not_found' });
  });
});

describe('what is kept', () => {
  test('is all of two days, then the last of each day, and the newest however old', async () => {
    for (let hours = 49; hours < 49 + 72; hours += 6) await store.save(snapshotAt(NOW_MS - hours * HOUR_MS), 'x');
    await store.prune(new Date(NOW_MS), keepAll);
    const days = (await store.list())
      .map(({ takenAt }) => takenAt)
      .filter((at) => Date.parse(at) < NOW_MS - 48 * HOUR_MS);
    expect(days).toHaveLength(new Set(days.map((at) => at.slice(0, 10))).size);
    expect(days.length).toBeGreaterThanOrEqual(3);
    await store.prune(new Date(NOW_MS + 900 * 86_400_000), keepAll);
    expect((await store.list()).map(({ takenAt }) => takenAt)).toEqual([new Date(NOW_MS - HOUR_MS).toISOString()]);
  });

  test('is the newest where there is no room, and no part of any other', async () => {
    const newest = await store.save(
      snapshotAt(NOW_MS, ({ relations }) =>
        relations[1]?.columns.push({ name: 'new', type: 'text', isNotNull: false }),
      ),
      'x',
    );
    await store.prune(new Date(NOW_MS), { ...keepAll, maxBytes: 1 });
    expect((await store.list()).map(({ id }) => id)).toEqual([newest.id]);
    const { rows } = await database.pool().query('select count(*)::int as parts from aquifer_planner.snapshot_part');
    expect(rows[0].parts).toBe(7);
    expect((await store.read(newest.id)).relations[1]?.columns.at(-1)?.name).toBe('new');
  });

  test('counts once what several have', async () => {
    await database.pool().query('delete from aquifer_planner.snapshot');
    await store.prune(new Date(NOW_MS), keepAll);
    for (let minute = 0; minute < 5; minute += 1) await store.save(snapshotAt(NOW_MS + minute * 60_000), 'x');
    const { rows } = await database
      .pool()
      .query('select sum(octet_length(content))::int as bytes from aquifer_planner.snapshot_part');
    // The first one's bytes are what all of them are made of: with it gone they still take their room.
    await store.prune(new Date(NOW_MS), { ...keepAll, maxBytes: rows[0].bytes });
    expect(await store.list()).toHaveLength(5);
    await store.prune(new Date(NOW_MS), { ...keepAll, maxBytes: rows[0].bytes - 1 });
    expect(await store.list()).toHaveLength(4);
  });

  test('is whole, also where what it shares with another went with that one while it was saved', async () => {
    await store.save(snapshotAt(NOW_MS - HOUR_MS), 'x');
    let looks = 0;
    const meddled: StoreDatabase = {
      execute: (statement, params) => database.execute(statement, params),
      transaction: (options, work) => database.transaction(options, work),
      query: async (statement, params) => {
        const rows = await database.query(statement, params);
        looks += 1;
        if (looks > 1) return rows;
        await database.pool().query('delete from aquifer_planner.snapshot');
        await store.prune(new Date(NOW_MS), keepAll);
        return rows;
      },
    };
    const saved = snapshotAt(NOW_MS);
    const { id, storedBytes } = await createSnapshotStore(meddled).save(saved, 'x');
    expect(looks).toBe(2);
    expect(await store.read(id)).toEqual(saved);
    expect(storedBytes).toBeGreaterThan(500);
  });

  test('is whole, though many save and clear up at once', async () => {
    const work = Array.from({ length: 12 }, async (_, place) => {
      const change = (snapshot: Snapshot) => Object.assign(snapshot, { database: `shop${place % 2}` });
      await store.save(snapshotAt(NOW_MS + place * 1000, change), 'x');
      await store.prune(new Date(NOW_MS), { ...keepAll, maxBytes: 1 });
    });
    await Promise.all(work);
    const left = await store.list();
    expect(left.length).toBeGreaterThan(0);
    for (const { id } of left) expect((await store.read(id)).relations).toHaveLength(2);
  });
});

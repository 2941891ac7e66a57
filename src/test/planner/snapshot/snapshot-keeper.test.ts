import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../../main/database/index.ts';
import { systemClock } from '../../../main/foundation/clock.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { createSnapshotKeeper, driftBetween } from '../../../main/planner/snapshot/snapshot-keeper.ts';
import { createSnapshotStore, type SnapshotStore } from '../../../main/planner/snapshot/snapshot-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const limits = { keepMs: 60 * 86_400_000, maxBytes: 1e9 };
const logger = createLogger({ level: 'silent' });

let ground: TestDatabase;
let database: Database;
let store: SnapshotStore;
beforeAll(async () => {
  ground = await createTestDatabase();
  database = createDatabase({ connectionString: ground.url, maxConnections: 8, logger });
  store = createSnapshotStore(database);
});
afterAll(async () => {
  await database?.close();
  await ground?.drop();
});

const keeper = () => createSnapshotKeeper({ database, store, clock: systemClock, logger, limits });
const look = () => keeper().service.runOnce();
const reasons = async () => (await store.list()).map(({ reason }) => reason);
/** As if so much time had gone by since the last. */
const letPass = (time: string) =>
  database.pool().query('update aquifer_planner.snapshot_turn set taken_at = taken_at - $1::interval', [time]);

describe('a snapshot', () => {
  beforeEach(async () => {
    await database.pool().query('delete from aquifer_planner.snapshot');
    await database.pool().query(`update aquifer_planner.snapshot_turn set taken_at = '-infinity', seen = null`);
  });

  test('is taken by the hour, by one of several who look at once', async () => {
    await Promise.all([look(), look(), look()]);
    expect(await reasons()).toEqual(['Taken by the hour.']);
    await look();
    expect(await reasons()).toHaveLength(1);
    await letPass('61 minutes');
    await Promise.all([look(), look()]);
    expect(await reasons()).toEqual(['Taken by the hour.', 'Taken by the hour.']);
  });

  test('is taken early when the schema changes, and not at every change', async () => {
    await look();
    await database.pool().query('create table notes (id integer primary key, body text)');
    await look();
    expect(await reasons()).toHaveLength(1);
    await letPass('16 minutes');
    await look();
    await look();
    expect(await reasons()).toEqual(['Taken because the schema changed.', 'Taken by the hour.']);
    await letPass('16 minutes');
    await look();
    expect(await reasons()).toHaveLength(2);
  });

  test('that is kept has no address of anybody', async () => {
    await database.pool().query(`
      insert into aquifer_accounts.users (id, email, email_key)
      select gen_random_uuid(), 'user' || i || '@example.com', 'user' || i || '@example.com' from generate_series(1, 500) i`);
    await database.pool().query('analyze aquifer_accounts.users');
    const { snapshot, stored } = await keeper().take('An operator asked for it.');
    const users = snapshot.relations.find(({ name, schema }) => schema === 'aquifer_accounts' && name === 'users');
    expect(users?.columns.find(({ name }) => name === 'email')?.statistics).toMatchObject({ redaction: 'hashed' });
    expect(JSON.stringify(snapshot)).not.toContain('@example.com');
    expect(await store.read(stored.id)).toEqual(snapshot);
    expect(stored.reason).toBe('An operator asked for it.');
  });

  test('that could not be taken is tried again soon, not in an hour', async () => {
    await database.pool().query('alter table aquifer_planner.snapshot rename to gone');
    await expect(look()).rejects.toThrow();
    await database.pool().query('alter table aquifer_planner.gone rename to snapshot');
    await letPass('6 minutes');
    await look();
    expect(await reasons()).toHaveLength(1);
  });

  test('is not the first thing that a server does', async () => {
    const { service } = keeper();
    await service.start();
    await service.runOnce();
    await service.stop();
    expect(await reasons()).toEqual([]);
  });
});

describe('what is worth a snapshot', () => {
  const before = { schemaDigest: 'a', analyzedAt: '2026-11-23T14:02:00.000Z', tables: [{ oid: 1, rows: 20_000 }] };

  test.each([
    ['a change of the schema', { schemaDigest: 'b' }, /schema/],
    ['an ANALYZE', { analyzedAt: '2026-11-23T14:03:00.000Z' }, /analysed/],
    ['growth by more than a fifth', { tables: [{ oid: 1, rows: 24_001 }] }, /grown or shrunk/],
    ['a loss of more than a fifth', { tables: [{ oid: 1, rows: 15_999 }] }, /grown or shrunk/],
    ['a table that has become large', { tables: [...before.tables, { oid: 2, rows: 12_001 }] }, /grown or shrunk/],
  ])('is %s', (_what, change, sentence) => {
    expect(driftBetween(before, { ...before, ...change })).toMatch(sentence);
  });

  test('is nothing less', () => {
    expect(driftBetween(before, before)).toBeUndefined();
    expect(driftBetween(before, { ...before, tables: [{ oid: 1, rows: 23_999 }] })).toBeUndefined();
    expect(driftBetween(before, { ...before, tables: [...before.tables, { oid: 2, rows: 11_000 }] })).toBeUndefined();
    expect(driftBetween(before, { ...before, analyzedAt: null })).toBeUndefined();
  });
});

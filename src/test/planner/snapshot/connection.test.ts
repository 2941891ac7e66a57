/** Production is never written and never blocked: what a capture holds is looked at from other sessions while it runs. */

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { captureSnapshot } from '../../../main/planner/snapshot/capture.ts';
import { connectionOf, connectionOfPool, type SnapshotConnection } from '../../../main/planner/snapshot/connection.ts';
import { findBadDefinition } from '../../../main/planner/snapshot/definition-check.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeEveryKind } from './every-kind.ts';

let ground: TestDatabase;
let client: Client;
let other: Client;
beforeAll(async () => {
  ground = await createTestDatabase({ isEmpty: true });
  [client, other] = await Promise.all([connect(ground.url), connect(ground.superuserUrl)]);
  await makeEveryKind(client);
});
afterAll(async () => {
  await Promise.all([client?.end(), other?.end()]);
  await ground?.drop();
});

async function connect(connectionString: string): Promise<Client> {
  const opened = new Client({ connectionString });
  opened.on('error', () => undefined);
  await opened.connect();
  return opened;
}

/** Calls `look` after each statement of the capture, inside of its transaction. */
function watched(look: (name: string) => Promise<void>): SnapshotConnection {
  const connection = connectionOf(client);
  return {
    read: (work) =>
      connection.read((query) =>
        work(async (statement, params) => {
          const rows = await query(statement, params);
          await look(statement.name);
          return rows;
        }),
      ),
  };
}

const gap = (snapshot: Snapshot, subject: string) => snapshot.gaps.find((one) => one.subject === subject)?.sentence;

async function holding(text: string): Promise<void> {
  await other.query('begin');
  onTestFinished(async () => void (await other.query('rollback')));
  await other.query(text);
}

describe('production', () => {
  test('is not written: no transaction number, no row, and the transaction could not', async () => {
    // Of the tables of users: autovacuum writes catalogs whenever it likes.
    const counts = `
      select sum(n_tup_ins + n_tup_upd + n_tup_del)::text as written from pg_stat_user_tables where schemaname = 'shop'`;
    const flush = () => client.query('select pg_stat_force_next_flush()').catch(() => undefined);
    await flush();
    const { rows: before } = await other.query(counts);
    const seen = new Set<string>();
    const look = async () => {
      const { rows } = await client.query(
        `select pg_current_xact_id_if_assigned() is null and current_setting('transaction_read_only') = 'on'
           and current_setting('transaction_isolation') = 'repeatable read' as harmless`,
      );
      seen.add(String(rows[0].harmless));
    };
    // A savepoint that is rolled back to leaves nothing behind either.
    await captureSnapshot(watched(look));
    expect([...seen]).toEqual(['true']);
    await flush();
    await other.query('select pg_stat_clear_snapshot()');
    expect((await other.query(counts)).rows).toEqual(before);
  });

  test('is not blocked: nothing but the lock of a reader, and no table’s for longer than one read', async () => {
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const modes = new Set<string>();
    let heldAtOnce = 0;
    let after: string[] = [];
    const look = async () => {
      const { rows: locks } = await other.query(
        `select l.mode, l.relation::regclass::text as name, l.relation >= 16384 as is_users
         from pg_locks l where l.pid = $1 and l.locktype = 'relation' and l.granted`,
        [rows[0].pid],
      );
      for (const { mode } of locks) modes.add(mode);
      after = locks.filter(({ is_users }) => is_users).map(({ name }) => name);
      heldAtOnce = Math.max(heldAtOnce, after.length);
    };
    await captureSnapshot(watched(look));
    expect([...modes]).toEqual(['AccessShareLock']);
    // Views and the ends of indexes were read, under locks that are gone.
    expect(heldAtOnce).toBeGreaterThan(0);
    expect(after).toEqual([]);
  });
});

describe('a table that someone holds', () => {
  test('is not waited for: it is a gap, and all else is there', async () => {
    await holding('lock table shop.customers in access exclusive mode');
    const snapshot = await captureSnapshot(connectionOf(client), { lockTimeoutMs: 20_000, trueEndsMs: 0 });
    expect(gap(snapshot, 'shop.customers')).toContain('held by another session');
    expect(gap(snapshot, 'view shop.buyers')).toContain('held');
    const held = snapshot.relations.find(({ name }) => name === 'customers');
    expect(held?.size).toMatchObject({ blocks: held?.size.pages, tuples: 3000 });
    expect(held?.columns.find(({ name }) => name === 'mood')?.statistics).toBeDefined();
    // Plain columns are known without a look at the table; conditions and expressions are not.
    const names = snapshot.indexes.filter((one) => one.table.name === 'customers').map((one) => one.name);
    expect(names).toEqual(
      ['pkey', 'email_key', 'tags_idx', 'details_idx', 'home_idx', 'born_brin', 'email_hash'].map(
        (name) => `customers_${name}`,
      ),
    );
    const composed = snapshot.indexes.find(({ name }) => name === 'customers_details_idx')?.definition;
    expect(composed).toBe(
      'create index "customers_details_idx" on "shop"."customers" using "gin" ("details" pg_catalog.jsonb_path_ops)',
    );
    expect(held?.constraints.map(({ kind }) => kind).toSorted()).toEqual(['primary', 'unique']);
    expect(await findBadDefinition(snapshot)).toBeUndefined();
    expect(snapshot.relations.find(({ name }) => name === 'orders_2025')?.partitionOf).toBeDefined();
  });

  test('after it was looked for costs a lock time-out or two, and never the snapshot', async () => {
    await holding('lock table shop.vehicles in access exclusive mode');
    const connection = connectionOf(client);
    // As if nobody held it when it was asked.
    const late: SnapshotConnection = {
      read: (work) =>
        connection.read((query) =>
          work((statement, params) =>
            statement.name === 'planner.readBlockedTables' ? Promise.resolve([]) : query(statement, params),
          ),
        ),
    };
    const snapshot = await captureSnapshot(late, { lockTimeoutMs: 50 });
    expect(gap(snapshot, 'shop.vehicles')).toContain('held by another session');
    expect(snapshot.relations).toHaveLength(14);
  });

  test('is no more waited for in the server’s own pool, whose connection is good afterwards', async () => {
    const logger = createLogger({ level: 'silent' });
    const database = createDatabase({ connectionString: ground.url, maxConnections: 8, logger });
    onTestFinished(() => database.close());
    await holding('select 1');
    const connection = connectionOfPool(database);
    const late: SnapshotConnection = {
      read: (work) =>
        connection.read((query) =>
          work(async (statement, params) => {
            const rows = await query(statement, params);
            // Between the question and the read.
            if (statement.name === 'planner.readBlockedTables')
              await other.query('lock table shop.vehicles in access exclusive mode');
            return rows;
          }),
        ),
    };
    const snapshot = await captureSnapshot(late, { lockTimeoutMs: 50 });
    expect(gap(snapshot, 'shop.vehicles')).toContain('held by another session');
    expect((await database.pool().query('show search_path')).rows).toEqual([{ search_path: '"$user", public' }]);
    expect(database.snapshot().lanes.map(({ active }) => active)).toEqual([0, 0, 0, 0, 0]);
  });

  test('while its ends are read keeps those that ANALYZE saw', async () => {
    await holding('select 1');
    const look = async (name: string) => {
      if (name === 'planner.probeSettings')
        await other.query('lock table shop.orders_later_0 in access exclusive mode');
    };
    const snapshot = await captureSnapshot(watched(look), { lockTimeoutMs: 50 });
    expect(gap(snapshot, 'true ends')).toMatch(
      /^The first and last values of shop\.orders_later_0\.id, shop\.orders_later_0\.customer_id could not be read/,
    );
    const ends = (name: string) => snapshot.relations.find((one) => one.name === name)?.columns[0]?.statistics?.ends;
    expect(ends('orders_later_0')).toBeUndefined();
    expect(Number(ends('orders_later_1')?.[1])).toBeGreaterThan(6000);
    // Nor are its indexes asked for their height.
    const heights = (table: string) => snapshot.indexes.filter((one) => one.table.name === table && one.height);
    expect([heights('orders_later_0').length, heights('orders_later_1').length > 0]).toEqual([0, true]);
  });
});

describe('a role', () => {
  async function asRole(grants: (role: string) => string): Promise<Snapshot> {
    const role = `planner_reader_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
    await other.query(`create role ${role} login password 'tea'; grant pg_monitor to ${role}; ${grants(role)}`);
    onTestFinished(async () => void (await other.query(`drop owned by ${role}; drop role ${role}`)));
    const url = new URL(ground.url);
    [url.username, url.password] = [role, 'tea'];
    const reader = await connect(url.href);
    onTestFinished(() => reader.end());
    return captureSnapshot(connectionOf(reader));
  }
  const statisticsOf = (snapshot: Snapshot, name: string) =>
    snapshot.relations
      .find((one) => one.name === name)
      ?.columns.filter(({ statistics }) => statistics)
      .map((one) => one.name);

  test('without rights sees schema and sizes, and is told what it cannot see', async () => {
    const snapshot = await asRole(() => '');
    expect(snapshot.relations).toHaveLength(14);
    expect(snapshot.relations.find(({ name }) => name === 'customers')?.size.blocks).toBeGreaterThan(10);
    expect(statisticsOf(snapshot, 'customers')).toEqual([]);
    expect(gap(snapshot, 'shop.customers')).toContain('may not be read by this role');
  });

  test('with rights on a column sees that column', async () => {
    const snapshot = await asRole(
      (role) => `grant usage on schema shop to ${role}; grant select (id, born) on shop.customers to ${role}`,
    );
    expect(statisticsOf(snapshot, 'customers')).toEqual(['id', 'born']);
    expect(gap(snapshot, 'shop.customers')).toContain('columns that this role may not read');
  });

  test('to whom row security applies sees no values', async () => {
    await other.query('alter table shop.vehicles enable row level security');
    onTestFinished(async () => void (await other.query('alter table shop.vehicles disable row level security')));
    const snapshot = await asRole(
      (role) => `grant usage on schema shop to ${role}; grant select on all tables in schema shop to ${role}`,
    );
    expect(statisticsOf(snapshot, 'vehicles')).toEqual([]);
    expect(gap(snapshot, 'shop.vehicles')).toContain('row security that applies to this role');
    expect(statisticsOf(snapshot, 'lorries')).not.toEqual([]);
  });
});

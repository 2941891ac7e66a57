import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { captureSnapshot } from '../../../main/planner/snapshot/capture.ts';
import { connectionOf, connectionOfPool } from '../../../main/planner/snapshot/connection.ts';
import { findBadDefinition } from '../../../main/planner/snapshot/definition-check.ts';
import type { Snapshot, SnapshotRelation } from '../../../main/planner/snapshot/snapshot.ts';
import { findFault } from '../../../main/planner/snapshot/snapshot-check.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { LONG_NAME, LONG_UNICODE_NAME, makeEveryKind } from './every-kind.ts';

const ODD_SCHEMA = 'odd "schema" Ünï';
const ODD_TABLE = `Table with 'all'; --`;

let ground: TestDatabase;
let client: Client;
let versionNumber: number;
let snapshot: Snapshot;
beforeAll(async () => {
  ground = await createTestDatabase({ isEmpty: true });
  client = await connect(ground.url);
  await makeEveryKind(client);
  snapshot = await captureSnapshot(connectionOf(client));
  versionNumber = snapshot.server.versionNumber;
});
afterAll(async () => {
  await client?.end();
  await ground?.drop();
});

async function connect(connectionString: string): Promise<Client> {
  const opened = new Client({ connectionString });
  opened.on('error', () => undefined);
  await opened.connect();
  return opened;
}

async function connectForTest(connectionString: string): Promise<Client> {
  const opened = await connect(connectionString);
  onTestFinished(() => opened.end());
  return opened;
}

const table = (name: string, of = snapshot) => of.relations.find((one) => one.name === name) as SnapshotRelation;
const column = (relation: string, name: string, of = snapshot) =>
  table(relation, of).columns.find((one) => one.name === name);
const index = (name: string) => snapshot.indexes.find((one) => one.name === name);
const object = (name: string) => snapshot.objects.find((one) => one.name === name);
const gap = (subject: string, of = snapshot) => of.gaps.find((one) => one.subject === subject)?.sentence;

describe('a snapshot', () => {
  test('has every kind of table, parents first', () => {
    expect(snapshot.relations.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual(
      [
        ...['customers', 'orders_2025', 'orders_later_0', 'orders_later_1', 'vehicles', 'lorries'].map(
          (name) => `table ${name}`,
        ),
        ...['bookings', 'later_checked', 'empty_one', 'never_analysed', ODD_TABLE].map((name) => `table ${name}`),
        ...['partitioned orders', 'partitioned orders_later', 'materialized view totals'],
      ].toSorted(),
    );
    expect(table('orders')).toMatchObject({ partitionKey: 'RANGE (placed_at)' });
    expect(table('orders_later').partitionOf).toEqual({ schema: 'shop', name: 'orders', bound: 'DEFAULT' });
    expect(table('orders_later_1').partitionOf?.bound).toBe('FOR VALUES WITH (modulus 2, remainder 1)');
    expect(table('orders_2025').partitionOf?.bound).toBe(
      `FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')`,
    );
    expect(table('lorries').inherits).toEqual([{ schema: 'shop', name: 'vehicles' }]);
    expect(table('customers').options).toEqual({ fillfactor: '80' });
  });

  test('has every kind of column', () => {
    expect(column('customers', 'id')).toMatchObject({ type: 'bigint', isNotNull: true, identity: 'always' });
    expect(column('customers', 'email')).toMatchObject({ type: 'text', collation: 'shop.exact' });
    expect(column('customers', 'mood')?.type).toBe('shop.mood');
    expect(column('customers', 'age')).toMatchObject({ type: 'shop.small_positive', isNotNull: false });
    expect(column('customers', 'price')?.type).toBe('shop.priced');
    expect(column('customers', 'tags')?.type).toBe('text[]');
    expect(column('customers', 'lowered')?.generated).toEqual({ kind: 'stored', expression: 'lower(email)' });
    expect(table(ODD_TABLE)).toMatchObject({ schema: ODD_SCHEMA });
    expect(table(ODD_TABLE).columns.map(({ name }) => name)).toEqual([
      ...['select', 'ünïcödé', LONG_NAME, LONG_UNICODE_NAME, 'a"b'],
    ]);
  });

  test('has what ANALYZE found out, also of all who inherit, of elements, ranges and expressions', () => {
    expect(column('customers', 'mood')?.statistics).toMatchObject({
      ...{ distinct: 3, nullFraction: 0, averageWidthBytes: 4 },
      commonValues: expect.arrayContaining(['sad', `it's ok`, 'happy']),
    });
    expect(column('customers', 'tags')?.statistics?.commonElements).toContain('all');
    const { commonElements = [], commonElementFrequencies = [] } = column('customers', 'tags')?.statistics ?? {};
    expect(commonElementFrequencies.length).toBeGreaterThan(commonElements.length);
    expect(column('orders', 'total')?.inheritedStatistics?.distinct).toBe(100);
    expect(column('orders', 'total')?.statistics).toBeUndefined();
    expect(column('vehicles', 'wheels')?.statistics).toBeDefined();
    expect(column('vehicles', 'wheels')?.inheritedStatistics).toBeDefined();
    expect(column(ODD_TABLE, 'ünïcödé')?.statistics?.histogram?.[0]).toBe(`é'"\\{},1`);
    expect(index('customers_slug_idx')?.expressionStatistics?.['1']?.distinct).toBe(-1);
    const { rangeBounds, rangeLengths } = column('customers', 'seen')?.statistics ?? {};
    expect([rangeBounds?.length, rangeLengths?.length]).toEqual(
      versionNumber >= 170_000 ? [101, 101] : [undefined, undefined],
    );
  });

  test('has every kind of index, in the order of their making', () => {
    expect(index('customers_happy_idx')).toMatchObject({
      keys: [{ column: 'born', isDescending: true }],
      ...{ include: ['age'], predicate: `(mood = 'happy'::shop.mood)`, isNeeded: false, isValid: true },
    });
    expect(index('customers_slug_idx')?.keys).toEqual([
      { expression: 'shop.slug(email)', type: 'text', collation: 'shop.exact' },
    ]);
    expect(index('customers_email_pattern')?.keys).toEqual([
      { column: 'email', operatorClass: 'pg_catalog.text_pattern_ops' },
      { expression: 'lower(email)', type: 'text', collation: 'pg_catalog."C"' },
    ]);
    const methods = ['tags_idx gin', 'details_idx gin', 'home_idx gist', 'born_brin brin', 'email_hash hash'];
    for (const [name, method] of methods.map((one) => one.split(' ')))
      expect(index(`customers_${name}`)?.method).toBe(method);
    expect(index('customers_pkey')).toMatchObject({ isPrimary: true, isUnique: true, isNeeded: true });
    expect(index('bookings_during_excl')?.isNeeded).toBe(true);
    expect(index('orders_2025_pkey')?.partOf).toEqual({ schema: 'shop', name: 'orders_pkey' });
    expect(index(LONG_UNICODE_NAME)?.keys).toEqual([{ column: LONG_UNICODE_NAME }, { column: 'a"b' }]);
    const order = snapshot.indexes.map(({ name }) => name).filter((name) => name.startsWith('customers_'));
    expect(order.indexOf('customers_pkey')).toBeLessThan(order.indexOf('customers_slug_idx'));
    expect(order.indexOf('customers_slug_idx')).toBeLessThan(order.indexOf('customers_email_pattern'));
  });

  test('has every kind of constraint', () => {
    expect(
      table('customers')
        .constraints.map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['check', 'primary', 'unique']);
    expect(table('orders').constraints.find(({ kind }) => kind === 'foreign')).toMatchObject({
      columns: ['customer_id'],
      references: { schema: 'shop', name: 'customers', columns: ['id'] },
    });
    expect(table('orders_2025').constraints.every(({ isInherited }) => isInherited)).toBe(true);
    expect(table('later_checked').constraints).toMatchObject([{ name: 'later_fk', isValidated: false }]);
    expect(table('bookings').constraints).toMatchObject([{ kind: 'exclude', index: 'bookings_during_excl' }]);
  });

  test('has true lengths, and rows as Postgres knows them', async () => {
    const { rows } = await client.query(
      `select pg_relation_size('shop.customers') / 8192 as blocks, pg_relation_size('shop.customers_pkey') / 8192 as index`,
    );
    expect(table('customers').size).toMatchObject({ blocks: Number(rows[0].blocks), tuples: 3000 });
    expect(index('customers_pkey')?.size.blocks).toBe(Number(rows[0].index));
    expect(table('empty_one').size).toMatchObject({ blocks: 0, tuples: 0 });
    expect(table('never_analysed').size).toMatchObject({ blocks: 0, tuples: -1 });
    expect(table('orders').size.blocks).toBe(0);
  });

  test('has the first and last value of what is indexed as they are now, not as ANALYZE saw them', () => {
    const ids = column('orders_later_0', 'id')?.statistics;
    const later = column('orders_later_1', 'id')?.statistics;
    expect([ids?.ends?.[1], later?.ends?.[1]]).toContain('6010');
    // Merges of two tables are estimated by what ANALYZE saw.
    expect([ids?.histogram?.at(-1), later?.histogram?.at(-1)]).not.toContain('6010');
  });

  test('has types, functions and views in an order in which they can be made', async () => {
    const other = await createTestDatabase({ isEmpty: true });
    onTestFinished(() => other.drop());
    const builder = await connectForTest(other.superuserUrl);
    for (const schema of snapshot.schemas) await builder.query(`create schema "${schema.replaceAll('"', '""')}"`);
    await builder.query('set check_function_bodies = off');
    const made = snapshot.objects.filter(({ kind }) => !['view', 'statistics'].includes(kind));
    expect(made.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['enum', 'domain', 'composite', 'range', 'collation']),
    );
    for (const { definition } of made) await builder.query(definition);
    expect((await builder.query(`select shop.twice(4) as eight, shop.slug('A') as slug`)).rows).toEqual([
      { eight: 8, slug: '' },
    ]);
    await expect(builder.query('select 1000::shop.small_positive')).rejects.toThrow(/check constraint/);
    const views = snapshot.objects.filter(({ kind }) => kind === 'view').map(({ name }) => name);
    expect(views).toEqual(['buyers', 'good_buyers']);
  });

  test('has functions that are not SQL as stubs with their cost, and no bodies', () => {
    expect(object('twice')?.definition).toContain('select n * 2');
    expect(object('slug')?.definition).not.toContain('lower');
    expect(object('pairs')?.definition).toMatch(/stable .*cost 100 rows 42/);
    expect(object('noticed')).toBeUndefined();
    expect(gap('function shop.slug')).toContain('plpgsql');
  });

  test('says what it cannot carry', () => {
    expect(gap('statistics shop.linked')).toContain('cannot be restored');
    expect(object('linked')?.definition).toMatch(/^CREATE STATISTICS shop\.linked/);
  });

  test('has the planner’s settings, the search path and the locale', () => {
    expect(snapshot.settings).toMatchObject({
      seq_page_cost: '1',
      jit: expect.any(String),
      work_mem: expect.any(String),
    });
    expect(snapshot.searchPath).toEqual(['public']);
    expect(snapshot.locale?.encoding).toBe('UTF8');
  });

  test('is one that its own check lets through', async () => {
    const read = JSON.parse(JSON.stringify(snapshot));
    expect(findFault(read)).toBeUndefined();
    expect(await findBadDefinition(read)).toBeUndefined();
  });
});

describe('what is new in 18', () => {
  test('is there: columns that are computed, and what is not yet true of all rows', async ({ skip }) => {
    if (versionNumber < 180_000) skip();
    await client.query(`
      create table shop.newest (id integer, twice integer generated always as (id * 2) virtual, note text);
      alter table shop.newest add constraint newest_note not null note not valid;
      alter table shop.newest add constraint newest_id check (id > 0) not enforced`);
    onTestFinished(async () => void (await client.query('drop table shop.newest')));
    const taken = await captureSnapshot(connectionOf(client), { schemas: ['shop'], trueEndsMs: 0 });
    expect(column('newest', 'twice', taken)?.generated).toEqual({ kind: 'virtual', expression: '(id * 2)' });
    expect(column('newest', 'note', taken)?.isNotNull).toBe(false);
    expect(table('newest', taken).constraints).toMatchObject([{ name: 'newest_id', isValidated: false }]);
    expect(taken.schemas).toEqual(['shop']);
    expect(await findBadDefinition(taken)).toBeUndefined();
  });
});

describe('whose settings count', () => {
  test('can be said: the application’s role, in this database', async () => {
    const admin = await connectForTest(ground.superuserUrl);
    const role = `planner_app_${process.pid}_${versionNumber}`;
    await admin.query(`create role ${role}`);
    onTestFinished(async () => void (await admin.query(`drop owned by ${role}; drop role ${role}`)));
    await admin.query(`alter role ${role} set work_mem = '11MB'`);
    await admin.query(`alter role ${role} set random_page_cost = 3`);
    await admin.query(`alter role ${role} in database ${ground.name} set work_mem = '77MB'`);
    await admin.query(`alter role ${role} set search_path = shop, "$user", public`);
    const { searchPath, settings } = await captureSnapshot(connectionOf(client), { role, trueEndsMs: 0 });
    expect(settings).toMatchObject({ work_mem: '77MB', random_page_cost: '3' });
    expect(searchPath).toEqual(['shop', 'public']);
  });
});

describe('the server’s own pool', () => {
  test('takes the same in the lane of background work', async () => {
    const logger = createLogger({ level: 'silent' });
    const database = createDatabase({ connectionString: ground.url, maxConnections: 8, logger });
    onTestFinished(() => database.close());
    const taken = await captureSnapshot(connectionOfPool(database));
    const shape = (of: Snapshot) =>
      of.relations.map(({ columns, constraints, kind, name }) => [
        kind,
        name,
        constraints,
        columns.map((one) => one.type),
      ]);
    expect(shape(taken)).toEqual(shape(snapshot));
    expect(column('customers', 'mood', taken)?.statistics?.distinct).toBe(3);
    expect(taken.indexes.map(({ definition }) => definition)).toEqual(
      snapshot.indexes.map(({ definition }) => definition),
    );
    const { rows } = await database.pool().query(`select current_setting('search_path') as path`);
    expect(rows[0].path).toContain('public');
  });
});

describe('who stops waiting', () => {
  test('gets no snapshot, and his connection is as it was', async () => {
    const abort = new AbortController();
    abort.abort(new Error('enough'));
    await expect(captureSnapshot(connectionOf(client), { signal: abort.signal })).rejects.toThrow('enough');
    const { rows } = await client.query(
      `select current_setting('transaction_read_only') as ro, current_setting('search_path') as path`,
    );
    expect(rows[0]).toEqual({ ro: 'off', path: '"$user", public' });
  });
});

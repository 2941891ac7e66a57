/** Each line of the list of whom nobody ends: by its shape, and, where one can be made, by a real session of that kind. */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database } from '../../../main/database/index.ts';
import { systemClock } from '../../../main/foundation/clock.ts';
import { MAINTENANCE_WEIGHT, reasonNotToTouch } from '../../../main/monitor/rules/never-touch.ts';
import { ActivitySampler } from '../../../main/monitor/samples/activity-sampler.ts';
import type { Backend } from '../../../main/monitor/samples/backend.ts';
import { ServerCores } from '../../../main/monitor/samples/server-cores.ts';
import { backendOf, leaseOf, OUR_DATABASE } from '../../support/activity.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const calm = { databaseName: OUR_DATABASE, isPooled: false, blockingWeight: 0, mayEndMaintenance: false };
const reasonFor = (some: Partial<Backend>, context: Partial<typeof calm> = {}) =>
  reasonNotToTouch(backendOf(some), { ...calm, ...context });

describe('by its shape', () => {
  test('an ordinary session is not on the list', () => {
    expect(reasonFor({})).toBeNull();
    expect(reasonFor({ state: 'idle in transaction', query: 'update notes set body = $1' })).toBeNull();
    expect(reasonFor({ lease: leaseOf({ lane: 'bulk' }) })).toBeNull();
  });

  test.each<[what: string, some: Partial<Backend>, says: RegExp]>([
    ['an autovacuum', { backendType: 'autovacuum worker', query: 'autovacuum: vacuum a.b' }, /autovacuum/],
    [
      'an autovacuum against wraparound',
      { backendType: 'autovacuum worker', query: 'autovacuum: vacuum a.b (to prevent wraparound)' },
      /transaction numbers/,
    ],
    ['a walsender', { backendType: 'walsender' }, /standby/],
    ['a background worker', { backendType: 'logical replication launcher' }, /process of Postgres/],
    ['the checkpointer', { backendType: 'checkpointer' }, /process of Postgres/],
    ['a parallel worker', { backendType: 'parallel worker', leaderPid: 99 }, /pid 99/],
    ['a superuser', { isSuperuser: true }, /superuser/],
    ['a role that ours may not signal', { isOurRole: false }, /may not signal/],
    ['one that holds a replication slot', { holdsReplicationSlot: true }, /slot/],
    ['one in another database', { databaseName: 'other' }, /another database/],
    ['one of which nothing can be seen', { backendStart: '' }, /may not see/],
    ['our migration', { applicationName: 'aquifer migrate' }, /migration/],
    ['our control lane', { lease: leaseOf({ lane: 'control' }) }, /control/],
    ['one that asks to be kept', { isKept: true }, /guard:keep/],
    [
      'COPY in the background lane',
      { query: 'copy notes to stdout', lease: leaseOf({ lane: 'background' }) },
      /copies/,
    ],
    ['a prepared transaction', { pid: 0 }, /prepared transaction/],
  ])('%s is left alone, whatever it stands in the way of and whoever allows it', (_what, some, says) => {
    expect(reasonFor(some)).toMatch(says);
    expect(reasonFor(some, { blockingWeight: 1e9, mayEndMaintenance: true })).toMatch(says);
  });

  test.each([
    ...['pg_dump', 'pg_dumpall', 'pg_basebackup', 'pg_restore', 'pg_repack', 'pgBackRest [backup]', 'barman', 'wal-g'],
    ...['barman_receive_wal', 'Debezium Streaming', 'logical replication', 'nightly pg_dump', 'pg_receivewal'],
  ])('%s is left alone by its name', (applicationName) => {
    expect(reasonFor({ applicationName })).toMatch(/copy of the data, or replication/);
  });

  test.each(['my_pg_dumper', 'psql', 'barmanager', '', 'aquifer'])('the name %j protects nobody', (applicationName) => {
    expect(reasonFor({ applicationName })).toBeNull();
  });

  test.each([
    ['create index concurrently a on b (c)'],
    ['create unique index concurrently if not exists a on b (c)'],
    ['reindex table concurrently b'],
    ['vacuum (analyze) b'],
    ['alter table b add column c int'],
    ['cluster b using a'],
    ['begin; alter table b add column c int'],
  ])('%s may be ended only with consent, and where it stands in the way of much', (query) => {
    const much = { blockingWeight: MAINTENANCE_WEIGHT + 1 };
    expect(reasonFor({ query })).toMatch(/nobody has allowed/);
    expect(reasonFor({ query }, much)).toMatch(/nobody has allowed/);
    expect(reasonFor({ query }, { blockingWeight: MAINTENANCE_WEIGHT, mayEndMaintenance: true })).toMatch(/enough/);
    expect(reasonFor({ query }, { ...much, mayEndMaintenance: true })).toBeNull();
    // Between two of its statements it is as much under way.
    expect(reasonFor({ query, state: 'idle in transaction' }, much)).toMatch(/nobody has allowed/);
  });

  test('our own sessions are not known by their pids behind a pooler', () => {
    expect(reasonFor({ lease: leaseOf() }, { isPooled: true })).toMatch(/pooler/);
    expect(reasonFor({}, { isPooled: true })).toBeNull();
  });

  test('everybody is left alone until it is known which database is ours', () => {
    expect(reasonNotToTouch(backendOf(), { ...calm, databaseName: undefined })).toMatch(/not known yet/);
  });
});

describe('a real session', () => {
  let target: TestDatabase;
  let database: Database;
  let sampler: ActivitySampler;
  const clients: pg.Client[] = [];

  beforeAll(async () => {
    target = await createTestDatabase({ isEmpty: true });
    const logger = createLogger({ level: 'silent' });
    database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
    sampler = new ActivitySampler({ database, clock: systemClock, logger, cores: new ServerCores(true) });
    const { client } = await connect();
    await client.query(`
      create table stock (id int primary key, amount int not null) with (parallel_workers = 2);
      insert into stock select n, n from generate_series(1, 20000) n;
      create index stock_amount on stock (amount)`);
  });

  afterAll(async () => {
    for (const client of clients) await client.end();
    await database.close();
    await target.drop();
  });

  async function connect(some: pg.ClientConfig & { replication?: string } = {}) {
    const client = new pg.Client({ connectionString: target.url, ...some });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    const { rows } = some.replication ? { rows: [] } : await client.query('select pg_backend_pid() as pid');
    const pid = Number(rows[0]?.pid ?? (client as unknown as { processID: number }).processID);
    return { client, pid };
  }

  /** Samples until the one is there that is looked for. */
  async function findBackend(isIt: (backend: Backend) => boolean): Promise<Backend> {
    let found: Backend | undefined;
    await expect
      .poll(
        async () => {
          found = (await sampler.sample())?.backends.find(isIt);
          return found !== undefined;
        },
        { timeout: 5_000 },
      )
      .toBe(true);
    return found as Backend;
  }

  /** Why it is left alone: nothing stands in its way, and nobody has allowed anything. */
  async function reasonOf(pid: number, state?: string): Promise<string | null> {
    const backend = await findBackend((one) => one.pid === pid && (state === undefined || one.state === state));
    return reasonNotToTouch(backend, { ...calm, databaseName: target.name });
  }

  test('that is idle in a transaction may be ended', async () => {
    const { client, pid } = await connect({ application_name: 'a shop' });
    await client.query('begin; update stock set amount = 1 where id = 1');
    expect(await reasonOf(pid, 'idle in transaction')).toBeNull();
    await client.query('rollback');
  });

  test('of a superuser', async () => {
    const { pid } = await connect({ connectionString: target.superuserUrl });
    expect(await reasonOf(pid)).toMatch(/superuser/);
  });

  test('named pg_dump', async () => {
    const { pid } = await connect({ application_name: 'pg_dump' });
    expect(await reasonOf(pid)).toMatch(/pg_dump/);
  });

  test('of replication', async () => {
    const { pid } = await connect({ connectionString: target.superuserUrl, replication: 'true' });
    expect(await reasonOf(pid)).toMatch(/standby/);
  });

  test('of Postgres itself', async () => {
    const backend = await findBackend(({ backendType }) => backendType === 'autovacuum launcher');
    expect(reasonNotToTouch(backend, { ...calm, databaseName: target.name })).toMatch(/process of Postgres/);
  });

  test('in another database', async () => {
    const url = new URL(target.superuserUrl);
    url.pathname = '/postgres';
    const { pid } = await connect({ connectionString: url.href });
    const backend = await findBackend((one) => one.pid === pid);
    const reason = reasonNotToTouch(
      { ...backend, isSuperuser: false, isOurRole: true },
      { ...calm, databaseName: target.name },
    );
    expect(reason).toMatch(/another database/);
  });

  test('whose statement asks to be kept, though its text comes without comments', async () => {
    const { client, pid } = await connect();
    const running = client.query('select /* guard:keep */ pg_sleep(30)').catch(() => undefined);
    const backend = await findBackend((one) => one.pid === pid && one.state === 'active');
    expect(backend.query).toBe('select pg_sleep(?)');
    expect(await reasonOf(pid, 'active')).toMatch(/guard:keep/);
    await cancel(pid);
    await running;
  });

  test.each([
    'create index concurrently stock_amount_two on stock (amount)',
    'reindex table stock',
    'vacuum stock',
    'alter table stock add column note text',
    'cluster stock using stock_amount',
  ])('that runs %s', async (text) => {
    const holder = await connect();
    await holder.client.query('begin; lock table stock in share row exclusive mode');
    const { client, pid } = await connect();
    const running = client.query(text).catch(() => undefined);
    expect(await reasonOf(pid, 'active')).toMatch(/nobody has allowed/);
    await cancel(pid);
    await running;
    await holder.client.query('rollback');
  });

  test('that copies data in the background lane', async () => {
    const { client, pid } = await connect();
    const running = client.query('copy (select pg_sleep(30)) to stdout').catch(() => undefined);
    const backend = await findBackend((one) => one.pid === pid && one.state === 'active');
    const context = { ...calm, databaseName: target.name };
    expect(reasonNotToTouch({ ...backend, lease: leaseOf({ lane: 'background' }) }, context)).toMatch(/copies/);
    expect(reasonNotToTouch({ ...backend, lease: leaseOf({ lane: 'bulk' }) }, context)).toBeNull();
    await cancel(pid);
    await running;
  });

  test('that works for another: a parallel worker points at its leader', async () => {
    const { client, pid } = await connect();
    await client.query(
      'set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0',
    );
    const running = client.query('select count(*) from stock where pg_sleep(0.01) is null').catch(() => undefined);
    const worker = await findBackend(({ leaderPid }) => leaderPid === pid);
    const context = { ...calm, databaseName: target.name };
    expect(reasonNotToTouch(worker, context)).toContain(`parallel worker of pid ${pid}`);
    expect(await reasonOf(pid, 'active')).toBeNull();
    await cancel(pid);
    await running;
  });

  async function cancel(pid: number): Promise<void> {
    const { client } = await connect();
    await client.query('select pg_cancel_backend($1)', [pid]);
  }
});

/** Each of the eight causes planted on a real Postgres, beside a calm load, and named: rightly, in time, without constants. */

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, type Pool } from '../../../main/database/index.ts';
import { systemClock } from '../../../main/foundation/clock.ts';
import { CauseWatch } from '../../../main/monitor/cause/cause-watch.ts';
import type { Verdict } from '../../../main/monitor/cause/schema.ts';
import { Journal } from '../../../main/monitor/journal.ts';
import { ActivitySampler } from '../../../main/monitor/samples/activity-sampler.ts';
import { ServerCores } from '../../../main/monitor/samples/server-cores.ts';
import { TrackerFan } from '../../../main/monitor/tracker-fan.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';

const SECRET = 'hunter2-never-show-me';
const CALM_MS = 5_500;
const NAMED_WITHIN_MS = 3_000;
const logger = createLogger({ level: 'silent' });

let target: TestDatabase;
let proxy: FaultProxy;
let database: Database;
let pool: Pool;
let sampler: ActivitySampler;
let watch: CauseWatch;
let journal: Journal;
let endCalmLoad: () => Promise<void>;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  await withClient(target.url, async (client) => {
    // One processor for one statement, so that a scan takes the same time everywhere.
    await client.query(`alter database ${target.name} set max_parallel_workers_per_gather = 0`);
    await client.query(`
      create schema shop;
      create table shop.notes (id int primary key, owner int not null, body text not null);
      insert into shop.notes select n, n % 100, 'note ' || n from generate_series(1, 5000) n;
      create table shop.orders (id int primary key, customer_email text not null, status int not null, cents int not null);
      insert into shop.orders select n, 'c' || n % 5000 || '@example.com', 0, n from generate_series(1, 400000) n;
      create table shop.runs (name text primary key, runs int not null);
      insert into shop.runs values ('daily', 0);
      create table shop.jobs (id int primary key, state int not null, payload text not null);
      alter table shop.jobs set (autovacuum_enabled = off);
      insert into shop.jobs select n, n % 300000, 'job ' || n from generate_series(1, 900000) n;
      create index jobs_by_state on shop.jobs (state);
      analyze`);
  });
  const fan = new TrackerFan();
  proxy = await startFaultProxy(target.url);
  database = createDatabase({ connectionString: proxy.url, maxConnections: 16, logger, tracker: fan });
  sampler = new ActivitySampler({ database, clock: systemClock, logger, cores: new ServerCores(true) });
  journal = new Journal(systemClock);
  const parts = { database, sampler, journal, clock: systemClock, logger, cores: new ServerCores(true) };
  // A machine that runs other tests beside these is slow now and then.
  watch = new CauseWatch({ ...parts, slowAddedMsMin: 20 });
  fan.add(watch.tracker);
  pool = database.pool();
  await sampler.service.start();
  await watch.service.start();
  endCalmLoad = startCalmLoad();
  await sleep(CALM_MS);
}, 30_000);

beforeEach(async () => {
  await expect.poll(() => watch.report().state, { timeout: 8_000, interval: 50 }).toBe('calm');
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

afterAll(async () => {
  await endCalmLoad();
  await watch.service.stop();
  await sampler.service.stop();
  await database.close(2_000);
  await proxy.stop();
  await target.drop();
});

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Calls at an even pace, however long each takes. Returns how to stop it, which waits for those under way. */
function every(ms: number, call: () => Promise<unknown>): () => Promise<void> {
  const running = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    const one: Promise<unknown> = call()
      .catch(() => undefined)
      .finally(() => running.delete(one));
    running.add(one);
  }, ms);
  return async () => {
    clearInterval(timer);
    await Promise.all(running);
  };
}

const as = (route: string, tenant: string, deadlineMs = 10_000) => pool.as({ route, tenant, deadlineMs });

/** What the application does all day: own notes, and jobs by their state. */
function startCalmLoad(): () => Promise<void> {
  let calls = 0;
  const notes = every(25, () => {
    calls += 1;
    const text = 'select id, body from shop.notes where id = $1';
    return as('GET /notes', `user-${calls % 20}`).query(text, [calls % 5000]);
  });
  const jobs = every(100, () =>
    as('GET /jobs', `user-${calls % 20}`).query('select count(*), max(payload) from shop.jobs where state = $1', [
      19_000 + (calls % 5),
    ]),
  );
  const counts = every(100, () =>
    as('GET /owners', `user-${calls % 20}`).query('select count(*) from shop.notes where owner = $1', [calls % 100]),
  );
  return async () => {
    await Promise.all([notes(), jobs(), counts()]);
  };
}

interface Named {
  verdict: Verdict;
  detectedMs: number;
  namedMs: number;
}

/** Waits for a verdict, checks that it came in time and is free of constants. */
async function named(startedAtMs: number): Promise<Named> {
  await expect.poll(() => watch.report().verdict, { timeout: NAMED_WITHIN_MS + 3_000, interval: 20 }).not.toBeNull();
  const verdict = watch.report().verdict as Verdict;
  const detectedMs = Date.parse(verdict.detectedAt) - startedAtMs;
  const namedMs = Date.parse(verdict.namedAt) - startedAtMs;
  expect(JSON.stringify([watch.report(), journal.page(200)])).not.toContain(SECRET);
  expect(namedMs).toBeLessThan(NAMED_WITHIN_MS);
  return { verdict, detectedMs, namedMs };
}

test('calm stays calm while one occasional report runs', async () => {
  const report = as('GET /reports', 'rita').query('select pg_sleep(1.2), $1::text', [SECRET]);
  const untilMs = Date.now() + 1_500;
  while (Date.now() < untilMs) {
    expect(watch.report().state).toBe('calm');
    await sleep(50);
  }
  await report;
});

test('a slow statement that sleeps', async () => {
  const startedAtMs = Date.now();
  undo.push(every(250, () => as('GET /reports', 'rita').query(`select pg_sleep(2.5), '${SECRET}'`)));
  const { detectedMs, verdict } = await named(startedAtMs);
  expect(detectedMs).toBeLessThan(1_250);
  expect(verdict).toMatchObject({
    ...{ kind: 'slow_statement', confidence: 'certain', statement: { text: 'select pg_sleep(?), ?' } },
    caller: { routes: [{ route: 'GET /reports', share: 1 }] },
  });
  expect(verdict.sentence).toContain('sleeps inside of Postgres');
  // The first of a statement that is found to be long runs alone: what it holds is one connection.
  expect(verdict.terms.longerExecution).toBeGreaterThan(0.5);
});

test('a missing index', async () => {
  const startedAtMs = Date.now();
  const text = 'select max(cents) from shop.orders where md5(repeat(customer_email, 47)) = $1';
  undo.push(every(150, () => as('GET /reports', 'rita').query(text, [SECRET])));
  const { verdict } = await named(startedAtMs);
  expect(verdict).toMatchObject({
    kind: 'missing_index',
    plan: { relation: 'shop.orders', rows: 400_000, filterColumns: ['customer_email'] },
    actions: [
      {
        kind: 'create_index',
        detail: 'create index concurrently on shop.orders ((md5(repeat(customer_email, ?))))',
      },
      {},
    ],
  });
});

test('a lock that a forgotten session of another program holds', async () => {
  const holder = new pg.Client({ connectionString: target.url, application_name: 'psql' });
  await holder.connect();
  await holder.query(`begin; update shop.runs set runs = runs + 1 where name = 'daily' and '${SECRET}' <> ''`);
  undo.push(() => holder.end());
  const startedAtMs = Date.now();
  const text = `update shop.runs set runs = runs + 1 where name = 'daily'`;
  undo.push(every(250, () => as('POST /runs', 'rita', 3_000).query(text)));
  const { verdict, detectedMs } = await named(startedAtMs);
  expect(detectedMs).toBeLessThan(1_000);
  const { processID: pid } = holder as unknown as { processID: number };
  expect(verdict).toMatchObject({
    kind: 'lock_held',
    statement: { text: 'update shop.runs set runs = runs + ? where name = ?' },
    holder: { pid, state: 'idle in transaction', applicationName: 'psql', isOurs: false },
    caller: { routes: [{ route: 'POST /runs', share: 1 }], application: 'psql' },
    lockTree: { pid, isOurs: false },
  });
  expect(verdict.lockTree?.victims.length).toBeGreaterThan(0);
  expect(verdict.actions[0]).toMatchObject({ kind: 'end_session', detail: String(pid) });
});

test('transactions that the application leaves open', async () => {
  const startedAtMs = Date.now();
  undo.push(
    every(200, async () => {
      const client = await as('POST /checkout', 'carl').connect();
      await client.query('begin');
      await client.query(`select body, '${SECRET}' from shop.notes where id = 1`);
      await sleep(2_500);
      await client.query('commit');
      client.release();
    }),
  );
  const { verdict } = await named(startedAtMs);
  expect(verdict).toMatchObject({
    kind: 'idle_in_transaction',
    holder: { state: 'idle in transaction', isOurs: true, route: 'POST /checkout' },
    caller: { routes: [{ route: 'POST /checkout' }] },
  });
  // The next of the route wait behind the first, which has kept its client for long.
  expect(verdict.terms.idleInTransaction).toBeGreaterThan(0.5);
});

test('a leak', async () => {
  const startedAtMs = Date.now();
  const leaked: pg.PoolClient[] = [];
  let isMended = false;
  const stop = every(200, async () => {
    const client = await as('GET /export', 'carl').connect();
    await client.query('select body from shop.notes where id = 1');
    // Whoever still waited when it was mended gives its client back.
    if (isMended) client.release();
    else leaked.push(client);
  });
  undo.push(async () => {
    isMended = true;
    const stopped = stop();
    for (const client of leaked.splice(0)) client.release();
    await stopped;
  });
  const { verdict } = await named(startedAtMs);
  expect(verdict).toMatchObject({
    kind: 'leak',
    holder: { isOurs: true, state: 'idle', route: 'GET /export' },
    caller: { routes: [{ route: 'GET /export', share: 1 }] },
    actions: [{ kind: 'fix_code' }, { kind: 'switch_rule' }],
  });
});

test('one user who asks much more often', async () => {
  const startedAtMs = Date.now();
  const text = 'select count(*), max(payload) from shop.jobs where state >= $1';
  undo.push(every(10, () => as('GET /search', 'zoe', 2_000).query(text, [10_000])));
  const { verdict } = await named(startedAtMs);
  expect(verdict).toMatchObject({ kind: 'volume_surge', caller: { tenants: [{ tenant: 'zoe' }] } });
  await expect.poll(() => watch.report().verdict?.sentence, { timeout: 1_500 }).toMatch(/^The user zoe asks/);
});

test('a schema change that waits behind a long reader, with everybody behind it', async () => {
  const reader = new pg.Client({ connectionString: target.url, application_name: 'analyst' });
  const changer = new pg.Client({ connectionString: target.url, application_name: 'migration' });
  await Promise.all([reader.connect(), changer.connect()]);
  await reader.query('begin; select count(*) from shop.notes');
  const change = changer.query(`alter table shop.notes add column tag text default '${SECRET}'`).catch(() => undefined);
  undo.push(async () => {
    await reader.end();
    await change;
    await changer.end();
  });
  const startedAtMs = Date.now();
  const { verdict } = await named(startedAtMs);
  expect(verdict).toMatchObject({
    kind: 'ddl_queued',
    holder: { applicationName: 'analyst', isOurs: false },
    lockTree: { victims: [{ statement: expect.stringContaining('alter table'), isOurs: false }] },
  });
  expect(verdict.lockTree?.victims[0]?.victims.length).toBeGreaterThan(0);
});

test('a server that is slow as a whole', async () => {
  const startedAtMs = Date.now();
  proxy.delayMs = 40;
  undo.push(async () => {
    proxy.delayMs = 0;
  });
  const { verdict } = await named(startedAtMs);
  expect(verdict).toMatchObject({ kind: 'server_slow', statement: null, holder: null, actions: [{ kind: 'none' }] });
  expect(verdict.terms.serverSlow).toBeGreaterThanOrEqual(verdict.terms.longerExecution);
});

test('a plan that changed after an ANALYZE', async () => {
  const startedAtMs = Date.now();
  await withClient(target.url, async (client) => {
    await client.query('alter table shop.jobs alter column state set (n_distinct = 1)');
    await client.query('analyze shop.jobs');
  });
  undo.push(() =>
    withClient(target.url, async (client) => {
      await client.query('alter table shop.jobs alter column state reset (n_distinct)');
      await client.query('analyze shop.jobs');
    }),
  );
  const { verdict } = await named(startedAtMs);
  expect(verdict).toMatchObject({
    kind: 'plan_changed',
    plan: { before: expect.stringContaining('jobs_by_state'), after: expect.stringContaining('Seq Scan on jobs') },
  });
  expect(Date.parse(verdict.plan?.analyzedAt ?? '')).toBeGreaterThanOrEqual(startedAtMs - 100);
});

test('what was named stays to be read when it is over, newest first, and the journal tells the same', () => {
  const { recent } = watch.report();
  expect(recent.length).toBeGreaterThanOrEqual(8);
  for (const { closedAt, namedAt } of recent) expect(Date.parse(closedAt ?? '')).toBeGreaterThan(Date.parse(namedAt));
  const opened = recent.map(({ detectedAt }) => Date.parse(detectedAt));
  expect(opened).toEqual(opened.toSorted((a, b) => b - a));
  const told = journal.page(500).entries.filter(({ kind }) => kind === 'verdict');
  for (const { kind } of recent) expect(told.map(({ details }) => details.kind)).toContain(kind);
});

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, statement } from '../../../main/database/index.ts';
import { systemClock } from '../../../main/foundation/clock.ts';
import { ActivitySampler, countOnCpu, type SampledDatabase } from '../../../main/monitor/samples/activity-sampler.ts';
import type { ActivityRow } from '../../../main/monitor/samples/queries.ts';
import { ServerCores } from '../../../main/monitor/samples/server-cores.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const SECRET = 'hunter2-never-show-me';
const logger = createLogger({ level: 'silent' });
const napped = statement<[number], { slept: string }>({
  ...{ name: 'test.samplerNap', lane: 'bulk', deadlineMs: 5_000 },
  text: 'select pg_sleep($1::double precision)::text as slept',
});

let target: TestDatabase;
let database: Database;
let sampler: ActivitySampler;
const clients: pg.Client[] = [];
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
beforeEach(async () => {
  database = createDatabase({ connectionString: target.url, maxConnections: 6, logger });
  sampler = createSampler(database);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
  await sampler.service.stop();
  await database.close(100);
});
afterAll(() => target.drop());

function createSampler(of: SampledDatabase): ActivitySampler {
  return new ActivitySampler({ database: of, clock: systemClock, logger, cores: new ServerCores(true) });
}

async function connect(url: string, applicationName: string): Promise<{ client: pg.Client; pid: number }> {
  const client = new pg.Client({ connectionString: url, application_name: applicationName });
  clients.push(client);
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query('select pg_backend_pid() as pid');
  return { client, pid: rows[0].pid };
}

const find = async (pid: number) => (await sampler.sample())?.backends.find((backend) => backend.pid === pid);

test('a session is shown with its state and its times, its text without constants', async () => {
  const { client, pid } = await connect(target.url, 'importer');
  await client.query(`begin; select '${SECRET}', 4711`);
  await sleep(30);
  const backend = await find(pid);
  expect(backend).toMatchObject({
    ...{ applicationName: 'importer', state: 'idle in transaction', backendType: 'client backend', isOurRole: true },
    ...{ isSuperuser: false, query: 'begin; select ?, ?', statement: 'begin; select ?, ?', blockedBy: [] },
    ...{ databaseName: target.name, holdsReplicationSlot: false, lease: undefined, leaderPid: null },
  });
  expect(backend?.backendStart).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00$/);
  expect(backend?.stateMs).toBeGreaterThanOrEqual(25);
  expect(backend?.transactionMs).toBeGreaterThanOrEqual(backend?.stateMs ?? 0);
  expect(JSON.stringify(sampler.latest?.backends.filter((one) => one.databaseName === target.name))).not.toContain(
    SECRET,
  );
});

test('what the ledger knows of a backend is joined by its pid', async () => {
  const running = database.query(napped, [0.3], { route: 'GET /naps', tenant: 'tina' });
  await expect.poll(() => database.listLeases()[0]?.isRunning).toBe(true);
  const pid = database.listLeases()[0]?.pid ?? 0;
  expect(await find(pid)).toMatchObject({ statement: 'test.samplerNap', lease: { origin: { tenant: 'tina' } } });
  await running;
});

test('who waits for a lock says for whom, and the pool is told of those that are its own', async () => {
  const noted: { pids: number[]; activeOnCpu: number; cores: number | null }[] = [];
  const told: SampledDatabase = Object.assign(Object.create(database) as SampledDatabase, {
    query: database.query.bind(database),
    listLeases: () => database.listLeases(),
    noteLockWaits: (pids: ReadonlySet<number>) => noted.push({ pids: [...pids], activeOnCpu: -1, cores: null }),
    noteServer: (server: { activeOnCpu: number; cores: number | null }) => Object.assign(noted.at(-1) ?? {}, server),
  });
  sampler = createSampler(told);
  const holder = await connect(target.url, 'holder');
  await holder.client.query('create table public.kept (n int)');
  await holder.client.query('begin; lock table public.kept');
  const waiter = await connect(target.url, 'waiter');
  const waiting = waiter.client.query('select n from public.kept');
  const readKept = statement<[], { n: number }>({
    ...{ name: 'test.samplerKept', lane: 'bulk', deadlineMs: 5_000, text: 'select n from public.kept' },
  });
  const own = database.query(readKept, []);
  await expect.poll(async () => (await find(waiter.pid))?.blockedBy).toEqual([holder.pid]);
  const ownPid = database.listLeases().find((lease) => lease.statement === 'test.samplerKept')?.pid;
  await expect.poll(async () => (await sampler.sample()) && noted.at(-1)?.pids).toEqual([ownPid]);
  expect(noted.at(-1)?.cores).toBeGreaterThan(0);
  expect(noted.at(-1)?.activeOnCpu).toBeGreaterThanOrEqual(0);
  await holder.client.query('rollback');
  await Promise.all([waiting, own]);
});

test('of a role without pg_monitor, others are counted and nothing is invented', async () => {
  const { client, pid } = await connect(target.superuserUrl, 'somebody');
  const role = `plain_${target.name}`;
  await client.query(`create role ${role} login password 'plain'`);
  await client.query(`select '${SECRET}'`);
  const url = Object.assign(new URL(target.url), { username: role, password: 'plain' }).href;
  const plain = createDatabase({ connectionString: url, maxConnections: 5, logger });
  sampler = createSampler(plain);
  const seen = await find(pid);
  await plain.close(100);
  await client.query(`drop role ${role}`);
  expect(seen).toMatchObject({ query: '', statement: '', isOurRole: false, isSuperuser: true, backendStart: '' });
  expect(sampler.latest?.hidden).toBeGreaterThan(0);
});

test('a database that is away is noted, not thrown, and the next look is taken all the same', async () => {
  let isAway = true;
  const rows: ActivityRow[] = [];
  const away = {
    query: async () => {
      if (isAway) throw new Error('the database is away');
      return rows;
    },
    listLeases: () => [],
  } as unknown as SampledDatabase;
  sampler = createSampler(away);
  expect(await sampler.sample()).toBeUndefined();
  expect(await sampler.sample()).toBeUndefined();
  expect(sampler.failures).toBe(2);
  isAway = false;
  expect(await sampler.sample()).toMatchObject({ backends: [] });
  expect(sampler.failures).toBe(0);
});

test('a reason to hurry is followed at once, many reasons by one look in a quarter of a second', async () => {
  let looks = 0;
  sampler.onSample(() => {
    looks += 1;
  });
  await sampler.service.start();
  await expect.poll(() => looks).toBe(1);
  for (let asked = 0; asked < 20; asked += 1) {
    sampler.hurry();
    await sleep(20);
  }
  expect(looks).toBeGreaterThanOrEqual(2);
  expect(looks).toBeLessThanOrEqual(3);
  const before = looks;
  sampler.quicken('a test');
  await sleep(1_400);
  expect(looks - before).toBeGreaterThanOrEqual(2);
  expect(looks - before).toBeLessThanOrEqual(3);
});

test('a listener that throws keeps nobody else from listening', async () => {
  let heard = 0;
  sampler.onSample(() => {
    throw new Error('not today');
  });
  const leave = sampler.onSample(() => {
    heard += 1;
  });
  await sampler.sample();
  leave();
  await sampler.sample();
  expect(heard).toBe(1);
});

test('who works and waits for nothing wants a processor', () => {
  const backend = (state: string | null, waitEventType: string | null) => ({ state, waitEventType }) as never;
  expect(
    countOnCpu([backend('active', null), backend('active', 'IO'), backend('idle', null), backend(null, null)]),
  ).toBe(1);
});

import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  AppError,
  createDatabase,
  createLogger,
  type Database,
  defaultLanes,
  type LaneName,
  type LaneSettings,
  statement,
} from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const hold = statement<[number], { slept: string }>({
  ...{ name: 'test.hold', lane: 'interactive', deadlineMs: 10_000 },
  text: 'select pg_sleep($1::double precision)::text as slept',
});
const checkSession = statement<[], { n: number }>({
  ...{ name: 'test.checkSession', lane: 'critical', deadlineMs: 10_000 },
  text: 'select 1 as n',
});
const short = statement<[], { n: number }>({
  ...{ name: 'test.short', lane: 'interactive', deadlineMs: 10_000 },
  text: 'select 1 as n',
});
const transaction = { lane: 'interactive', deadlineMs: 10_000, name: 'test.transaction' } as const;

let target: TestDatabase;
const opened: Database[] = [];

beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close(200);
});
afterAll(() => target.drop());

/** A pool whose interactive lane has two slots. */
function open(interactive: Partial<LaneSettings> = {}): Database {
  const lanes = defaultLanes(8);
  const database = createDatabase({
    connectionString: target.url,
    maxConnections: 8,
    lanes: { ...lanes, interactive: { ...lanes.interactive, guaranteed: 2, ceiling: 2, ...interactive } },
    logger: createLogger({ level: 'silent' }),
  });
  opened.push(database);
  return database;
}

async function errorOf(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown) => thrown,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}

const laneOf = (database: Database, name: LaneName = 'interactive') =>
  database.snapshot().lanes.find((lane) => lane.name === name);

/** Fills both slots for `seconds`. */
async function fill(database: Database, seconds: number): Promise<void> {
  for (let n = 0; n < 2; n += 1) void database.query(hold, [seconds]).catch(() => undefined);
  while (database.listLeases().filter(({ pid }) => pid > 0).length < 2) await sleep(5);
}

describe('a lane that is full', () => {
  it('refuses who finds its queue full, and names who holds it', async () => {
    const database = open({ queueMax: 3 });
    await fill(database, 0.5);
    const waiting = [1, 2, 3].map(() => database.query(short, []));
    const error = await errorOf(database.query(short, []));
    expect(error).toMatchObject({ kind: 'overloaded', code: 'lane_full' });
    expect(error.message).toMatch(/interactive lane is full: 2 held, 2 by test\.hold for .*3 wait already/);
    expect(error.extensions?.lane).toMatchObject({ name: 'interactive', active: 2, waiting: 3 });
    expect(error.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(laneOf(database)).toMatchObject({ waiting: 3, refusedTotal: 1, refusedLastMinute: 1 });
    expect(await Promise.all(waiting)).toHaveLength(3);
    while (database.listLeases().length > 0) await sleep(5);
    expect(laneOf(database)).toMatchObject({ active: 0, waiting: 0, free: 2 });
  });

  it('refuses who has waited for as long as the lane allows', async () => {
    const database = open({ waitMaxMs: 120 });
    await fill(database, 1);
    const startedAtMs = performance.now();
    const error = await errorOf(database.query(short, []));
    const tookMs = performance.now() - startedAtMs;
    expect(error).toMatchObject({ kind: 'overloaded', code: 'lane_wait_exceeded' });
    expect(error.message).toMatch(/test\.hold.*no connection came free in 1\d\d ms/);
    expect(tookMs).toBeGreaterThanOrEqual(119);
    expect(tookMs).toBeLessThan(600);
    expect(laneOf(database)?.waiting).toBe(0);
  });

  it('refuses who has waited for as long as the caller has, where that is shorter', async () => {
    const database = open();
    await fill(database, 1);
    const startedAtMs = performance.now();
    await errorOf(database.query(short, [], { deadlineAtMs: startedAtMs + 80 }));
    expect(performance.now() - startedAtMs).toBeLessThan(600);
  });

  it('lets a caller go who leaves while waiting, and counts no refusal', async () => {
    const database = open();
    await fill(database, 0.5);
    const abort = new AbortController();
    const waiting = database.query(short, [], { signal: abort.signal });
    const next = database.query(short, []);
    expect(laneOf(database)?.waiting).toBe(2);
    abort.abort();
    expect(await errorOf(waiting)).toMatchObject({ code: 'caller_gone' });
    expect(laneOf(database)).toMatchObject({ waiting: 1, refusedTotal: 0 });
    expect(await next).toHaveLength(1);
  });

  it('keeps nobody of another lane waiting', async () => {
    const database = open();
    await fill(database, 1);
    const crowd = Promise.allSettled(Array.from({ length: 500 }, () => database.query(short, [])));
    const startedAtMs = performance.now();
    for (let n = 0; n < 50; n += 1) expect(await database.query(checkSession, [])).toHaveLength(1);
    expect(performance.now() - startedAtMs).toBeLessThan(700);
    expect(laneOf(database)?.waiting).toBe(500);
    expect((await crowd).every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('refuses a second checkout inside of the first, which could wait for itself; with room it is let through', async () => {
    const database = open();
    const nested = () =>
      database.transaction(transaction, async (tx) => {
        await tx.query(hold, [0.05]);
        return database.query(short, []);
      });
    expect(await nested()).toHaveLength(1);
    const error = await errorOf(Promise.all([nested(), nested()]));
    expect(error).toMatchObject({ kind: 'internal', code: 'nested_checkout' });
    await sleep(200);
    expect(laneOf(database)).toMatchObject({ active: 0, waiting: 0 });
  });
});

describe('leases', () => {
  it('say who holds what, and on which backend', async () => {
    const database = open();
    const work = database.transaction(
      { ...transaction, origin: { requestId: 'r1', route: 'GET /x', tenant: 't' } },
      async (tx) => {
        await tx.query(short, []);
        return database
          .listLeases()
          .map(({ statement: name, inTransaction, pid, origin }) => ({ name, inTransaction, hasPid: pid > 0, origin }));
      },
    );
    expect(await work).toEqual([
      {
        name: 'test.short',
        inTransaction: true,
        hasPid: true,
        origin: { requestId: 'r1', route: 'GET /x', tenant: 't' },
      },
    ]);
    expect(database.listLeases()).toEqual([]);
  });

  it('all come back, whatever becomes of their callers', async () => {
    const database = open({ queueMax: 10, waitMaxMs: 60 });
    const caller = fc.record({
      startMs: fc.nat(60),
      sleepMs: fc.nat(40),
      leavesMs: fc.option(fc.nat(80)),
      deadlineMs: fc.option(fc.integer({ min: 1, max: 80 })),
      kind: fc.constantFrom('query', 'transaction', 'stream'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(caller, { minLength: 5, maxLength: 30 }), async (callers) => {
        const results = await Promise.allSettled(
          callers.map(async ({ startMs, sleepMs, leavesMs, deadlineMs, kind }) => {
            await sleep(startMs);
            const abort = new AbortController();
            if (leavesMs !== null) setTimeout(() => abort.abort(), leavesMs);
            const origin = {
              signal: abort.signal,
              ...(deadlineMs === null ? {} : { deadlineAtMs: performance.now() + deadlineMs }),
            };
            const params: [number] = [sleepMs / 1000];
            if (kind === 'query') await database.query(hold, params, origin);
            else if (kind === 'transaction')
              await database.transaction({ ...transaction, origin }, (tx) => tx.query(hold, params));
            else for await (const _row of database.stream(hold, params, origin));
          }),
        );
        const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
        for (const error of codes) {
          expect(error).toBeInstanceOf(AppError);
          expect([
            'database_unavailable',
            'lane_full',
            'lane_wait_exceeded',
            'lane_overloaded',
            'deadline_unmeetable',
            'deadline_exceeded',
            'caller_gone',
          ]).toContain(error.code);
        }
        expect(laneOf(database)).toMatchObject({ active: 0, waiting: 0, free: 2 });
        expect(database.listLeases()).toEqual([]);
        // The lane's two, and one on which the pool itself asked who waits for a lock.
        expect(database.snapshot().total).toBeLessThanOrEqual(3);
      }),
      { numRuns: 25, endOnFailure: true },
    );
    expect(await database.query(short, [])).toHaveLength(1);
  }, 60_000);
});

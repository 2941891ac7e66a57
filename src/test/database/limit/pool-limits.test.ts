/** The limits on a real pool: who gives way, who is ended, and how the pool comes back. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AppError,
  createDatabase,
  createLogger,
  type Database,
  type DatabaseOptions,
  type LimitChange,
  PoolTracker,
  statement,
} from '../../../main/database/index.ts';
import { createTestDatabase } from '../../support/database.ts';

const wait = { deadlineMs: 20_000, text: 'select pg_sleep($1) as slept', unindexedBecause: 'it reads no table' };
const logIn = statement<[seconds: number], object>({ ...wait, name: 'limits.logIn', lane: 'critical' });
const readOwn = statement<[seconds: number], object>({ ...wait, name: 'limits.readOwn', lane: 'interactive' });
const report = statement<[seconds: number], object>({ ...wait, name: 'limits.report', lane: 'bulk' });
const readParallel = (lane: 'bulk' | 'interactive') =>
  statement<[], { workers: string }>({
    ...{ name: `limits.readParallel.${lane}`, lane, deadlineMs: 5_000, unindexedBecause: 'it reads no table' },
    text: `select current_setting('max_parallel_workers_per_gather') as workers`,
  });
const readInBulk = readParallel('bulk');
const readInteractively = readParallel('interactive');
const change = statement<[seconds: number], never>({
  ...{ name: 'limits.change', lane: 'bulk', deadlineMs: 20_000, unindexedBecause: 'it reads one row' },
  text: 'update counters set n = n + 1 where pg_sleep($1) is not null',
});

let target: Awaited<ReturnType<typeof createTestDatabase>>;
const open: Database[] = [];

class Heard extends PoolTracker {
  readonly changes: LimitChange[] = [];
  readonly ended: string[] = [];

  override limitChanged(moved: LimitChange): void {
    this.changes.push(moved);
  }

  override preempted(lane: string, name: string): void {
    this.ended.push(`${lane} ${name}`);
  }
}

function start(options: Partial<DatabaseOptions> = {}) {
  const tracker = new Heard();
  const logger = createLogger({ level: 'silent' });
  const database = createDatabase({ connectionString: target.url, maxConnections: 20, logger, tracker, ...options });
  open.push(database);
  return { database, tracker };
}

const laneOf = (database: Database, name: string) => database.snapshot().lanes.find((lane) => lane.name === name);

/** Log-ins of so many milliseconds, one after the other on three connections, until told to end. */
function logInFor(database: Database, ms: () => number) {
  const state = { isOver: false };
  const one = async () => {
    while (!state.isOver) await database.query(logIn, [ms() / 1_000]);
  };
  const work = Promise.all([one(), one(), one()]);
  return async () => {
    state.isOver = true;
    await work;
  };
}

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: AppError) => error,
  );

beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  const { database } = start();
  await database.transaction({ lane: 'control', deadlineMs: 5_000, name: 'limits.prepare' }, (transaction) =>
    transaction.define('limits.prepare', 'create table counters (n int); insert into counters values (0)'),
  );
});

afterAll(async () => {
  for (const database of open) await database.close(500);
  await target.drop();
});

describe('while log-ins take many times their usual time', () => {
  it('bulk gives way, the newest reads are ended and told why, changes and transactions are left alone', async () => {
    const { database, tracker } = start();
    let ms = 4;
    const endLogIns = logInFor(database, () => ms);
    await sleep(700);
    const changes = database.execute(change, [4]);
    const inTransaction = database.transaction(
      { lane: 'bulk', deadlineMs: 20_000, name: 'limits.export' },
      (transaction) => transaction.query(report, [4]),
    );
    const reads = Array.from({ length: 4 }, () => refusalOf(database.query(report, [4])));
    await sleep(200);
    expect(laneOf(database, 'bulk')).toMatchObject({ active: 6, ceiling: 8 });
    ms = 30;
    const refusals = await Promise.all(reads);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ kind: 'overloaded', code: 'preempted' });
      expect(refusal?.retryAfterSeconds).toBeGreaterThanOrEqual(5);
      expect(refusal?.message).toMatch(
        new RegExp(
          '^Your statement gave way to log-ins: critical took \\d\\.\\d times its usual time\\. ' +
            `Try again in ${refusal?.retryAfterSeconds} s\\.$`,
        ),
      );
    }
    expect(tracker.ended).toEqual(Array.from({ length: 4 }, () => 'bulk limits.report'));
    expect(tracker.changes.find(({ lane }) => lane === 'bulk')?.reason).toMatch(
      /^critical takes \d\.\d times its usual time; bulk gives way\.$/,
    );
    const bulk = laneOf(database, 'bulk');
    expect(bulk).toMatchObject({ ceiling: bulk?.guaranteed, configuredCeiling: 8 });
    expect(await changes).toBe(1);
    expect(await inTransaction).toHaveLength(1);
    await endLogIns();
    // What was cancelled has left its connections in order.
    expect(await database.query(readOwn, [0])).toHaveLength(1);
  }, 20_000);

  it('what nobody declared gives way like the rest', async () => {
    const { database } = start();
    let ms = 4;
    const endLogIns = logInFor(database, () => ms);
    await sleep(700);
    const asked = Array.from({ length: 3 }, (_, index) =>
      database
        .pool()
        .query(`select pg_sleep($1) as report_${index}`, [4])
        .catch((error: Error) => error),
    );
    await sleep(500);
    expect(laneOf(database, 'bulk')?.active).toBeGreaterThanOrEqual(3);
    ms = 30;
    const answers = await Promise.all(asked);
    const refused = answers.filter((answer) => answer instanceof Error);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    for (const error of refused) {
      expect(error).toMatchObject({ name: 'PoolRefusal', reason: 'preempted', code: '53000' });
    }
    await endLogIns();
  }, 20_000);

  it('bulk runs without parallel workers, and in calm with them; others on the same connections never need them', async () => {
    const { database } = start({ maxConnections: 5 });
    let ms = 4;
    const endLogIns = logInFor(database, () => ms);
    await sleep(700);
    const usual = (await database.query(readInBulk, []))[0]?.workers;
    expect(usual).not.toBe('0');
    ms = 30;
    await sleep(1_600);
    expect(await database.query(readInBulk, [])).toEqual([{ workers: '0' }]);
    const others = await Promise.all(Array.from({ length: 4 }, () => database.query(readInteractively, [])));
    expect(others.flat()).toEqual(Array.from({ length: 4 }, () => ({ workers: '0' })));
    ms = 4;
    await sleep(1_600);
    expect(await database.query(readInBulk, [])).toEqual([{ workers: usual }]);
    await endLogIns();
  }, 20_000);

  it('nobody gives way where the limits are switched off', async () => {
    const { database, tracker } = start({ adaptiveLimit: false });
    let ms = 4;
    const endLogIns = logInFor(database, () => ms);
    await sleep(600);
    ms = 30;
    const reads = Promise.all(Array.from({ length: 4 }, () => database.query(report, [1.8])));
    expect(await reads).toHaveLength(4);
    expect([...tracker.changes, ...tracker.ended]).toEqual([]);
    await endLogIns();
  }, 20_000);
});

describe('a saturated pool', () => {
  it('recovers once fewer ask than it can serve: fifty callers, ten connections, queries ten times as long as usual', async () => {
    const { database } = start({ maxConnections: 10 });
    for (let n = 0; n < 30; n += 1) await database.query(readOwn, [0.005]);
    const crowd = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const outcomes = [];
        for (let n = 0; n < 4; n += 1) outcomes.push(await refusalOf(database.query(readOwn, [0.05])));
        return outcomes;
      }),
    );
    expect(crowd.flat().filter((refusal) => refusal?.code === undefined).length).toBeGreaterThan(100);
    const startedAtMs = performance.now();
    for (let n = 0; n < 20; n += 1) await Promise.all([database.query(readOwn, [0.005]), database.query(logIn, [0])]);
    expect(performance.now() - startedAtMs, 'nothing of the crowd is left').toBeLessThan(1_500);
    expect(database.snapshot()).toMatchObject({ refusedTotal: expect.any(Number) });
    expect(database.snapshot().lanes.every(({ active, waiting }) => active + waiting === 0)).toBe(true);
    expect(database.snapshot().limit).toBeGreaterThanOrEqual(6);
  }, 20_000);
});

describe('a share of the budget', () => {
  it('shrinks as holders are done, keeps what is promised, and grows for whoever waits', async () => {
    const { database, tracker } = start({ maxConnections: 10 });
    const held = Array.from({ length: 6 }, () => database.query(readOwn, [0.6]));
    await sleep(150);
    database.setShare(3, 'Another server started.');
    const floor = database.snapshot().lanes.reduce((sum, { guaranteed }) => sum + guaranteed, 0);
    expect(database.snapshot()).toMatchObject({ share: floor, limit: floor, maxConnections: 10 });
    expect(tracker.changes).toEqual([{ from: 10, to: floor, reason: 'Another server started.' }]);
    // Promised is promised, however much is held.
    expect(await database.query(logIn, [0])).toHaveLength(1);
    await Promise.all(held);
    await sleep(50);
    expect(database.snapshot().total).toBeLessThanOrEqual(floor);
    database.setShare(50, 'It is gone again.');
    expect(database.snapshot()).toMatchObject({ share: 10, limit: 10 });
  });

  it('is told of locks and of the server without harm', async () => {
    const { database } = start({ maxConnections: 5 });
    const slow = database.query(readOwn, [0.2]);
    await sleep(50);
    const pids = new Set(database.listLeases().map(({ pid }) => pid));
    database.noteLockWaits(pids);
    expect(database.listLeases().every(({ lockSeenAtMs }) => lockSeenAtMs > 0)).toBe(true);
    for (let n = 0; n < 5; n += 1) database.noteServer({ activeOnCpu: 50, cores: 2 });
    await slow;
    expect(database.snapshot().limit).toBe(5);
  });
});

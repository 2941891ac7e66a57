import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createDatabase,
  createLogger,
  type Database,
  defaultLanes,
  PoolTracker,
  type Statement,
  statement,
} from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';

const logger = createLogger({ level: 'silent' });
const one = statement<[number], { n: number }>({
  name: 'test.sharedOne',
  lane: 'critical',
  deadlineMs: 5_000,
  isShared: true,
  text: 'select $1::int as n',
});
/** A read that is short for most and long for some, as a missing index makes it. */
const spin = statement<[number], { n: number }>({
  name: 'test.sharedSpin',
  lane: 'critical',
  deadlineMs: 400,
  isShared: true,
  text: 'select count(*)::int as n from generate_series(1, $1) as a(x) where x % 7 = 3 and sqrt(x) > 1',
});
const LONG = 50_000_000;
const ordinary = statement<[], { n: number }>({
  name: 'test.ordinary',
  lane: 'critical',
  deadlineMs: 2_000,
  text: 'select 1 as n',
});
const patientSpin = statement<[number], { n: number }>({
  name: 'test.sharedPatientSpin',
  lane: 'critical',
  deadlineMs: 15_000,
  isShared: true,
  text: spin.text,
});

let target: TestDatabase;
let database: Database;
let tracker: PoolTracker & { cancels: number };

beforeEach(async () => {
  target = await createTestDatabase({ isEmpty: true });
  tracker = Object.assign(new PoolTracker(), { cancels: 0 });
  tracker.cancelSent = () => {
    tracker.cancels += 1;
  };
  database = createDatabase({ connectionString: target.url, maxConnections: 8, logger, tracker });
});
afterEach(async () => {
  await database.close(1_000);
  await target.drop();
});

const napping = statement<[], { done: string }>({
  name: 'test.napping',
  lane: 'critical',
  deadlineMs: 5_000,
  text: 'select pg_sleep(0.5)::text as done',
});
const spinning = statement<[], { n: number }>({
  name: 'test.countSpinning',
  lane: 'control',
  deadlineMs: 2_000,
  text: `select count(*)::int as n from pg_stat_activity where datname = current_database() and state = 'active' and query like '%sqrt(x)%' and pid <> pg_backend_pid()`,
});
const countSpinning = async () => (await database.query(spinning, []))[0]?.n ?? 0;
const critical = () => database.snapshot().lanes.find(({ name }) => name === 'critical');

/** What no declaration allows: a shared statement that takes as long as it is told, to the millisecond. */
const sharedNap: Statement<[number], { n: number }> = {
  ...one,
  name: 'test.sharedNap',
  preparedName: 'test_shared_nap',
  deadlineMs: 5_000,
  text: 'select 1 as n from pg_sleep($1)',
};
const napsRunning = statement<[], { n: number }>({
  name: 'test.countNaps',
  lane: 'control',
  deadlineMs: 2_000,
  text: `select count(*)::int as n from pg_catalog.pg_stat_activity where datname = current_database() and state = 'active' and query = 'select 1 as n from pg_sleep($1)'`,
});
const countNaps = async () => (await database.query(napsRunning, []))[0]?.n ?? 0;

async function timed<Result>(work: Promise<Result>): Promise<[Result, number]> {
  const startedAt = performance.now();
  return [await work, performance.now() - startedAt];
}

describe('a pipelined read whose caller leaves', () => {
  /** One connection for all, so that who stands behind whom is known. */
  beforeEach(async () => {
    await database.close(100);
    database = createDatabase({ connectionString: target.url, maxConnections: 8, sharedPerLane: 1, logger, tracker });
    await database.query(one, [0]);
  });

  test('is cancelled at the server when it is the one at work, long before its deadline', async () => {
    const caller = new AbortController();
    const left = database.query(sharedNap, [4], { signal: caller.signal }).catch((error) => error.code);
    const behind = [1, 2, 3].map((number) => database.query(one, [number]));
    await sleep(120);
    caller.abort();
    const [code, tookMs] = await timed(left);
    expect(code).toBe('caller_gone');
    expect(tookMs).toBeLessThan(50);
    const [answers, behindMs] = await timed(Promise.all(behind));
    expect(answers.map(([row]) => row?.n)).toEqual([1, 2, 3]);
    expect(behindMs).toBeLessThan(500);
    expect(tracker.cancels).toBe(1);
    await expect.poll(countNaps).toBe(0);
    expect(critical()?.active).toBe(0);
  });

  test('is only answered when it stands behind another, which goes on', async () => {
    const caller = new AbortController();
    const ahead = database.query(sharedNap, [0.4]);
    const left = database.query(one, [1], { signal: caller.signal }).catch((error) => error.code);
    const behind = database.query(one, [2]);
    await sleep(120);
    caller.abort();
    const [code, tookMs] = await timed(left);
    expect([code, tookMs < 50]).toEqual(['caller_gone', true]);
    expect(await ahead).toEqual([{ n: 1 }]);
    expect(await behind).toEqual([{ n: 2 }]);
  });

  // Again where the machine was so busy that it did not end at once.
  test('is not cancelled when it ends by itself at once', { retry: 2 }, async () => {
    const caller = new AbortController();
    const ahead = database.query(sharedNap, [0.15]);
    const left = database.query(sharedNap, [0.02], { signal: caller.signal }).catch((error) => error.code);
    await sleep(100);
    caller.abort();
    expect([await left, await ahead]).toEqual(['caller_gone', [{ n: 1 }]]);
    await sleep(150);
    expect(tracker.cancels).toBe(0);
    expect(await database.query(one, [3])).toEqual([{ n: 3 }]);
  });

  test('is ended also when it is at work only after its caller left', async () => {
    const caller = new AbortController();
    const ahead = database.query(sharedNap, [0.2]);
    const left = database.query(sharedNap, [4], { signal: caller.signal }).catch((error) => error.code);
    await sleep(100);
    caller.abort();
    expect([await left, await ahead]).toEqual(['caller_gone', [{ n: 1 }]]);
    const [answer, tookMs] = await timed(database.query(one, [5]));
    expect(answer).toEqual([{ n: 5 }]);
    expect(tookMs).toBeLessThan(400);
    await expect.poll(countNaps).toBe(0);
    expect(tracker.cancels).toBe(1);
  });

  // Again where the machine was so busy that the second cancel came too late to be taken for the first.
  test('a cancel that hits the one behind it costs that one nothing', { retry: 3 }, async () => {
    // As if the server had been a moment faster: what is at work is hit by a cancel meant for the one before.
    const caller = new AbortController();
    const left = database.query(sharedNap, [0.3], { signal: caller.signal }).catch((error) => error.code);
    const behind = database.query(sharedNap, [0.31]);
    behind.catch(() => undefined);
    await sleep(100);
    const cancelBoth = statement<[], { hit: boolean }>({
      name: `test.cancelNaps${Math.random()}`,
      lane: 'control',
      deadlineMs: 2_000,
      text: `select pg_catalog.pg_cancel_backend(pid) as hit from pg_catalog.pg_stat_activity where datname = current_database() and state = 'active' and query = 'select 1 as n from pg_sleep($1)'`,
    });
    caller.abort();
    expect(await left).toBe('caller_gone');
    await sleep(60);
    expect(await countNaps(), 'the one behind is at work').toBe(1);
    await database.query(cancelBoth, []);
    expect(await behind).toEqual([{ n: 1 }]);
  });

  test('leaves the door at once', async () => {
    const small = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
    const holder = small.query(napping, []);
    await sleep(100);
    const caller = new AbortController();
    const left = small.query(one, [1], { signal: caller.signal }).catch((error) => error.code);
    const stays = small.query(one, [2]);
    setTimeout(() => caller.abort(), 50);
    const [code, tookMs] = await timed(left);
    expect([code, tookMs < 150]).toEqual(['caller_gone', true]);
    expect(await stays).toEqual([{ n: 2 }]);
    const [again] = await timed(small.query(one, [1], { signal: caller.signal }).catch((error) => error.code));
    expect(again).toBe('caller_gone');
    await holder;
    await small.close(1_000);
  });
});

describe('pipelined reads', () => {
  test('each of many gets its own answer, over two connections', async () => {
    const numbers = Array.from({ length: 1_000 }, (_, index) => index);
    let most = 0;
    const answers = await Promise.all(
      numbers.map(async (number) => {
        const [row] = await database.query(one, [number]);
        most = Math.max(most, critical()?.active ?? 0);
        return row?.n;
      }),
    );
    expect(answers).toEqual(numbers);
    expect(most).toBeLessThanOrEqual(2);
    expect(database.snapshot().total).toBeLessThanOrEqual(2);
    expect(critical()).toMatchObject({ active: 0, waiting: 0 });
  });

  test('one that fails fails alone', async () => {
    const broken = statement<[string], { n: number }>({
      name: `test.sharedBroken${Math.random()}`,
      lane: 'critical',
      deadlineMs: 2_000,
      isShared: true,
      text: 'select 1 / length($1) as n',
    });
    const asked = Array.from({ length: 40 }, (_, index) => database.query(broken, [index % 5 === 0 ? '' : 'x']));
    const ended = await Promise.allSettled(asked);
    const failed = ended.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(failed).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
    expect(critical()?.active).toBe(0);
  });

  test('a statement that outstays its time is ended at its deadline, and those behind it are answered', async () => {
    await database.query(one, [0]);
    const slow = [database.query(spin, [LONG]), database.query(spin, [LONG])].map((query) =>
      query.catch((error) => error.code),
    );
    const behind = Array.from({ length: 20 }, (_, index) => database.query(one, [index]));
    expect(await Promise.all(slow)).toEqual(['deadline_exceeded', 'deadline_exceeded']);
    expect((await Promise.all(behind)).map(([row]) => row?.n)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(tracker.cancels).toBeGreaterThanOrEqual(1);
    await sleep(100);
    expect(critical()?.active).toBe(0);
  });

  test('newcomers do not stand behind one that outstays its time', async () => {
    await Promise.all(Array.from({ length: 50 }, () => database.query(spin, [10])));
    const slow = [1, 2].map(() => database.query(spin, [LONG]).catch((error) => error.code));
    await sleep(100);
    const startedAt = performance.now();
    await database.query(one, [7]);
    expect(performance.now() - startedAt).toBeLessThan(150);
    await Promise.all(slow);
  });

  test('what is lost with its connection is told to everyone on it, and the next one is served', async () => {
    const slow = Array.from({ length: 6 }, () => database.query(patientSpin, [LONG]).catch((error) => error.code));
    while ((await countSpinning()) === 0) await sleep(20);
    const { default: pg } = await import('pg');
    const admin = new pg.Client({ connectionString: target.superuserUrl });
    await admin.connect();
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'aquifer'",
    );
    await admin.end();
    const codes = await Promise.all(slow);
    expect(new Set(codes)).toEqual(new Set(['database_unavailable']));
    expect(await database.query(one, [1])).toEqual([{ n: 1 }]);
    expect(critical()?.active).toBe(0);
  });

  test('a socket that falls silent is given up, and costs the lane nothing for long', async () => {
    const proxy = await startFaultProxy(target.url);
    const behind = createDatabase({ connectionString: proxy.url, maxConnections: 8, logger });
    await behind.query(one, [0]);
    proxy.forgetAll();
    const codes = await Promise.all(
      [1, 2, 3].map((number) =>
        behind.query(one, [number], { deadlineAtMs: performance.now() + 300 }).catch((error) => error.code),
      ),
    );
    expect(codes).toEqual(['deadline_exceeded', 'deadline_exceeded', 'deadline_exceeded']);
    await sleep(2_500);
    expect(behind.snapshot().lanes.find(({ name }) => name === 'critical')).toMatchObject({ active: 0, waiting: 0 });
    expect(await behind.query(one, [4])).toEqual([{ n: 4 }]);
    await behind.close(500);
    await proxy.stop();
  });

  test('a slow opening is not taken for a slow statement: whoever waited for it boards together', async () => {
    const proxy = await startFaultProxy(target.url);
    proxy.isStalled = true;
    const far = createDatabase({ connectionString: proxy.url, maxConnections: 16, logger });
    const asked = Array.from({ length: 40 }, (_, number) => far.query(one, [number]));
    await sleep(300);
    proxy.isStalled = false;
    const answers = await Promise.all(asked);
    expect(answers.map(([row]) => row?.n)).toEqual(Array.from({ length: 40 }, (_, number) => number));
    expect(far.snapshot().total).toBeLessThanOrEqual(2);
    expect(far.snapshot().lanes.find(({ name }) => name === 'critical')?.acquiredTotal).toBeLessThanOrEqual(3);
    await far.close(500);
    await proxy.stop();
  });

  test('reads without a gap do not keep the other statements of their lane from a connection', async () => {
    const small = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
    let isOver = false;
    const reading = Array.from({ length: 30 }, async () => {
      while (!isOver) await small.query(one, [1]);
    });
    await sleep(200);
    const took: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      const startedAt = performance.now();
      await small.query(ordinary, []);
      took.push(performance.now() - startedAt);
    }
    isOver = true;
    await Promise.all(reading);
    expect(Math.max(...took)).toBeLessThan(1_000);
    await small.close(1_000);
  });

  test('one who is in a hurry takes nobody at the door with him', async () => {
    const small = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
    // The lane has one connection here, and it is taken.
    const holder = small.query(napping, []);
    await sleep(100);
    const hasty = small.query(one, [1], { deadlineAtMs: performance.now() + 100 }).catch((error) => error.code);
    const patient = small.query(one, [2]);
    expect(await hasty).toBe('lane_wait_exceeded');
    expect(await patient).toEqual([{ n: 2 }]);
    await holder;
    await small.close(1_000);
  });

  test('the door is no longer than the lane’s queue', async () => {
    const lanes = defaultLanes(5);
    const bounded = { ...lanes, critical: { ...lanes.critical, queueMax: 10 } };
    const small = createDatabase({ connectionString: target.url, maxConnections: 5, lanes: bounded, logger });
    const holder = small.query(napping, []);
    await sleep(100);
    const asked = Array.from({ length: 40 }, (_, index) => small.query(one, [index]).catch((error) => error.code));
    expect(small.snapshot().lanes.find(({ name }) => name === 'critical')?.waiting).toBeLessThanOrEqual(20);
    const ended = await Promise.all(asked);
    expect(ended.filter((answer) => answer === 'lane_full').length).toBeGreaterThanOrEqual(20);
    expect(ended.filter((answer) => Array.isArray(answer)).length).toBeGreaterThanOrEqual(5);
    await holder;
    await small.close(1_000);
  });

  test('only reads can be declared as shared', () => {
    const declare = (text: string) => () =>
      statement({ name: `test.wrong${Math.random()}`, lane: 'critical', deadlineMs: 1, isShared: true, text });
    expect(declare('delete from somewhere')).toThrow(/is no read/);
    expect(declare('with gone as (delete from somewhere returning id) select id from gone')).toThrow(/is no read/);
    expect(declare('select id from somewhere for update')).toThrow(/is no read/);
    expect(declare('select "update" from somewhere')).not.toThrow();
  });
});

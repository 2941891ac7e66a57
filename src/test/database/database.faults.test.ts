/** The network between the pool and Postgres at its worst: every caller is answered in time, and nothing is lost. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError, createDatabase, createLogger, type Database, statement } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';

const base = { lane: 'interactive', deadlineMs: 400 } as const;
const one = statement<[number], { n: number }>({ ...base, name: 'test.faultOne', text: 'select $1::int as n' });
const patient = statement<[number], { n: number }>({
  ...{ ...base, name: 'test.faultPatient', deadlineMs: 5_000 },
  text: 'select $1::int as n',
});
const shared = statement<[number], { n: number }>({
  ...{ ...base, name: 'test.faultShared', lane: 'critical', isShared: true },
  text: 'select $1::int as n',
});
const nap = statement<[number], { slept: string }>({
  ...{ ...base, name: 'test.faultNap', deadlineMs: 5_000 },
  text: 'select pg_sleep($1::double precision)::text as slept',
});
const big = statement<[], { n: string }>({
  ...{ ...base, name: 'test.faultBig', deadlineMs: 5_000 },
  text: `select repeat('x', 100) as n from generate_series(1, 5000)`,
});
const add = statement<[number]>({
  ...{ ...base, name: 'test.faultAdd', deadlineMs: 5_000 },
  text: 'insert into public.kept (n) values ($1)',
});
const list = statement<[], { n: number }>({
  ...{ ...base, name: 'test.faultList', deadlineMs: 5_000 },
  text: 'select n from public.kept order by n',
});
const transaction = { lane: 'interactive', deadlineMs: 2_000, name: 'test.faultTransaction' } as const;
/** What the answer may come later than the deadline: a tick of the timers, a busy machine. */
const TOLERANCE_MS = 400;

let target: TestDatabase;
let proxy: FaultProxy;
let database: Database;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
beforeEach(async () => {
  proxy = await startFaultProxy(target.url);
  const logger = createLogger({ level: 'silent' });
  database = createDatabase({ connectionString: proxy.url, maxConnections: 12, connectTimeoutMs: 300, logger });
});
afterEach(async () => {
  Object.assign(proxy, { isSilent: false, isHalfOpen: false, isStalled: false, delayMs: 0 });
  await expect.poll(() => database.listLeases(), { timeout: 4_000 }).toEqual([]);
  for (const lane of database.snapshot().lanes) expect(lane).toMatchObject({ active: 0, waiting: 0 });
  await database.close(100);
  await proxy.stop();
});
afterAll(() => target.drop());

async function timed(work: Promise<unknown>): Promise<{ code: string; tookMs: number }> {
  const startedAtMs = performance.now();
  const code = await work.then(
    () => 'answered',
    (error) => (error instanceof AppError ? error.code : String(error)),
  );
  return { code, tookMs: performance.now() - startedAtMs };
}

/** Six connections, all of them idle. */
async function warmUp(): Promise<void> {
  await Promise.all(Array.from({ length: 40 }, () => database.query(nap, [0.03])));
  expect(database.snapshot().idle).toBeGreaterThanOrEqual(4);
}

describe('opening a connection', () => {
  test('into a hole ends at its time limit, for everyone who waits for it, and works when the hole is closed', async () => {
    proxy.isHalfOpen = true;
    const asked = await Promise.all(Array.from({ length: 20 }, (_, n) => timed(database.query(patient, [n]))));
    expect(new Set(asked.map(({ code }) => code))).toEqual(new Set(['database_unavailable']));
    expect(Math.max(...asked.map(({ tookMs }) => tookMs))).toBeLessThan(300 + TOLERANCE_MS);
    proxy.isHalfOpen = false;
    await expect.poll(() => timed(database.query(one, [1])).then(({ code }) => code)).toBe('answered');
  });

  test('to a server that greets and then says nothing ends too', async () => {
    proxy.onServerData = (data) => {
      // Ready for a query: the end of the greeting.
      if (data.includes(Buffer.from('Z\0\0\0\x05I'))) proxy.isSilent = true;
      return 'pass';
    };
    const { code, tookMs } = await timed(database.query(patient, [1]));
    expect(code).toBe('database_unavailable');
    expect(tookMs).toBeLessThan(300 + TOLERANCE_MS);
    proxy.onServerData = () => 'pass';
    proxy.isSilent = false;
    await expect.poll(() => timed(database.query(one, [1])).then(({ code: again }) => again)).toBe('answered');
  });

  test('goes away with its caller', async () => {
    proxy.isStalled = true;
    const caller = new AbortController();
    const asking = timed(database.query(patient, [1], { signal: caller.signal }));
    await sleep(50);
    caller.abort();
    expect((await asking).tookMs).toBeLessThan(250);
    expect((await asking).code).toBe('caller_gone');
  });
});

describe('idle connections whose other side is gone without a word', () => {
  test('cost one caller his deadline, and then all of them are asked at once', async () => {
    await warmUp();
    proxy.forgetAll();
    const first = await timed(database.query(one, [1]));
    expect(first.code).toBe('deadline_exceeded');
    expect(first.tookMs).toBeLessThan(base.deadlineMs + TOLERANCE_MS);
    // The connection is given up two seconds later, the others a second after that.
    await expect.poll(() => database.snapshot().idle, { timeout: 5_000 }).toBe(0);
    const others = await Promise.all(Array.from({ length: 10 }, (_, n) => timed(database.query(patient, [n]))));
    expect(new Set(others.map(({ code }) => code))).toEqual(new Set(['answered']));
  });

  test('a reset of all of them is noticed while they are idle, and costs nobody anything', async () => {
    await warmUp();
    proxy.resetAll();
    await expect.poll(() => database.snapshot().idle).toBe(0);
    expect((await timed(database.query(one, [1]))).code).toBe('answered');
  });
});

describe('in the middle of a statement', () => {
  test('a reset is an error at once, for this caller alone', async () => {
    const running = timed(database.query(nap, [3]));
    await sleep(100);
    proxy.resetAll();
    const { code, tookMs } = await running;
    expect(code).toBe('database_unavailable');
    expect(tookMs).toBeLessThan(1_000);
    expect((await timed(database.query(one, [1]))).code).toBe('answered');
  });

  test('an answer that breaks off in its middle is an error, never half an answer', async () => {
    await database.query(one, [1]);
    proxy.onServerData = (data) => (data.length > 1_000 ? 'truncate' : 'pass');
    expect((await timed(database.query(big, []))).code).toBe('database_unavailable');
    const streamed = async () => {
      for await (const _row of database.stream(big, []));
    };
    expect((await timed(streamed())).code).toBe('database_unavailable');
    proxy.onServerData = () => 'pass';
    expect(await database.query(big, [])).toHaveLength(5_000);
  });

  test('silence ends at the deadline, for one who has a connection alone and for those who share one', async () => {
    await Promise.all([database.query(one, [1]), database.query(shared, [1])]);
    proxy.isHalfOpen = true;
    const asked = [1, 2, 3].flatMap((n) => [database.query(one, [n]), database.query(shared, [n])]);
    for (const { code, tookMs } of await Promise.all(asked.map(timed))) {
      expect(['deadline_exceeded', 'database_unavailable', 'lane_wait_exceeded']).toContain(code);
      expect(tookMs).toBeLessThan(base.deadlineMs + TOLERANCE_MS);
    }
  });

  test('a slow network is slow, and nothing else', async () => {
    proxy.delayMs = 5;
    const rows = await Promise.all(Array.from({ length: 30 }, (_, n) => database.query(patient, [n])));
    expect(rows.map(([row]) => row?.n)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });
});

describe('in the middle of a transaction', () => {
  beforeEach(async () => {
    await database.transaction(transaction, (tx) =>
      tx.define('test.faultDefine', 'drop table if exists public.kept; create table public.kept (n int primary key)'),
    );
  });

  test('a stall that ends before the deadline is no error; one that does not, keeps nothing', async () => {
    const stalled = (stallMs: number, n: number) =>
      database.transaction({ ...transaction, deadlineMs: 600 }, async (tx) => {
        await tx.execute(add, [n]);
        proxy.isStalled = true;
        setTimeout(() => Object.assign(proxy, { isStalled: false }), stallMs);
        await tx.execute(add, [n + 1]);
      });
    expect((await timed(stalled(200, 1))).code).toBe('answered');
    const { code, tookMs } = await timed(stalled(3_500, 3));
    expect(code).toBe('deadline_exceeded');
    expect(tookMs).toBeLessThan(600 + TOLERANCE_MS);
    await expect.poll(() => proxy.isStalled, { timeout: 5_000 }).toBe(false);
    expect(await database.query(list, [])).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test.each([
    ['the server has the commit', 'pass_and_cut', 'committed'],
    ['it never arrived', 'cut', 'aborted'],
  ] as const)('COMMIT whose answer is lost is unknown, and can be found out: %s', async (_what, how, outcome) => {
    proxy.onClientData = (data) => (data.includes('commit\0') ? how : 'pass');
    let xactId: string | undefined;
    const work = database.transaction(transaction, async (tx) => {
      expect(await tx.xactId(), 'nothing is written yet').toBeUndefined();
      await tx.execute(add, [1]);
      xactId = await tx.xactId();
    });
    const error = await work.catch((thrown: unknown) => thrown);
    proxy.onClientData = () => 'pass';
    expect(error).toMatchObject({ code: 'outcome_unknown', details: { xactId } });
    expect(xactId).toMatch(/^\d+$/);
    expect(await database.outcomeOf(xactId as string)).toBe(outcome);
    expect(await database.query(list, [])).toEqual(outcome === 'committed' ? [{ n: 1 }] : []);
  });

  test('COMMIT whose answer does not come by the deadline is unknown as well', async () => {
    proxy.onClientData = (data) => {
      if (data.includes('commit\0')) proxy.isSilent = true;
      return 'pass';
    };
    let xactId = '';
    const { code, tookMs } = await timed(
      database.transaction({ ...transaction, deadlineMs: 500 }, async (tx) => {
        await tx.execute(add, [1]);
        xactId = (await tx.xactId()) ?? '';
      }),
    );
    expect(code).toBe('outcome_unknown');
    expect(tookMs).toBeLessThan(500 + TOLERANCE_MS);
    Object.assign(proxy, { isSilent: false, onClientData: () => 'pass' });
    await expect.poll(() => database.outcomeOf(xactId)).toBe('committed');
  });

  test('one that still runs is in progress, one of another server is unknown', async () => {
    await database.transaction(transaction, async (tx) => {
      await tx.execute(add, [1]);
      const outside = createDatabase({
        connectionString: target.url,
        maxConnections: 5,
        logger: createLogger({ level: 'silent' }),
      });
      expect(await outside.outcomeOf((await tx.xactId()) ?? '', 0)).toBe('in_progress');
      expect(await outside.outcomeOf('987654321012')).toBe('unknown');
      expect(await outside.outcomeOf('no number')).toBe('unknown');
      await outside.close();
    });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Pool, type PoolOptions, PoolRefusal, PoolTracker } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let target: TestDatabase;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
afterAll(async () => target.drop());

const opened: Pool[] = [];
function createPool(options: PoolOptions = {}): Pool {
  const pool = new Pool({ connectionString: target.url, ...options });
  opened.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((pool) => pool.end()));
});

/** Holds one, and asks for another before it gives the first back. */
async function takeTwo(pool: Pool): Promise<unknown> {
  const first = await pool.connect();
  try {
    await first.query('select 1');
    return await pool.query('select 2 as n');
  } catch (error) {
    return error;
  } finally {
    first.release();
  }
}

const isRefusal = (answer: unknown): answer is PoolRefusal => answer instanceof PoolRefusal;

describe('a pool that stands still', () => {
  test('ten callers who each take two: all end, and whoever is refused is told why', async () => {
    const pool = createPool({ max: 10 });
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 10 }, () => takeTwo(pool)));
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    const refusals = answers.filter(isRefusal);
    expect(refusals.length).toBeGreaterThanOrEqual(1);
    expect(refusals.length).toBeLessThan(10);
    expect(answers.filter((answer) => answer instanceof Error)).toEqual(refusals);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: '55000', reason: 'nested_checkout' });
      expect(refusal.message).toMatch(
        /^All \d+ connections( that this could get)? are held by callers who have run nothing for [1-3]\.\d s while \d+ waits?: code that holds a connection seems to ask for a second one/,
      );
    }
    expect(pool.waitingCount).toBe(0);
  });

  test('from the second time on it says where the connection was taken', async () => {
    const pool = createPool({ max: 2, stallMs: 200 });
    await Promise.all([takeTwo(pool), takeTwo(pool)]);
    const [refusal] = (await Promise.all([takeTwo(pool), takeTwo(pool)])).filter(isRefusal);
    expect(refusal?.message).toMatch(/taken at stall-watch\.test\.ts:\d+/);
  });

  test('one flow that holds two and asks for a third is found as well, later', async () => {
    const pool = createPool({ max: 2, stallMs: 100 });
    const [one, two] = await Promise.all([pool.connect(), pool.connect()]);
    const startedAt = performance.now();
    await expect(pool.query('select 1')).rejects.toMatchObject({ reason: 'nested_checkout' });
    expect(performance.now() - startedAt).toBeGreaterThan(400);
    for (const client of [one, two]) client.release();
  });

  test('a lane at its ceiling stands still by itself, whatever the others do', async () => {
    const shape = { queueMax: 10, waitMaxMs: 5_000, weight: 1 };
    const lanes = {
      web: { name: 'web', guaranteed: 1, ceiling: 3, rank: 0, ...shape },
      reports: { name: 'reports', guaranteed: 0, ceiling: 1, rank: 1, ...shape },
    };
    const pool = createPool({ max: 3, lanes, shortLane: 'web', longLane: 'reports', stallMs: 200 });
    let isOver = false;
    const web = (async () => {
      while (!isOver) await pool.query('select pg_sleep(0.05)');
    })();
    const reports = pool.as({ lane: 'reports' });
    const client = await reports.connect();
    await expect(reports.query('select 1')).rejects.toMatchObject({
      reason: 'nested_checkout',
      message: expect.stringMatching(/^The one connection that this could get is held by a caller who has run nothing/),
    });
    client.release();
    isOver = true;
    await web;
  });

  test('callers who came before the holders fell idle are not the ones refused', async () => {
    const pool = createPool({ max: 1, stallMs: 200 });
    const client = await pool.connect();
    const working = client.query('select pg_sleep(0.3)');
    const innocent = pool.query('select 1 as n');
    await working;
    await expect(pool.query('select 2')).rejects.toMatchObject({ reason: 'nested_checkout' });
    client.release();
    expect((await innocent).rows).toEqual([{ n: 1 }]);
  });

  test('nor are they while the one who came after has not waited as long as it takes', async () => {
    const pool = createPool({ max: 1, stallMs: 200 });
    const client = await pool.connect();
    const working = client.query('select pg_sleep(0.27)');
    const innocent = pool.query('select 1 as n');
    await working;
    // At the next look the holder has been idle for longer than is allowed, and this one has waited for less.
    await sleep(100);
    await expect(pool.query('select 2')).rejects.toMatchObject({ reason: 'nested_checkout' });
    client.release();
    expect((await innocent).rows).toEqual([{ n: 1 }]);
  });
});

describe('what is no stall', () => {
  test('a client that listens for ever beside busy ones', async () => {
    const refused: string[] = [];
    const tracker = Object.assign(new PoolTracker(), {
      refused: (_lane: string, reason: string) => refused.push(reason),
    });
    const pool = createPool({ max: 3, stallMs: 100, tracker });
    const listener = await pool.connect();
    await listener.query('listen news');
    const untilMs = performance.now() + 1_500;
    const callers = Array.from({ length: 8 }, async () => {
      while (performance.now() < untilMs) await pool.query('select pg_sleep(0.15)');
    });
    await Promise.all(callers);
    expect(refused).toEqual([]);
    listener.release(true);
  });

  test('calls started beside one another', async () => {
    const pool = createPool({ max: 2, stallMs: 100 });
    const client = await pool.connect();
    const answers = await Promise.all(
      Array.from(
        { length: 40 },
        async (_, n) => (await pool.query('select $1::int as n, pg_sleep(0.02)', [n])).rows[0].n,
      ),
    );
    expect(answers).toEqual(Array.from({ length: 40 }, (_, n) => n));
    client.release();
  });

  test('a holder who is busy elsewhere for a moment, while fewer wait than hold', async () => {
    const pool = createPool({ max: 2, stallMs: 200 });
    const clients = await Promise.all([pool.connect(), pool.connect()]);
    const waiting = pool.query('select 1 as n');
    await sleep(700);
    for (const client of clients) client.release();
    expect((await waiting).rows).toEqual([{ n: 1 }]);
  });

  test('anything, where it is switched off', async () => {
    const pool = createPool({ max: 1, stallMs: 0, connectionTimeoutMillis: 600 });
    const client = await pool.connect();
    await expect(pool.query('select 1')).rejects.toMatchObject({ reason: 'lane_wait_exceeded' });
    client.release();
  });
});

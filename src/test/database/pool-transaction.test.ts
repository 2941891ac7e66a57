import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Pool, type PoolOptions, PoolRefusal } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let target: TestDatabase;
let pool: Pool;
const opened: Pool[] = [];
function createPool(options: PoolOptions = {}): Pool {
  const made = new Pool({ connectionString: target.url, ...options });
  opened.push(made);
  return made;
}
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  await createPool().query('create table public.kept (n int not null, constraint positive check (n > 0))');
});
afterAll(async () => target.drop());
beforeEach(async () => {
  pool = createPool({ max: 3 });
  await pool.query('truncate public.kept');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.end()));
});

const insert = (client: PoolClient, n: number) => client.query('insert into public.kept (n) values ($1)', [n]);
const kept = async () =>
  (await pool.query<{ n: number }>('select n from public.kept order by n')).rows.map(({ n }) => n);
const sleepFor = 'select pg_sleep($1)';

describe('pool.transaction', () => {
  test('commits what the work did, answers with what it gave, and gives the client back', async () => {
    const answer = await pool.transaction(async (client) => {
      await insert(client, 1);
      return (await insert(client, 2)).rowCount;
    });
    expect([answer, await kept()]).toEqual([1, [1, 2]]);
    expect(pool.listLeases()).toEqual([]);
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
  });

  test('takes it back where the work fails, with the work’s own error', async () => {
    const fails = pool.transaction(async (client) => {
      await insert(client, 1);
      await insert(client, -1);
    });
    await expect(fails).rejects.toMatchObject({ code: '23514', constraint: 'positive' });
    const swallows = pool.transaction(async (client) => {
      await insert(client, 1);
      await insert(client, -1).catch(() => undefined);
    });
    await expect(swallows).rejects.toThrow('swallowed an error');
    expect(await kept()).toEqual([]);
    expect(pool.totalCount).toBe(1);
  });

  test('joins the outer one where asked, and fails by itself', async () => {
    await pool.transaction(async (outer) => {
      await insert(outer, 1);
      await pool.transaction((client) => insert(client, 2), { join: true });
      const fails = pool.transaction((client) => insert(client, -1), { join: true });
      await expect(fails).rejects.toMatchObject({ code: '23514' });
      await insert(outer, 3);
      expect(pool.listLeases()).toHaveLength(1);
    });
    expect(await kept()).toEqual([1, 2, 3]);
    await expect(
      pool.transaction(async () => {
        await pool.transaction((client) => insert(client, 4), { join: true });
        throw new Error('on purpose');
      }),
    ).rejects.toThrow('on purpose');
    expect(await kept()).toEqual([1, 2, 3]);
  });

  test('one inside of another that would have to wait is refused by name at once', async () => {
    const small = createPool({ max: 1 });
    const startedAt = performance.now();
    const nested = small.transaction(() => small.transaction((client) => insert(client, 1)));
    await expect(nested).rejects.toMatchObject({ reason: 'nested_checkout', code: '55000' });
    await expect(small.transaction(() => small.query('select 1'))).rejects.toMatchObject({ reason: 'nested_checkout' });
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(await kept()).toEqual([]);
  });

  test('ends at its deadline, at the server too, whichever statement is under way', async () => {
    const startedAt = performance.now();
    const late = pool.transaction(
      async (client) => {
        await insert(client, 1);
        await client.query(sleepFor, [0.1]);
        await client.query(sleepFor, [5]);
      },
      { deadlineMs: 300 },
    );
    await expect(late).rejects.toMatchObject({ reason: 'deadline_exceeded', code: '57014' });
    expect(performance.now() - startedAt).toBeLessThan(900);
    expect(await kept()).toEqual([]);
    await expect.poll(() => pool.listLeases()).toEqual([]);
  });

  test('is not committed after its deadline', async () => {
    const late = pool.as({ deadlineMs: 100 }).transaction(async (client) => {
      await insert(client, 1);
      await sleep(150);
    });
    await expect(late).rejects.toBeInstanceOf(PoolRefusal);
    expect(await kept()).toEqual([]);
  });

  test('ends when its caller goes', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 150);
    const gone = pool.as({ signal: caller.signal }).transaction(async (client) => {
      await insert(client, 1);
      await client.query(sleepFor, [5]);
    });
    await expect(gone).rejects.toMatchObject({ reason: 'caller_gone' });
    expect(await kept()).toEqual([]);
  });

  test('a connection that is lost costs the transaction, and nobody after it', async () => {
    const lost = pool.transaction(async (client) => {
      await insert(client, 1);
      await client.query('select pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())');
    });
    await expect(lost).rejects.toBeInstanceOf(Error);
    expect(await kept()).toEqual([]);
    await expect.poll(() => pool.listLeases()).toEqual([]);
  });

  test('whose answer to the commit is lost says that nobody knows', async () => {
    await pool.query(`
      create or replace function public.end_session() returns trigger language plpgsql as $$
        begin perform pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid()); return new; end $$;
      create constraint trigger ends_at_commit after insert on public.kept deferrable initially deferred
        for each row when (new.n = 99) execute function public.end_session()`);
    const lost = pool.transaction((client) => insert(client, 99));
    await expect(lost).rejects.toMatchObject({ name: 'PoolRefusal', reason: 'outcome_unknown', code: '08007' });
    await expect.poll(() => pool.listLeases()).toEqual([]);
    expect(await kept()).toEqual([]);
  });
});

describe('a client that was taken with a deadline', () => {
  test('runs nothing beyond it, and may still roll back', async () => {
    const client = await pool.as({ deadlineMs: 200 }).connect();
    await client.query('begin');
    await insert(client, 1);
    await expect(client.query(sleepFor, [5])).rejects.toMatchObject({ code: '57014' });
    await client.query('rollback');
    client.release();
    expect(await kept()).toEqual([]);
  });

  test('without one, runs for as long as it likes', async () => {
    const client = await pool.connect();
    await client.query(sleepFor, [0.4]);
    client.release();
    expect(pool.totalCount).toBe(1);
  });
});

describe('the callback form of connect', () => {
  test('a second one inside of the first, which would have to wait, is refused by name at once', async () => {
    const small = createPool({ max: 1 });
    const refusal = await new Promise((resolve, reject) => {
      small.connect((error, client, done) => {
        if (error || !client) return reject(error);
        const second = small.query('select 2');
        second.then(reject, (thrown: unknown) => {
          done();
          resolve(thrown);
        });
      });
    });
    expect(refusal).toMatchObject({ reason: 'nested_checkout' });
    expect((refusal as Error).message).toMatch(/^A second connection was asked for while holding one/);
  });

  test('after it is given back, the same code may take another', async () => {
    const small = createPool({ max: 1 });
    const busy = Array.from({ length: 5 }, () => small.query('select pg_sleep(0.02)'));
    const rows = await new Promise((resolve, reject) => {
      small.connect((error, client, done) => {
        if (error || !client) return reject(error);
        done();
        busy.push(small.query('select pg_sleep(0.02)'));
        small.query('select 2 as n').then((result) => resolve(result.rows), reject);
      });
    });
    expect(rows).toEqual([{ n: 2 }]);
    await Promise.all(busy);
  });
});

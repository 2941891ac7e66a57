import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Pool } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { hasPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts';

describe.skipIf(!hasPgBouncer)('the drop-in behind PgBouncer in transaction mode', () => {
  let target: TestDatabase;
  let bouncer: PgBouncer;
  let pool: Pool;
  beforeAll(async () => {
    target = await createTestDatabase({ isEmpty: true });
    bouncer = await startPgBouncer(target.url, 2);
    pool = new Pool({ connectionString: bouncer.url, max: 8 });
    await pool.query('create table kept (n int primary key)');
  });
  afterEach(() => expect.poll(() => pool.listLeases().map(({ statement }) => statement)).toEqual([]));
  afterAll(async () => {
    await pool.end();
    await bouncer.stop();
    await target.drop();
  });

  test('queries, with values and without, many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => pool.query('select $1::int as n', [n])));
    expect(answers.map(({ rows }) => rows[0].n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    await expect(pool.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
  });

  test('a statement that its library names is run without the name, on whatever backend it meets', async () => {
    const named = (n: number) => pool.query({ name: 'by_number', text: 'select $1::int as n', values: [n] });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => named(n)));
    expect(answers.map(({ rows }) => rows[0].n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    const { rows } = await pool.query('select count(*)::int as n from pg_prepared_statements');
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('transactions on a client: kept, rolled back, and left open', async () => {
    const insert = async (n: number, end: string | undefined) => {
      const client = await pool.connect();
      await client.query('begin');
      await client.query('insert into kept values ($1)', [n]);
      if (end) await client.query(end);
      client.release();
    };
    await Promise.all([insert(1, 'commit'), insert(2, 'rollback'), insert(3, undefined), insert(4, 'commit')]);
    await expect.poll(() => pool.listLeases()).toEqual([]);
    expect((await pool.query('select n from kept order by n')).rows).toEqual([{ n: 1 }, { n: 4 }]);
  });

  test('a deadline and a caller who goes away reach the server', async () => {
    await expect(pool.as({ deadlineMs: 200 }).query('select pg_sleep(9)')).rejects.toMatchObject({ code: '57014' });
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 100);
    await expect(pool.as({ signal: caller.signal }).query('select pg_sleep(9)')).rejects.toMatchObject({
      reason: 'caller_gone',
    });
    const { rows } = await pool.query(
      `select count(*)::int as n from pg_stat_activity where state = 'active' and query = 'select pg_sleep(9)'`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('killed and started again: it goes on', async () => {
    await bouncer.kill();
    await expect(pool.query('select 1')).rejects.toThrow();
    await bouncer.start();
    const answer = () =>
      pool.query('select 1 as a').then(
        ({ rows }) => rows[0].a,
        () => 'refused',
      );
    await expect.poll(answer, { timeout: 5_000 }).toBe(1);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  AppError,
  createDatabase,
  createLogger,
  type Database,
  PoolTracker,
  statement,
} from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { hasPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts';

const base = { lane: 'interactive', deadlineMs: 5_000 } as const;
const one = statement<[number], { n: number }>({ ...base, name: 'test.pooledOne', text: 'select $1::int as n' });
const shared = statement<[number], { n: number; pid: number }>({
  ...{ ...base, name: 'test.pooledShared', lane: 'critical', isShared: true },
  text: 'select $1::int as n, pg_backend_pid() as pid',
});
const add = statement<[number]>({ ...base, name: 'test.pooledAdd', text: 'insert into public.kept (n) values ($1)' });
const list = statement<[], { n: number }>({
  ...base,
  name: 'test.pooledList',
  text: 'select n from public.kept order by n',
});
const series = statement<[number], { n: number }>({
  ...{ ...base, name: 'test.pooledSeries' },
  text: 'select n from generate_series(1, $1::int) as n',
});
const nap = statement<[number], { slept: string }>({
  ...{ ...base, name: 'test.pooledNap', deadlineMs: 300 },
  text: 'select pg_sleep($1::float8)::text as slept',
});
const napping = statement<[], { n: number }>({
  ...{ ...base, name: 'test.pooledNapping', lane: 'control' },
  text: `select count(*)::int as n from pg_stat_activity where state = 'active' and query like '%float8%' and pid <> pg_backend_pid()`,
});
const session = statement<[], { names: number; timeout: string; pid: number }>({
  ...{ ...base, name: 'test.pooledSession' },
  text: `
    select
      (select count(*)::int from pg_prepared_statements) as names,
      current_setting('statement_timeout') as timeout,
      pg_backend_pid() as pid`,
});
const transaction = { lane: 'interactive', deadlineMs: 5_000, name: 'test.pooledTransaction' } as const;
const BACKENDS = 3;

describe.skipIf(!hasPgBouncer)('Database behind PgBouncer in transaction mode', () => {
  let target: TestDatabase;
  let bouncer: PgBouncer;
  let database: Database;
  let tracker: PoolTracker & { cancels: number };
  beforeAll(async () => {
    target = await createTestDatabase({ isEmpty: true });
    bouncer = await startPgBouncer(target.url, BACKENDS);
  });
  beforeEach(async () => {
    tracker = Object.assign(new PoolTracker(), { cancels: 0 });
    tracker.cancelSent = () => {
      tracker.cancels += 1;
    };
    const logger = createLogger({ level: 'silent' });
    database = createDatabase({ connectionString: bouncer.url, maxConnections: 10, logger, tracker });
    await database.transaction(transaction, (tx) =>
      tx.define('test.pooledDefine', 'drop table if exists public.kept; create table public.kept (n int primary key)'),
    );
  });
  afterEach(async () => {
    await expect.poll(() => database.listLeases()).toEqual([]);
    await database.close();
  });
  afterAll(async () => {
    await bouncer.stop();
    await target.drop();
  });

  test('answers on any backend: nothing is prepared by name, nothing is set for the session', async () => {
    const rounds = Array.from({ length: 60 }, (_, n) => database.query(one, [n]));
    expect((await Promise.all(rounds)).map(([row]) => row?.n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    const seen = await Promise.all(Array.from({ length: 30 }, () => database.query(session, [])));
    for (const [row] of seen) expect(row).toMatchObject({ names: 0, timeout: '0' });
    expect(new Set(seen.map(([row]) => row?.pid)).size).toBeLessThanOrEqual(BACKENDS);
    expect(database.snapshot().total).toBeGreaterThan(0);
  });

  test('short reads, which share a connection elsewhere, are asked one at a time on each', async () => {
    const rows = await Promise.all(Array.from({ length: 300 }, (_, n) => database.query(shared, [n])));
    expect(rows.map(([row]) => row?.n)).toEqual(Array.from({ length: 300 }, (_, n) => n));
    expect(new Set(rows.map(([row]) => row?.pid)).size).toBeLessThanOrEqual(BACKENDS);
  });

  test('a transaction stays on its backend, is kept when it commits and lost when it throws', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        database
          .transaction(transaction, async (tx) => {
            const [before] = await tx.query(session, []);
            await tx.execute(add, [n]);
            const [after] = await tx.query(session, []);
            expect(after?.pid).toBe(before?.pid);
            if (n % 2 === 1) throw new AppError('conflict', 'odd', 'Odd ones are not kept.');
          })
          .catch((error) => expect(error.code).toBe('odd')),
      ),
    );
    expect((await database.query(list, [])).map(({ n }) => n)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  });

  test('streams, to the end and not', async () => {
    let seen = 0;
    for await (const _row of database.stream(series, [1_500])) seen += 1;
    expect(seen).toBe(1_500);
    for await (const { n } of database.stream(series, [1_500])) if (n === 10) break;
    expect(await database.query(one, [1])).toEqual([{ n: 1 }]);
  });

  test('a deadline reaches the server through it', async () => {
    const startedAtMs = performance.now();
    await expect(database.query(nap, [10])).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    expect(tracker.cancels).toBe(1);
    expect((await database.query(napping, []))[0]?.n).toBe(0);
    expect(await database.query(one, [2])).toEqual([{ n: 2 }]);
  });

  test('killed and started again under load: everyone is answered or refused in time, and it goes on', async () => {
    let stopped = false;
    const ended = { answered: 0, refused: 0, slowestMs: 0 };
    const callers = Array.from({ length: 20 }, async (_, n) => {
      while (!stopped) {
        const startedAtMs = performance.now();
        await database.query(one, [n]).then(
          ([row]) => {
            expect(row?.n).toBe(n);
            ended.answered += 1;
          },
          (error) => {
            expect(error).toBeInstanceOf(AppError);
            expect(error.kind).toBe('overloaded');
            ended.refused += 1;
          },
        );
        ended.slowestMs = Math.max(ended.slowestMs, performance.now() - startedAtMs);
        await sleep(5);
      }
    });
    await sleep(200);
    await bouncer.kill();
    await sleep(300);
    await bouncer.start();
    await expect
      .poll(
        () =>
          database.query(one, [1]).then(
            () => 'answered',
            () => 'refused',
          ),
        { timeout: 5_000 },
      )
      .toBe('answered');
    const before = ended.answered;
    await sleep(200);
    stopped = true;
    await Promise.all(callers);
    expect(ended.refused).toBeGreaterThan(0);
    expect(ended.answered).toBeGreaterThan(before);
    expect(ended.slowestMs).toBeLessThan(base.deadlineMs + 500);
    expect(database.snapshot().total).toBeLessThanOrEqual(10);
    expect(database.snapshot().lanes.every(({ active, waiting }) => active === 0 && waiting === 0)).toBe(true);
  });
});

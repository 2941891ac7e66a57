import PgBoss from 'pg-boss';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useLibraryPool } from '../../support/library-pool.ts';

const library = useLibraryPool();
const db = { executeSql: (text: string, values: unknown[]) => library.pool.query(text, values) };
let boss: PgBoss;
beforeAll(async () => {
  boss = new PgBoss({ db, supervise: false, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue('notes');
  await library.pool.query('create table effects (n int primary key)');
});
afterEach(async () => {
  await boss.offWork('notes');
  await expect.poll(() => library.pool.listLeases()).toEqual([]);
});
afterAll(() => boss.stop({ graceful: false }));

const effects = async () => (await library.pool.query('select n from effects order by n')).rows.map(({ n }) => n);

describe('pg-boss', () => {
  test('runs its jobs, each once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => boss.send('notes', { n })));
    await boss.work<{ n: number }>('notes', { batchSize: 10, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      for (const { data } of jobs) await library.pool.query('insert into effects values ($1)', [data.n]);
    });
    await expect.poll(effects, { timeout: 10_000 }).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  test('a job is part of the program’s own transaction, kept with it and lost with it', async () => {
    const client = await library.pool.connect();
    const sender = { db: { executeSql: (text: string, values: unknown[]) => client.query(text, values) } };
    await client.query('begin');
    await boss.send('notes', { n: 100 }, sender);
    await client.query('rollback');
    await client.query('begin');
    const kept = await boss.send('notes', { n: 101 }, sender);
    await client.query('commit');
    client.release();
    expect((await boss.fetch<{ n: number }>('notes')).map(({ id, data }) => [id, data.n])).toEqual([[kept, 101]]);
    await boss.complete('notes', kept as string);
  });

  test('a job that fails keeps Postgres’s error', async () => {
    const id = (await boss.send('notes', { n: 1 }, { retryLimit: 0 })) as string;
    await boss.work<{ n: number }>('notes', { pollingIntervalSeconds: 0.5 }, async ([job]) => {
      await library.pool.query('insert into effects values ($1)', [job?.data.n]);
    });
    const output = async () => (await boss.getJobById('notes', id))?.output;
    await expect.poll(output, { timeout: 5_000 }).toMatchObject({ code: '23505' });
  });
});

import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useLibraryPool } from '../../support/library-pool.ts';

const library = useLibraryPool();
const logger = new Logger(() => () => undefined);
beforeAll(async () => {
  // It asks for both, so that a lost connection does not end the process; ours would not.
  library.pool.on('error', () => undefined);
  library.pool.on('connect', () => undefined);
  const workerUtils = await makeWorkerUtils({ pgPool: library.pool, logger });
  await workerUtils.migrate();
  await workerUtils.release();
  await library.pool.query('create table effects (n int primary key)');
});
afterEach(() => library.expectAtRest());

const countJobs = async () =>
  (await library.pool.query('select count(*)::int as n from graphile_worker.jobs')).rows[0].n;
const sum = async () =>
  (await library.pool.query('select sum(n)::int as sum, count(*)::int as n from effects')).rows[0];

describe('graphile-worker', () => {
  test('runs its jobs, each once, and hears of new ones by LISTEN', async () => {
    const runner = await run({
      ...{ pgPool: library.pool, logger, concurrency: 4, noHandleSignals: true, pollInterval: 60_000 },
      taskList: {
        note: async (payload, { withPgClient }) => {
          await withPgClient((client) =>
            client.query('insert into effects values ($1)', [(payload as { n: number }).n]),
          );
        },
      },
    });
    for (let n = 0; n < 60; n += 1) await runner.addJob('note', { n });
    await expect.poll(countJobs, { timeout: 10_000 }).toBe(0);
    expect(await sum()).toEqual({ sum: 1_770, n: 60 });
    await runner.stop();
  });

  test('a job in a transaction that is rolled back is never there', async () => {
    const client = await library.pool.connect();
    await client.query('begin');
    await client.query(`select graphile_worker.add_job('note', '{"n": 1000}')`);
    await client.query('rollback');
    await client.query('begin');
    await client.query(`select graphile_worker.add_job('note', '{"n": 1}')`);
    await client.query('commit');
    client.release();
    expect(await countJobs()).toBe(1);
  });

  test('a job that fails keeps Postgres’s error and its place in the queue', async () => {
    const codes: unknown[] = [];
    const runner = await run({
      ...{ pgPool: library.pool, logger, concurrency: 1, noHandleSignals: true, pollInterval: 60_000 },
      taskList: {
        note: async (payload, { query }) => {
          await query('insert into effects values ($1)', [(payload as { n: number }).n]).catch((error) => {
            codes.push(error.code);
            throw error;
          });
        },
      },
    });
    await expect.poll(() => codes).toEqual(['23505']);
    const lastError = async () =>
      (await library.pool.query('select last_error from graphile_worker.jobs')).rows[0].last_error;
    await expect.poll(lastError).toMatch(/duplicate key/);
    await runner.stop();
  });
});

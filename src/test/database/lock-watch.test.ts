import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase, createLogger, statement } from '../../main/database/index.ts';
import { createTestDatabase } from '../support/database.ts';

const bump = statement<[], never>({
  name: 'test.bump',
  lane: 'bulk',
  deadlineMs: 6_000,
  text: 'update counters set n = n + 1',
});

test('a refusal names the holder, and the backend whose lock the holder waits for', async () => {
  const target = await createTestDatabase({ isEmpty: true });
  const stranger = new Client({ connectionString: target.url });
  await stranger.connect();
  await stranger.query('create table counters (n int)');
  await stranger.query('insert into counters values (0)');
  await stranger.query('begin');
  await stranger.query('update counters set n = 1');
  const { rows } = await stranger.query<{ pid: number }>('select pg_backend_pid() as pid');
  const database = createDatabase({
    connectionString: target.url,
    maxConnections: 5,
    logger: createLogger({ level: 'silent' }),
  });

  const works = Array.from({ length: 3 }, () => database.execute(bump, []).catch((error: Error) => error));
  await sleep(1_500);
  const late = await database
    .execute(bump, [], { deadlineAtMs: performance.now() + 1_000 })
    .catch((error: Error) => error.message);
  expect(late).toMatch(
    new RegExp(
      `^The bulk lane is full: 1 held, 1 by test\\.bump for \\d+ (ms|s), 1 waiting on a lock of pid ${rows[0]?.pid};`,
    ),
  );
  await stranger.query('rollback');
  expect(await Promise.all(works)).toEqual([1, 1, 1]);
  await stranger.end();
  await database.close();
  await target.drop();
});

/** A drop-in pool for somebody else's library to work on, and what is asked of it when the library is done. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, vi } from 'vitest';
import { Pool, type PoolOptions } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { asSuperuser } from './test-cluster.ts';

export interface LibraryPool {
  readonly url: string;
  readonly pool: Pool;
  /** Nobody holds or awaits a client, or soon will: a failed statement is told before Postgres is ready for the next. */
  expectAtRest(): Promise<void>;
  /** Sessions of the database, as Postgres counts them. */
  countSessions(): Promise<number>;
}

/** Call it once at the top of a test file: the pool is there while its tests run, and is seen to end cleanly after them. */
export function useLibraryPool(options: PoolOptions = {}): LibraryPool {
  let target: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    target = await createTestDatabase({ isEmpty: true });
    pool = new Pool({ connectionString: target.url, max: 5, ...options });
  });
  afterAll(async () => {
    if (!pool.ending) {
      await library.expectAtRest();
      await pool.end();
    }
    await vi.waitFor(() => {
      expect(pool).toMatchObject({ ended: true, totalCount: 0, idleCount: 0, waitingCount: 0 });
    });
    expect(await sessionsAfter(library, 2_000)).toBe(0);
    await target.drop();
  });
  const library: LibraryPool = {
    get url() {
      return target.url;
    },
    get pool() {
      return pool;
    },
    expectAtRest: () =>
      vi.waitFor(() => {
        expect(pool.listLeases().map(({ statement }) => statement)).toEqual([]);
        expect(pool.waitingCount).toBe(0);
        for (const lane of Object.values(pool.snapshotLanes())) expect(lane).toMatchObject({ active: 0, waiting: 0 });
      }),
    countSessions: () =>
      asSuperuser(inject('cluster'), 'postgres', async (client) => {
        const { rows } = await client.query(
          'select count(*)::int as n from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
          [target.name],
        );
        return rows[0].n;
      }),
  };
  return library;
}

/** A backend takes a moment to be gone after its client has said goodbye. */
async function sessionsAfter(library: LibraryPool, patienceMs: number): Promise<number> {
  for (const untilMs = performance.now() + patienceMs; performance.now() < untilMs; await sleep(20)) {
    if ((await library.countSessions()) === 0) return 0;
  }
  return library.countSessions();
}

/** Priorities of real backends, as the kernel has them. */

import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, statement } from '../../../main/database/index.ts';
import { BackendPriorities, LOW_NICE, LOWEST_NICE } from '../../../main/database/limit/backend-priority.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** Whoever is not root may lower and not raise. */
const mayRaise = process.getuid?.() === 0;

let target: TestDatabase;
const clients: pg.Client[] = [];
const databases: Database[] = [];

beforeAll(async () => {
  target = await createTestDatabase();
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  await client.query('create table counters (n integer); insert into counters values (0)');
  await client.end();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await Promise.all(databases.splice(0).map((database) => database.close()));
});

afterAll(() => target.drop());

async function openBackend() {
  const client = new pg.Client({ connectionString: target.superuserUrl });
  await client.connect();
  clients.push(client);
  const { rows } = await client.query('select pg_backend_pid() as pid');
  return { client, pid: rows[0].pid as number, isPooled: false };
}

/** "nice 10" of the group that the kernel made of the backend's session; undefined where it makes none. */
function groupOf(pid: number): string | undefined {
  try {
    return /nice -?\d+/.exec(readFileSync(`/proc/${pid}/autogroup`, 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}

describe.runIf(process.platform === 'linux')('a backend on this machine', () => {
  test('stands low until it is restored', async () => {
    const backend = await openBackend();
    const groupBefore = groupOf(backend.pid);
    const priorities = new BackendPriorities();
    priorities.opened(backend);
    priorities.lower(backend.pid, LOW_NICE);
    expect(getPriority(backend.pid)).toBe(10);
    if (groupBefore && mayRaise) expect(groupOf(backend.pid)).toBe('nice 10');
    priorities.lower(backend.pid, LOWEST_NICE);
    expect(getPriority(backend.pid)).toBe(19);
    expect(priorities.restore(backend.pid)).toBe(mayRaise);
    expect([getPriority(backend.pid), groupOf(backend.pid)]).toEqual(mayRaise ? [0, groupBefore] : [19, groupBefore]);
  });

  test('is left alone behind a pooler, and once it is closed', async () => {
    const backend = await openBackend();
    const priorities = new BackendPriorities();
    priorities.opened({ ...backend, isPooled: true });
    priorities.lower(backend.pid, LOW_NICE);
    priorities.opened(backend);
    priorities.closed(backend.pid);
    priorities.lower(backend.pid, LOW_NICE);
    expect(getPriority(backend.pid)).toBe(0);
    expect(priorities.restore(backend.pid)).toBe(true);
  });

  test("is told from another's with the same number", async () => {
    const [ours, others] = [await openBackend(), await openBackend()];
    const priorities = new BackendPriorities();
    // As it is where Postgres runs elsewhere: the number it gave us is that of somebody's process here.
    for (const pid of [process.pid, others.pid]) {
      const before = getPriority(pid);
      priorities.opened({ ...ours, pid });
      priorities.lower(pid, LOW_NICE);
      expect(getPriority(pid)).toBe(before);
      expect(priorities.restore(pid)).toBe(true);
    }
  });
});

const sleeping = { deadlineMs: 20_000, unindexedBecause: 'it reads no table' };
const napOf = (lane: 'bulk' | 'critical', text: string) =>
  statement<[seconds: number], object>({ ...sleeping, name: `priority.${lane}${Math.random()}`, lane, text });

describe.runIf(process.platform === 'linux')('in the pool', () => {
  function start() {
    const logger = createLogger({ level: 'silent' });
    const database = createDatabase({ connectionString: target.url, maxConnections: 10, logger });
    databases.push(database);
    const priorityIn = (lane: string) =>
      database
        .listLeases()
        .filter(({ admitted, pid }) => admitted.lane === lane && pid > 0)
        .map(({ pid }) => getPriority(pid));
    return { database, priorityIn };
  }

  test('long work that can wait stands behind the others, one that writes less far', async () => {
    const { database, priorityIn } = start();
    const logIn = database.query(napOf('critical', 'select pg_sleep($1)'), [0.9]);
    const reads = database.query(napOf('bulk', 'select pg_sleep($1)'), [0.9]);
    await expect.poll(() => priorityIn('bulk'), { interval: 20 }).toEqual([19]);
    expect(priorityIn('critical')).toEqual([0]);
    await Promise.all([logIn, reads]);
    const writes = database.query(napOf('bulk', 'update counters set n = 1 where pg_sleep($1) is not null'), [0.9]);
    await expect.poll(() => priorityIn('bulk'), { interval: 20 }).toEqual([10]);
    await writes;
  });

  test('what comes next on its connection has the usual priority', async () => {
    const { database, priorityIn } = start();
    const report = database.query(napOf('bulk', 'select pg_sleep($1)'), [0.4]);
    await expect.poll(() => priorityIn('bulk'), { interval: 20 }).toEqual([19]);
    const before = database.listLeases()[0]?.pid;
    await report;
    const next = database.query(napOf('critical', 'select pg_sleep($1)'), [0.1]);
    await expect.poll(() => priorityIn('critical'), { interval: 5 }).toEqual([0]);
    // The same backend where its priority could be raised again; else another one.
    expect(database.listLeases()[0]?.pid === before).toBe(mayRaise);
    await next;
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AppError,
  createDatabase,
  createLogger,
  type Database,
  type DatabaseOptions,
  type Origin,
  PoolTracker,
  statement,
} from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';

const base = { lane: 'interactive', deadlineMs: 10_000 } as const;
const sleepFor = statement<[number], { pid: number }>({
  ...base,
  name: 'test.sleepFor',
  text: 'select pg_backend_pid() as pid, pg_sleep($1::double precision)::text as slept',
});
const sleepBriefly = statement<[number], { slept: string }>({
  ...base,
  name: 'test.sleepBriefly',
  deadlineMs: 200,
  text: 'select pg_sleep($1::double precision)::text as slept',
});
const findPid = statement<[], { pid: number }>({
  ...base,
  name: 'test.findPid',
  text: 'select pg_backend_pid() as pid',
});
const findPidInBulk = statement<[], { pid: number }>({
  ...base,
  lane: 'bulk',
  name: 'test.findPidInBulk',
  text: 'select pg_backend_pid() as pid',
});
const insertNote = statement<[string]>({
  ...base,
  name: 'test.insertNote',
  text: 'insert into public.notes (title) values ($1)',
});
const listNotes = statement<[], { title: string }>({
  ...base,
  name: 'test.listNotes',
  text: 'select title from public.notes order by title',
});
const divide = statement<[number], { n: number }>({
  ...base,
  name: 'test.divide',
  text: 'select 1 / $1::integer as n',
});
const series = statement<[number], { n: number }>({
  ...base,
  name: 'test.series',
  text: 'select n from generate_series(1, $1::integer) as n',
});
const slowSeries = statement<[number], { n: number }>({
  ...base,
  name: 'test.slowSeries',
  deadlineMs: 500,
  text: 'select n, pg_sleep(case when n > 1000 then 10 else 0 end)::text as slept from generate_series(1, $1::integer) as n',
});

class CountingTracker extends PoolTracker {
  opened = 0;
  cancels = 0;
  ended: string[] = [];
  override connectionOpened() {
    this.opened += 1;
  }
  override cancelSent() {
    this.cancels += 1;
  }
  override statementEnded({ statement: name, errorCode }: { statement: string; errorCode?: string | undefined }) {
    this.ended.push(errorCode ? `${name} ${errorCode}` : name);
  }
}

let target: TestDatabase;
let watcher: pg.Client;
let tracker: CountingTracker;
const opened: Database[] = [];

beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  watcher = new pg.Client({ connectionString: target.superuserUrl, application_name: 'watcher' });
  await watcher.connect();
  await watcher.query('create table public.notes (title text primary key)');
  await watcher.query('grant all on public.notes to public');
});
beforeEach(async () => {
  tracker = new CountingTracker();
  await watcher.query('truncate public.notes');
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close(1_000);
});
afterAll(async () => {
  await watcher.end();
  await target.drop();
});

function open(options: Partial<DatabaseOptions> = {}): Database {
  const logger = createLogger({ level: 'silent' });
  const database = createDatabase({ connectionString: target.url, maxConnections: 8, logger, tracker, ...options });
  opened.push(database);
  return database;
}

/** Backends of ours, as Postgres sees them. */
async function backends(): Promise<{ pid: number; state: string; query: string }[]> {
  const { rows } = await watcher.query(
    `select pid, state, query from pg_stat_activity where datname = current_database() and application_name = 'aquifer'`,
  );
  return rows;
}

async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  for (let n = 0; n < 300; n += 1) {
    if (await what()) return;
    await sleep(10);
  }
  throw new Error(`it never came true: ${what}`);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown) => thrown,
  );
  return error instanceof AppError ? error.code : String(error);
}

const titles = async () =>
  (await watcher.query('select title from public.notes order by title')).rows.map(({ title }) => title);
const active = (database: Database) => database.snapshot().lanes.reduce((sum, lane) => sum + lane.active, 0);
const originOf = (fields: Partial<Origin>): Origin => fields;

describe('a deadline', () => {
  it('reaches the server: the backend is idle again, and its connection is used for the next statement', async () => {
    const database = open();
    const [before] = await database.query(findPid, []);
    const startedAtMs = performance.now();
    expect(await codeOf(database.query(sleepBriefly, [30]))).toBe('deadline_exceeded');
    expect(performance.now() - startedAtMs).toBeGreaterThan(190);
    expect(performance.now() - startedAtMs).toBeLessThan(1_500);
    await until(async () => (await backends()).every(({ state }) => state === 'idle'));
    expect(await backends()).toHaveLength(1);
    expect(await database.query(findPid, [])).toEqual([before]);
    expect(await database.query(sleepFor, [0.05])).toHaveLength(1);
    expect(tracker).toMatchObject({ opened: 1, cancels: 1 });
    expect(active(database)).toBe(0);
  });

  it('of the caller counts where it comes first', async () => {
    const database = open();
    const origin = originOf({ deadlineAtMs: performance.now() + 100 });
    const startedAtMs = performance.now();
    expect(await codeOf(database.query(sleepFor, [30], origin))).toBe('deadline_exceeded');
    expect(performance.now() - startedAtMs).toBeLessThan(1_500);
  });

  it('of a transaction holds for all of it, and what was done is undone', async () => {
    const database = open();
    const work = database.transaction({ lane: 'interactive', deadlineMs: 300, name: 'test.slow' }, async (tx) => {
      await tx.execute(insertNote, ['lost']);
      await tx.query(sleepFor, [30]);
    });
    expect(await codeOf(work)).toBe('deadline_exceeded');
    expect(await titles()).toEqual([]);
    await until(async () => (await backends()).every(({ state }) => state === 'idle'));
    expect(await backends()).toHaveLength(1);
    expect(tracker.opened).toBe(1);
  });

  it('closes a connection whose server does not confirm the cancel', async () => {
    const proxy = await startFaultProxy(target.url);
    const database = open({ connectionString: proxy.url });
    await database.query(findPid, []);
    proxy.isSilent = true;
    const startedAtMs = performance.now();
    expect(await codeOf(database.query(sleepBriefly, [0]))).toBe('deadline_exceeded');
    expect(performance.now() - startedAtMs).toBeLessThan(6_000);
    proxy.isSilent = false;
    await until(() => database.snapshot().total === 0);
    expect(await database.query(findPid, [])).toHaveLength(1);
    await proxy.stop();
  });
});

describe('a caller who goes away', () => {
  it('has the statement cancelled at the server, and the connection is used again', async () => {
    const database = open();
    const [before] = await database.query(findPid, []);
    const abort = new AbortController();
    const work = database.query(sleepFor, [30], originOf({ signal: abort.signal }));
    await until(async () => (await backends()).some(({ state }) => state === 'active'));
    await sleep(60);
    abort.abort();
    expect(await codeOf(work)).toBe('caller_gone');
    await until(async () => (await backends()).every(({ state }) => state === 'idle'));
    expect(await backends()).toHaveLength(1);
    expect(await database.query(findPid, [])).toEqual([before]);
  });

  it('before asking has nothing sent', async () => {
    const database = open();
    expect(await codeOf(database.query(findPid, [], originOf({ signal: AbortSignal.abort() })))).toBe('caller_gone');
    expect(tracker.ended).toEqual([]);
    expect(active(database)).toBe(0);
  });

  it('in the middle of a transaction leaves nothing of it', async () => {
    const database = open();
    const abort = new AbortController();
    const origin = originOf({ signal: abort.signal });
    const work = database.transaction(
      { lane: 'interactive', deadlineMs: 10_000, name: 'test.left', origin },
      async (tx) => {
        await tx.execute(insertNote, ['lost']);
        await tx.query(sleepFor, [30]);
      },
    );
    await until(async () =>
      (await backends()).some(({ state, query }) => state === 'active' && query.includes('pg_sleep')),
    );
    abort.abort();
    expect(await codeOf(work)).toBe('caller_gone');
    expect(await titles()).toEqual([]);
    await until(async () => (await backends()).every(({ state }) => state === 'idle'));
    expect(await backends()).toHaveLength(1);
  });
});

describe('a transaction', () => {
  const options = { lane: 'interactive', deadlineMs: 5_000, name: 'test.transaction' } as const;

  it('is kept when its work ends, and gives what the work gave', async () => {
    const database = open();
    const given = await database.transaction(options, async (tx) => {
      expect(await tx.execute(insertNote, ['a'])).toBe(1);
      await tx.define('test.define', 'create temporary table scratch (n integer); drop table scratch');
      return (await tx.query(listNotes, [])).length;
    });
    expect(given).toBe(1);
    expect(await titles()).toEqual(['a']);
  });

  it('is undone when its work throws, and the caller gets that very error', async () => {
    const database = open();
    const reason = new Error('changed my mind');
    const work = database.transaction(options, async (tx) => {
      await tx.execute(insertNote, ['a']);
      throw reason;
    });
    await expect(work).rejects.toBe(reason);
    expect(await titles()).toEqual([]);
    expect(await database.query(listNotes, [])).toEqual([]);
    expect(tracker.opened).toBe(1);
  });

  it('is undone when a statement fails, and the error is translated', async () => {
    const database = open();
    await database.execute(insertNote, ['a']);
    const work = database.transaction(options, async (tx) => {
      await tx.execute(insertNote, ['b']);
      await tx.execute(insertNote, ['a']);
    });
    expect(await codeOf(work)).toBe('already_exists');
    expect(await titles()).toEqual(['a']);
  });

  it('whose work swallowed an error is no success, and it is known that nothing was kept', async () => {
    const database = open();
    const work = database.transaction(options, async (tx) => {
      await tx.execute(insertNote, ['a']);
      await tx.query(divide, [0]).catch(() => undefined);
      return 'all is well';
    });
    expect(await codeOf(work)).toBe('internal');
    expect(await titles()).toEqual([]);
    expect(await database.query(findPid, [])).toHaveLength(1);
    expect(tracker.opened).toBe(1);
  });

  it('ends nobody else’s: many at once keep to themselves', async () => {
    const database = open();
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_none, n) =>
        database.transaction(options, async (tx) => {
          await tx.execute(insertNote, [`n${String(n).padStart(2, '0')}`]);
          if (n % 3 === 0) throw new Error('no');
          if (n % 3 === 1) await tx.query(sleepFor, [0.005]);
        }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    expect(await titles()).toHaveLength(40);
    expect(active(database)).toBe(0);
  });
});

describe('a connection that is lost', () => {
  let proxy: FaultProxy;
  let database: Database;
  const options = { lane: 'interactive', deadlineMs: 5_000, name: 'test.lost' } as const;

  beforeEach(async () => {
    proxy = await startFaultProxy(target.url);
    database = open({ connectionString: proxy.url });
  });
  afterEach(() => proxy.stop());

  it.each([
    ['after the server has the commit', 'pass_and_cut', ['a']],
    ['before the server has the commit', 'cut', []],
  ] as const)('%s: outcome_unknown, for the change may have been made or not', async (_when, how, kept) => {
    proxy.onClientData = (data) => (data.includes('commit\0') ? how : 'pass');
    const work = database.transaction(options, async (tx) => void (await tx.execute(insertNote, ['a'])));
    expect(await codeOf(work)).toBe('outcome_unknown');
    await until(async () => (await titles()).length === kept.length);
    proxy.onClientData = () => 'pass';
    expect(await database.query(listNotes, [])).toHaveLength(kept.length);
    expect(active(database)).toBe(0);
  });

  it('before the commit: database_unavailable, and nothing was kept', async () => {
    const work = database.transaction(options, async (tx) => {
      await tx.execute(insertNote, ['a']);
      proxy.cutAll();
      await tx.execute(insertNote, ['b']);
    });
    expect(await codeOf(work)).toBe('database_unavailable');
    expect(await titles()).toEqual([]);
    expect(await database.query(findPid, [])).toHaveLength(1);
  });

  it('while idle costs the next caller nothing', async () => {
    await Promise.all(Array.from({ length: 12 }, () => database.query(sleepFor, [0.02])));
    expect(database.snapshot().idle).toBeGreaterThan(0);
    proxy.cutAll();
    await until(() => database.snapshot().idle === 0);
    expect(await database.query(findPid, [])).toHaveLength(1);
  });

  it('with the whole server: refused at once, and served again when it is back', async () => {
    await database.query(findPid, []);
    await proxy.stop();
    await until(() => database.snapshot().idle === 0);
    const startedAtMs = performance.now();
    const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(database.query(findPid, []))));
    expect(new Set(codes)).toEqual(new Set(['database_unavailable']));
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    expect(active(database)).toBe(0);
    await proxy.listen();
    await until(async () => (await codeOf(database.query(findPid, []))) === 'Error: it did not fail');
  });
});

describe('a backend that is ended', () => {
  it('while idle is not noticed by anyone', async () => {
    const database = open();
    const [before] = await database.query(findPid, []);
    await watcher.query('select pg_terminate_backend($1)', [before?.pid]);
    await until(() => database.snapshot().total === 0);
    const [after] = await database.query(findPid, []);
    expect(after?.pid).not.toBe(before?.pid);
  });

  it('while busy fails its caller alone, who is told to try again', async () => {
    const database = open();
    const works = Promise.allSettled([1, 2].map(() => database.query(sleepFor, [2])));
    await until(async () => (await backends()).filter(({ state }) => state === 'active').length === 2);
    const [victim] = await backends();
    await watcher.query('select pg_terminate_backend($1)', [victim?.pid]);
    const results = await works;
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const failed = results.find((result) => result.status === 'rejected');
    expect(failed?.reason).toMatchObject({ code: 'database_unavailable', kind: 'overloaded' });
    expect(await database.query(findPid, [])).toHaveLength(1);
    expect(active(database)).toBe(0);
  });
});

describe('connections', () => {
  it('are never more than allowed, and few for a spike of short statements', async () => {
    const database = open({ maxConnections: 16 });
    await Promise.all(Array.from({ length: 50 }, () => database.query(findPid, [])));
    expect(tracker.opened).toBeLessThanOrEqual(6);
    await until(async () => (await backends()).length === database.snapshot().total);
  });

  it('are never more than allowed under a storm in two lanes', async () => {
    const database = open({ maxConnections: 5 });
    let most = 0;
    const work = Promise.all(
      Array.from({ length: 300 }, (_none, n) =>
        n % 2 ? database.query(sleepFor, [0.005]) : database.query(findPidInBulk, []),
      ),
    );
    let isOver = false;
    void work.then(() => {
      isOver = true;
    });
    while (!isOver) {
      most = Math.max(most, (await backends()).length, database.snapshot().total);
      await sleep(2);
    }
    await work;
    expect(most).toBeLessThanOrEqual(5);
    expect(most).toBeGreaterThan(1);
    expect(active(database)).toBe(0);
  });

  it('that nobody uses are closed', async () => {
    const database = open({ idleTimeoutMs: 100 });
    await database.query(findPid, []);
    await until(() => database.snapshot().total === 0);
    await until(async () => (await backends()).length === 0);
    expect(await database.query(findPid, [])).toHaveLength(1);
  });

  it('have the limits that stand behind our own, and UTC', async () => {
    const database = open();
    const settings = await database.transaction(
      { lane: 'interactive', deadlineMs: 5_000, name: 'test.settings' },
      (tx) =>
        tx.query(
          statement<[], Record<string, string>>({
            ...base,
            name: 'test.settings',
            text: `select current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle, current_setting('timezone') as zone`,
          }),
          [],
        ),
    );
    expect(settings).toEqual([{ statement: '2min', idle: '1min', zone: 'UTC' }]);
  });
});

describe('a stream', () => {
  it('gives every row, and its connection back', async () => {
    const database = open();
    let sum = 0;
    for await (const { n } of database.stream(series, [1_234])) sum += n;
    expect(sum).toBe((1_234 * 1_235) / 2);
    expect(active(database)).toBe(0);
    expect(tracker.opened).toBe(1);
  });

  it('that is left early gives its connection back, clean', async () => {
    const database = open();
    for await (const { n } of database.stream(series, [1_000_000])) if (n === 700) break;
    expect(active(database)).toBe(0);
    expect(await database.query(findPid, [])).toHaveLength(1);
    for await (const { n } of database.stream(series, [3])) expect(n).toBeLessThan(4);
    await until(async () => (await backends()).every(({ state }) => state === 'idle'));
    expect(await backends()).toHaveLength(1);
    expect(tracker.opened).toBe(1);
  });

  it('whose reader throws gives its connection back', async () => {
    const database = open();
    const read = async () => {
      for await (const { n } of database.stream(series, [10_000])) if (n === 3) throw new Error('enough');
    };
    await expect(read()).rejects.toThrow('enough');
    expect(active(database)).toBe(0);
    expect(await database.query(findPid, [])).toHaveLength(1);
  });

  it('that fails says so in our words, and the connection is used again', async () => {
    const database = open();
    const read = async () => {
      for await (const _row of database.stream(divide, [0])) throw new Error('there is no row');
    };
    expect(await codeOf(read())).toBe('internal');
    expect(await database.query(findPid, [])).toHaveLength(1);
    expect(tracker.opened).toBe(1);
  });

  it('is bounded by its deadline, at the server too', async () => {
    const database = open();
    const startedAtMs = performance.now();
    const read = async () => {
      for await (const _row of database.stream(slowSeries, [2_000]));
    };
    expect(await codeOf(read())).toBe('deadline_exceeded');
    expect(performance.now() - startedAtMs).toBeLessThan(1_800);
    expect(active(database)).toBe(0);
    expect(await database.query(findPid, [])).toHaveLength(1);
    expect(tracker).toMatchObject({ opened: 1, cancels: 1 });
    await until(async () => (await backends()).every(({ state }) => state === 'idle'));
  });

  it('ends with its caller, at the server too', async () => {
    const database = open();
    const abort = new AbortController();
    const read = async () => {
      for await (const { n } of database.stream(slowSeries, [2_000], originOf({ signal: abort.signal }))) {
        if (n === 10) setTimeout(() => abort.abort(), 50);
      }
    };
    const startedAtMs = performance.now();
    expect(await codeOf(read())).toBe('caller_gone');
    expect(performance.now() - startedAtMs).toBeLessThan(1_800);
    expect(active(database)).toBe(0);
    expect(tracker).toMatchObject({ opened: 1, cancels: 1 });
    await until(async () => (await backends()).every(({ state }) => state === 'idle'));
  });

  it('whose reader stops reading is cut after its deadline, and holds nothing from then on', async () => {
    const database = open();
    const rows = database.stream(slowSeries, [2_000]);
    await rows.next();
    await until(() => active(database) === 0);
    await until(async () => (await backends()).length === 0);
    const rest = async () => {
      for await (const _row of rows);
    };
    expect(await codeOf(rest())).toBe('deadline_exceeded');
    expect(active(database)).toBe(0);
    expect(await database.query(findPid, [])).toHaveLength(1);
  });

  it('whose backend is ended in the middle fails, and holds nothing', async () => {
    const database = open();
    const read = async () => {
      for await (const { n } of database.stream(series, [1_000_000])) {
        if (n === 600)
          await watcher.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'aquifer' and datname = current_database()`,
          );
      }
    };
    const startedAtMs = performance.now();
    expect(await codeOf(read())).toBe('database_unavailable');
    expect(performance.now() - startedAtMs).toBeLessThan(1_800);
    expect(active(database)).toBe(0);
    expect(await database.query(findPid, [])).toHaveLength(1);
  });
});

describe('closing', () => {
  it('refuses newcomers, lets those at work finish, and leaves no backend', async () => {
    const database = open();
    const work = database.query(sleepFor, [0.3]);
    await until(async () => (await backends()).some(({ state }) => state === 'active'));
    const closing = database.close(5_000);
    expect(await codeOf(database.query(findPid, []))).toBe('closing');
    expect(await work).toHaveLength(1);
    await closing;
    await until(async () => (await backends()).length === 0);
  });

  it('closes a connection that was still being opened', async () => {
    const database = open();
    const work = codeOf(database.query(findPid, []));
    await database.close(0);
    expect(await work).toBe('closing');
    await sleep(200);
    expect(await backends()).toEqual([]);
  });

  it('cuts who does not finish in time, and serves none of those who wait', async () => {
    const database = open({ maxConnections: 5 });
    const works = Array.from({ length: 20 }, () => codeOf(database.query(sleepFor, [30])));
    await until(async () => (await backends()).some(({ state }) => state === 'active'));
    await database.close(100);
    const codes = new Set(await Promise.all(works));
    expect([...codes].filter((code) => !['closing', 'database_unavailable'].includes(code))).toEqual([]);
    await until(async () => (await backends()).length === 0);
    await sleep(200);
    expect(await backends()).toEqual([]);
  });
});

/** Processes of one deployment under one budget, counted in Postgres itself while they come, work, go and are killed. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { takePlace } from '../../../main/database/budget/index.ts';
import { createDatabase, defaultLanes, type LimitChange, PoolTracker } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import type { Service } from '../../../main/foundation/service.ts';
import { type CompiledProgram, compileProgram } from '../../support/compile.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { urlOf } from '../../support/test-cluster.ts';

const BEAT_MS = 300;
const POOL_MAX = 20;
/** The database's own limit: less the headroom of a tenth, 30 are to be divided. */
const CONNECTION_LIMIT = 33;
const BUDGET = 30;
/** For what comes to pass within a second or two, on a machine that has nothing else to do. */
const PATIENCE_MS = 20_000;

let program: CompiledProgram;
beforeAll(async () => {
  program = await compileProgram(new URL('./member-process.ts', import.meta.url));
});
afterAll(() => program.remove());

interface Deployment {
  database: TestDatabase;
  /** From another database, so that it counts for nothing here. */
  watcher: pg.Client;
}

async function deploy(limit = CONNECTION_LIMIT): Promise<Deployment> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const watcher = new pg.Client({ connectionString: urlOf(inject('cluster'), 'postgres', 'superuser') });
  await watcher.connect();
  onTestFinished(() => watcher.end());
  await watcher.query(`alter database ${database.name} connection limit ${limit}`);
  return { database, watcher };
}

interface MemberProcess {
  child: ChildProcessByStdio<Writable, Readable, null>;
  state: { share: number; total: number };
  callers(count: number): void;
  ended: Promise<void>;
}

async function startMember({ database }: Deployment, clockJumpMs = 0): Promise<MemberProcess> {
  const args = [program.path, database.url, `${POOL_MAX}`, `${BEAT_MS}`, `${clockJumpMs}`];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const state = { share: 0, total: 0 };
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const line = chunk.toString().trim().split('\n').at(-1) ?? '';
      if (line.startsWith('{')) Object.assign(state, JSON.parse(line));
      if (state.share > 0) resolve();
    });
  });
  return { child, state, ended, callers: (count) => void child.stdin.write(`callers ${count}\n`) };
}

/** Counts what is open, every few milliseconds, until told to stop; answers with the highest count there was. */
function watchOpen({ database, watcher }: Deployment): () => Promise<number> {
  let isOver = false;
  const watching = (async () => {
    let highest = 0;
    while (!isOver) {
      const { rows } = await watcher
        .query<{ open: number }>(
          `select count(*)::integer as open from pg_stat_activity where datname = $1 and application_name like 'aquifer %'`,
          [database.name],
        )
        .catch(() => ({ rows: [] }));
      highest = Math.max(highest, rows[0]?.open ?? 0);
      await sleep(5);
    }
    return highest;
  })();
  return () => {
    isOver = true;
    return watching;
  };
}

async function until(isTrue: () => boolean, withinMs = PATIENCE_MS): Promise<number> {
  const startedAtMs = performance.now();
  while (!isTrue()) {
    if (performance.now() - startedAtMs > withinMs) throw new Error(`it did not come true within ${withinMs} ms`);
    await sleep(5);
  }
  return performance.now() - startedAtMs;
}

describe('processes under one budget', { timeout: 60_000 }, () => {
  test('two divide it by demand; one that is killed gives its share back within a few beats', async () => {
    const deployment = await deploy();
    const highest = watchOpen(deployment);
    const one = await startMember(deployment);
    await until(() => one.state.share === POOL_MAX);
    const other = await startMember(deployment);
    await until(() => one.state.share === BUDGET / 2 && other.state.share === BUDGET / 2);

    other.callers(60);
    await until(() => other.state.share === POOL_MAX && one.state.share === BUDGET - POOL_MAX);
    // Where the machine is slow, the pool lets fewer run than its share allows.
    await until(() => other.state.total > BUDGET / 3);
    one.callers(60);
    await until(() => Math.abs(one.state.share - other.state.share) <= 2);
    await until(() => one.state.total + other.state.total > BUDGET / 2);

    other.child.kill('SIGKILL');
    const tookMs = await until(() => one.state.share === POOL_MAX);
    expect(tookMs).toBeLessThan(10 * BEAT_MS);
    await until(() => one.state.total > BUDGET / 3);
    expect(await highest()).toBeLessThanOrEqual(BUDGET);
  });

  test('four, one of them killed at the height of demand, one that stops: never more than the budget is open', async () => {
    const deployment = await deploy();
    const highest = watchOpen(deployment);
    const members = await Promise.all([1, 2, 3, 4].map(() => startMember(deployment)));
    const sum = (of: readonly MemberProcess[]) => of.reduce((total, { state }) => total + state.share, 0);
    await until(() => sum(members) === BUDGET);
    for (const member of members) member.callers(40);
    await until(() => members.every(({ state }) => state.total >= 4));

    const [killed, stopped, ...rest] = members as [MemberProcess, MemberProcess, MemberProcess, MemberProcess];
    killed.child.kill('SIGKILL');
    await until(() => sum([stopped, ...rest]) === BUDGET);
    stopped.child.stdin.write('stop\n');
    await stopped.ended;
    await until(() => sum(rest) === BUDGET);
    expect(await highest()).toBeLessThanOrEqual(BUDGET);
  });

  test('a host whose clock is a day ahead harms nobody', async () => {
    const deployment = await deploy();
    const right = await startMember(deployment);
    const wrong = await startMember(deployment, 86_400_000);
    await until(() => right.state.share + wrong.state.share === BUDGET);
    right.callers(40);
    await until(() => right.state.share === POOL_MAX);
    await sleep(4 * BEAT_MS);
    expect(wrong.state.share).toBe(BUDGET - POOL_MAX);
  });
});

interface Seat {
  share(): number;
  changes: LimitChange[];
  warnings: string[];
  budget: Service;
  database: ReturnType<typeof createDatabase>;
}

/** The same within the test's own process. */
async function sit(url: string, beatMs = BEAT_MS): Promise<Seat> {
  const warnings: string[] = [];
  const changes: LimitChange[] = [];
  const logger = createLogger({ level: 'silent' });
  logger.warn = (_facts: unknown, message?: string) => void warnings.push(message ?? '');
  const lanes = bareLanes();
  const place = await takePlace({
    ...{ connectionString: url, poolMax: POOL_MAX, isShared: true, logger, lanes, beatMs },
  });
  class Changes extends PoolTracker {
    override limitChanged(change: LimitChange): void {
      changes.push(change);
    }
  }
  const tracker = new Changes();
  const { connectionString } = place;
  const database = createDatabase({
    ...{ connectionString, maxConnections: POOL_MAX, lanes, logger, tracker },
    connectTimeoutMs: 500,
  });
  const budget = place.serve(database);
  if (!budget) throw new Error('it does not share');
  await budget.start();
  onTestFinished(async () => {
    await budget.stop();
    await database.close(100);
  });
  return { share: () => database.snapshot().share, changes, warnings, budget, database };
}

function bareLanes() {
  const usual = Object.entries(defaultLanes(POOL_MAX)).map(([name, lane]) => [name, { ...lane, guaranteed: 1 }]);
  return Object.fromEntries(usual) as ReturnType<typeof defaultLanes>;
}

describe('one that cannot reach the table', { timeout: 60_000 }, () => {
  test('keeps its share and does not grow, and the others leave it alone; afterwards all is shared again', async () => {
    const { database } = await deploy();
    const superuser = new pg.Client({ connectionString: database.superuserUrl });
    // Long enough for Postgres to answer on a busy machine, where only the table is out of reach.
    const beatMs = 500;
    const one = await sit(database.url, beatMs);
    const other = await sit(database.url, beatMs);
    await until(() => one.share() + other.share() === BUDGET);
    const shares = [one.share(), other.share()];
    await superuser.connect();
    await superuser.query('begin; lock table aquifer_database.member in access exclusive mode');
    await other.budget.stop();
    await sleep(4 * beatMs);
    expect([one.share(), other.share()]).toEqual(shares);
    expect(one.warnings.at(-1)).toMatch(/this server keeps its share of \d+ connections and does not grow/);
    await superuser.query('rollback');
    await superuser.end();
    await other.database.close(100);
    await until(() => one.share() === POOL_MAX);
  });

  test('and Postgres neither: falls back to what its lanes are promised; once its sessions are gone, the others have the rest', async () => {
    const { database } = await deploy();
    const proxy = await startFaultProxy(database.url);
    onTestFinished(() => proxy.stop());
    const far = await sit(proxy.url);
    const near = await sit(database.url);
    await until(() => near.share() + far.share() === BUDGET);
    const kept = near.share();
    proxy.isHalfOpen = true;
    await until(() => far.share() === 5);
    expect(far.changes.at(-1)?.reason).toContain('Postgres has not answered');
    // Its sessions are still there: nobody is given what it may yet use.
    expect(near.share()).toBe(kept);
    proxy.cutAll();
    await until(() => near.share() === POOL_MAX);
    proxy.isHalfOpen = false;
    await until(() => far.share() > 5 && far.share() + near.share() === BUDGET);
  });
});

describe('a share', () => {
  test('changes with a sentence that says why', async () => {
    const { database } = await deploy();
    const one = await sit(database.url);
    const other = await sit(database.url);
    await until(() => one.changes.length > 0);
    expect(one.changes).toMatchObject([
      { from: POOL_MAX, to: 15, reason: 'Another server has joined: 2 servers share 30 connections.' },
    ]);
    await other.budget.stop();
    await other.database.close(100);
    await until(() => one.share() === POOL_MAX);
    expect(one.changes.at(-1)?.reason).toBe('A server has gone: 1 server has 30 connections.');
  });

  test('is given back at once by one that stops, whose row is gone', async () => {
    const { database } = await deploy();
    const one = await sit(database.url);
    await one.budget.stop();
    await one.budget.stop();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('select id from aquifer_database.member');
    await client.end();
    expect(rows).toEqual([]);
  });
});

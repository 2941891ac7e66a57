import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LaneSnapshot, LeaseView, Overview, PoolSnapshot, StatementView } from '../../main/monitor/schema.ts';
import { call, must } from '../support/api-session.ts';
import { type RunningApp, runApp } from '../support/running-app.ts';

const LANES = ['control', 'critical', 'interactive', 'bulk', 'background'];

let running: RunningApp;

beforeAll(async () => {
  running = await runApp();
  const body = { name: 'notes', fields: [] };
  await must(running.url, 'POST', '/v1/data/collections', { token: running.operator, body });
});

const read = <Body>(path: string) => must<Body>(running.url, 'GET', `/v1/monitor/${path}`, { token: running.operator });

const writeNote = () => must(running.url, 'POST', '/v1/data/records/notes', { token: running.user, body: {} });

const laneOf = (pool: PoolSnapshot, name: string) => pool.lanes.find((lane) => lane.name === name) as LaneSnapshot;

/** Holds the collection's table, so that whoever writes to it waits with its connection in hand. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: running.databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname like 'aquifer_data%' and c.relname like '%notes%'`,
  );
  await client.query(`begin; lock table ${rows[0].name} in access exclusive mode`);
  try {
    await work();
  } finally {
    await client.end();
  }
}

describe('the pool', () => {
  test('lane by lane, within the limits it states', async () => {
    const { pool } = await read<{ pool: PoolSnapshot }>('pool');
    expect(pool.lanes.map(({ name }) => name)).toEqual(LANES);
    expect(pool.maxConnections).toBe(16);
    expect(pool.total).toBeGreaterThan(0);
    expect(pool.total).toBeLessThanOrEqual(pool.maxConnections);
    expect(pool.idle).toBeLessThanOrEqual(pool.total);
    expect(pool.lanes.reduce((sum, { guaranteed }) => sum + guaranteed, 0)).toBeLessThanOrEqual(pool.maxConnections);
    for (const { free, ceiling, active } of pool.lanes) expect(free + active).toBeLessThanOrEqual(ceiling);
    expect(Math.abs(Date.parse(pool.at) - Date.now())).toBeLessThan(5_000);
  });

  test('names who holds a connection: lane, statement, route, and for how long', async () => {
    const before = laneOf((await read<{ pool: PoolSnapshot }>('pool')).pool, 'interactive');
    let written: Promise<unknown> | undefined;
    await whileLocked(async () => {
      written = writeNote();
      await expect
        .poll(async () =>
          // What measures the server holds a connection for a moment, too.
          (await read<{ leases: LeaseView[] }>('pool')).leases.filter(
            ({ heldMs, lane }) => heldMs > 50 && lane !== 'background' && lane !== 'control',
          ),
        )
        .toEqual([
          {
            lane: 'interactive',
            statement: expect.stringMatching(/^data\./),
            route: 'POST /v1/data/records/:collection',
            pid: expect.any(Number),
            heldMs: expect.any(Number),
            inTransaction: expect.any(Boolean),
          },
        ]);
      const { pool } = await read<{ pool: PoolSnapshot }>('pool');
      expect(laneOf(pool, 'interactive').active).toBe(1);
      expect(laneOf(pool, 'interactive').free).toBe(before.free - 1);
    });
    await written;
    const after = await read<{ pool: PoolSnapshot; leases: LeaseView[] }>('pool');
    expect(after.leases).toEqual([]);
    expect(laneOf(after.pool, 'interactive').acquiredTotal).toBeGreaterThan(before.acquiredTotal);
  });
});

describe('the statements', () => {
  const find = async (name: string | RegExp) => {
    const { statements } = await read<{ statements: StatementView[] }>('statements');
    return statements.filter((one) => (typeof name === 'string' ? one.name === name : name.test(one.name)));
  };

  test('are all there with lane, deadline and text, used or not', async () => {
    const { statements } = await read<{ statements: StatementView[] }>('statements');
    expect(statements.length).toBeGreaterThan(40);
    expect(new Set(statements.map(({ name }) => name)).size).toBe(statements.length);
    for (const { name, lane, deadlineMs, text } of statements) {
      expect(name).toMatch(/^[a-z]+\.[a-zA-Z]+/);
      expect(LANES).toContain(lane);
      expect(deadlineMs).toBeGreaterThan(0);
      expect(text).toMatch(/^\S/);
    }
    expect(statements.some(({ calls }) => calls === 0)).toBe(true);
  });

  test('count calls, rows and time', async () => {
    const [before] = await find('monitor.readVersion');
    for (let asked = 0; asked < 3; asked += 1) await read('overview');
    const [after] = await find('monitor.readVersion');
    expect(after!.calls - before!.calls).toBe(3);
    expect(after!.rows - before!.rows).toBe(3);
    expect(after!.totalMs).toBeGreaterThan(before!.totalMs);
    expect(after!.maxMs).toBeGreaterThanOrEqual(after!.meanMs);
    expect(after!.meanMs).toBeCloseTo(after!.totalMs / after!.calls);
    expect(after!.errors).toBe(0);
  });
});

test('the overview counts what there is, and says which Postgres it is', async () => {
  const before = await read<Overview>('overview');
  expect(before).toMatchObject({ users: 2, sessions: 2, collections: 1 });
  expect(before.database).toEqual({
    kind: 'external',
    host: new URL(running.databaseUrl).host,
    version: expect.stringMatching(/^1[4-8]\./),
  });
  expect(before.version).toMatch(/^\d+\.\d+\.\d+/);
  await must(running.url, 'POST', '/v1/data/collections', {
    token: running.operator,
    body: { name: 'others', fields: [] },
  });
  expect((await read<Overview>('overview')).collections).toBe(2);
});

test.each(['overview', 'pool', 'pool/stream', 'statements'])('%s is for operators', async (path) => {
  const asUser = await call(running.url, 'GET', `/v1/monitor/${path}`, { token: running.user });
  expect(asUser).toMatchObject({ status: 403, body: { code: 'operator_only' } });
  expect(await call(running.url, 'GET', `/v1/monitor/${path}`)).toMatchObject({ status: 401 });
});

describe('/metrics', () => {
  const readMetrics = async () => {
    const answer = await fetch(`${running.url}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    return answer.text();
  };
  const sampleOf = (text: string, series: string) => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };

  test('has the pool’s connections by lane, in the names of OpenTelemetry', async () => {
    const text = await readMetrics();
    for (const lane of LANES) {
      for (const name of ['count', 'pending_requests', 'free']) {
        expect(sampleOf(text, `db_client_connection_${name}{lane="${lane}"}`)).toBeGreaterThanOrEqual(0);
      }
    }
    const { pool } = await read<{ pool: PoolSnapshot }>('pool');
    expect(sampleOf(text, 'db_client_connection_max')).toBe(pool.maxConnections);
    expect(sampleOf(text, 'db_client_connection_open')).toBe(pool.total);
    expect(sampleOf(text, 'db_client_connections_opened_total')).toBeGreaterThan(0);
    expect(sampleOf(text, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  test('counts waits, uses and statements with the time they took', async () => {
    const series = 'db_client_operation_duration_seconds_count{lane="interactive",outcome="ok"}';
    const before = sampleOf(await readMetrics(), series) ?? 0;
    await writeNote();
    const text = await readMetrics();
    expect(sampleOf(text, series)).toBeGreaterThan(before);
    for (const name of ['wait_time', 'use_time']) {
      expect(sampleOf(text, `db_client_connection_${name}_seconds_count{lane="interactive"}`)).toBeGreaterThan(0);
    }
  });

  test('holds no secret and no value of a user', async () => {
    expect(await readMetrics()).not.toMatch(/@example\.com|postgres:\/\/|password/i);
  });
});

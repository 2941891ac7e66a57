import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureSnapshot } from '../../../main/planner/snapshot/capture.ts';
import { connectionOf } from '../../../main/planner/snapshot/connection.ts';
import { createTwin } from '../../../main/planner/twin/create-twin.ts';
import type { Twin } from '../../../main/planner/twin/twin.ts';
import {
  costPerCall,
  type PreparedWorkload,
  prepareWorkload,
} from '../../../main/planner/workload/prepare-workload.ts';
import type { WorkloadStatement } from '../../../main/planner/workload/workload.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let client: pg.Client;
let twin: Twin;

beforeAll(async () => {
  database = await createTestDatabase({ isEmpty: true });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    create schema shop;
    create type shop.mood as enum ('glad', 'sad');
    create domain shop.percent as integer check (value between 0 and 100);
    create table shop.orders (id bigint primary key, status text not null, mood shop.mood, share shop.percent, tags text[],
      details jsonb, placed_at timestamptz not null);
    insert into shop.orders
    select n * 1000, (array['done', 'done', 'done', 'open'])[1 + n % 4], 'glad', n % 100, array['t' || n % 50], '{"a": 1}',
      timestamptz '2026-01-01' + n * interval '1 minute'
    from generate_series(1, 20000) n;
    create index on shop.orders (placed_at);
    analyze shop.orders`);
  twin = await createTwin(await captureSnapshot(connectionOf(client), { schemas: ['shop'] }), { isUntrusted: false });
});
afterAll(async () => {
  await twin.close();
  await client.end();
  await database.drop();
});

function prepare(...texts: string[]): Promise<PreparedWorkload> {
  const workload = texts.map(
    (text, place): WorkloadStatement => ({ name: `s${place}`, source: 'file', text, callsPerDay: null, meanMs: null }),
  );
  return prepareWorkload(twin, workload);
}

test('each way to call a statement is planned, with values that Postgres takes for its types', async () => {
  const texts = [
    'select * from shop.orders where status = $1',
    'select * from shop.orders where mood = $1 and share > $2 and tags @> $3 and details @> $4',
    'select * from shop.orders where placed_at > now() - $1::interval order by id limit $2 offset $3',
    'select * from shop.orders where id = any($1::bigint[])',
    'insert into shop.orders (id, status, mood, share, placed_at) values ($1, $2, $3, $4, $5)',
    'update shop.orders set share = $1, details = jsonb_set(details, $2, $3) where id = $4',
  ];
  const { setAside, statements } = await prepare(...texts);
  expect(setAside).toEqual([]);
  for (const { bindings, types } of statements) {
    expect(bindings.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
    for (const { params } of bindings) expect(params).toHaveLength(types.length);
  }
  expect(statements[0]?.bindings[0]?.params).toEqual(['done']);
});

describe('what cannot be planned is set aside, with the reason', () => {
  test.each([
    ['selec 1', /cannot be read/],
    ['select 1; select 2', /more than one statement/],
    ['create table shop.other ()', /no statement that has a plan/],
    ['select * from shop.nowhere', /nowhere/],
    ['select missing from shop.orders', /missing/],
  ])('%s', async (text, why) => {
    const { setAside, statements } = await prepare(text);
    expect(statements).toEqual([]);
    expect(setAside).toMatchObject([{ why: expect.stringMatching(why) }]);
  });
});

test('where Postgres takes none of the values, the plan for every value stands', async () => {
  const { setAside, statements } = await prepare('select * from shop.orders where id = $1::smallint');
  expect(setAside).toEqual([]);
  expect(statements[0]?.bindings).toEqual([{ kind: 'none', weight: 1, params: [] }]);
});

test('a call costs what its ways cost, by their weights', async () => {
  const { statements } = await prepare('select * from shop.orders where placed_at > $1');
  const [only] = statements;
  if (!only) throw new Error('it is set aside');
  const costs = await Promise.all(
    only.bindings.map(
      async ({ params, weight }) => weight * (await twin.explain(only.statement.text, { params })).cost,
    ),
  );
  expect(await costPerCall(twin, only)).toBeCloseTo(costs.reduce((sum, cost) => sum + cost, 0));
});

test('a workload that is no longer wanted is given up, and progress is told', async () => {
  const done: number[] = [];
  const workload = [1, 2].map(
    (n): WorkloadStatement => ({ name: `s${n}`, source: 'file', text: `select ${n}`, callsPerDay: null, meanMs: null }),
  );
  await prepareWorkload(twin, workload, { onProgress: (count) => done.push(count) });
  expect(done).toEqual([1, 2]);
  await expect(prepareWorkload(twin, workload, { signal: AbortSignal.abort(new Error('no more')) })).rejects.toThrow(
    'no more',
  );
});

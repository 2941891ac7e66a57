/** A whole server with a slow list of its application's: it is reviewed, its index is advised, made by one call, and used. */

import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { route, Type } from '../../main/app.ts';
import { type Client, createClient, type IndexWork, type Run, type RunKind } from '../../main/client/index.ts';
import { type RunningApp, runApp } from '../support/running-app.ts';

const LIST = 'select id, placed_at, total from public.orders where customer_id = $1 order by placed_at desc limit 20';
const POLL = { timeout: 60_000, interval: 200 };

let running: RunningApp;
let client: Client;

beforeAll(async () => {
  running = await runApp(
    { AQUIFER_SAMPLER: 'false' },
    {
      routes: ({ pool }) => [
        route(
          'GET',
          '/shop/orders',
          {
            access: 'public',
            schema: { summary: 'Orders of a customer', response: { 200: Type.Object({ count: Type.Integer() }) } },
          },
          async () => ({ count: (await pool.query(LIST, [7])).rows.length }),
        ),
      ],
    },
  );
  await query(`
    create table public.orders (
      id bigint generated always as identity primary key, customer_id integer not null, placed_at timestamptz not null,
      total numeric not null, note text not null
    );
    insert into public.orders (customer_id, placed_at, total, note)
    select n % 2000, timestamptz '2026-01-01' + n * interval '1 minute', n % 100, repeat('x', 100)
    from generate_series(1, 60000) n;
    analyze public.orders`);
  client = createClient({ baseUrl: running.url, token: running.operator });
  for (let call = 0; call < 30; call += 1) await fetch(`${running.url}/shop/orders`);
});

async function query<Row extends object>(text: string): Promise<Row[]> {
  const connection = new pg.Client({ connectionString: running.databaseUrl });
  await connection.connect();
  try {
    return (await connection.query(text)).rows as Row[];
  } finally {
    await connection.end();
  }
}

async function run(kind: RunKind): Promise<Run> {
  const begun = await client.planner.startRun({ kind });
  await expect.poll(() => client.planner.run(begun.id).then(({ state }) => state), POLL).not.toMatch(/waiting|running/);
  return client.planner.run(begun.id);
}

async function ended(work: IndexWork): Promise<IndexWork | undefined> {
  const find = async () => (await client.planner.indexWorks()).find(({ id }) => id === work.id);
  await expect.poll(() => find().then((one) => one?.state), POLL).not.toBe('running');
  return find();
}

test('a review finds the list that reads the whole table, and a cure for it', { timeout: 90_000 }, async () => {
  expect(await run('review')).toMatchObject({ state: 'done' });
  const { report, statements } = await client.planner.review({ search: 'public.orders' });
  expect(report?.totals.statements).toBeGreaterThan(100);
  const [found] = statements;
  expect(found).toMatchObject({ source: 'observed', callsPerDay: 30 });
  const { statement } = await client.planner.reviewStatement(found?.id ?? '');
  expect(statement.findings[0]?.cure.sql).toMatch(/orders.*customer_id/i);
});

test('its index is advised, made, used, told of in the ledger, and taken back', { timeout: 120_000 }, async () => {
  expect(await run('advice')).toMatchObject({ state: 'done' });
  const { items } = await client.planner.advice();
  const item = items.find(({ advice }) => advice.index.table === 'orders');
  expect(item).toMatchObject({ state: 'offered', advice: { kind: 'create' } });
  const id = item?.id ?? '';

  const work = await ended(await client.planner.applyAdvice(id));
  expect(work).toMatchObject({ state: 'done', canUndo: true, adviceId: id });
  const plan = await query<Record<string, string>>(`explain ${LIST.replace('$1', '7')}`);
  expect(JSON.stringify(plan)).toContain(item?.advice.index.name);

  const { entries } = await client.planner.ledger();
  expect(entries).toMatchObject([{ id, state: 'done', stage: 'waiting', verdict: 'waiting' }]);
  expect(entries[0]?.predicted.sizeBytes).toBeGreaterThan(100_000);
  await expect(client.planner.applyAdvice(id)).rejects.toMatchObject({ code: 'advice_closed' });

  const undone = await ended(await client.planner.undoIndexWork(work?.id ?? ''));
  expect(undone).toMatchObject({ state: 'done', kind: 'drop', undoes: work?.id });
  expect((await client.planner.adviceItem(id)).state).toBe('undone');
  expect(await query(`select 1 from pg_class where relname = '${item?.advice.index.name}'`)).toEqual([]);
});

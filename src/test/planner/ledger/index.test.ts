/** The ledger over a real database: what becomes of advice from its offer to what came true of it. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database } from '../../../main/database/index.ts';
import { IndexWorks } from '../../../main/planner/creation/index.ts';
import { pack } from '../../../main/planner/jobs/packed.ts';
import { AdviceLedger, type StatementFigures } from '../../../main/planner/ledger/index.ts';
import type { CreateAdvice, DropAdvice } from '../../../main/planner/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createAdvice, dropAdvice } from '../../support/planner-advice.ts';

const OPERATOR = '01a2089e-473c-7793-8938-ed0f4cd8bb04';
const POLL = { timeout: 20_000, interval: 50 };
const HOUR_MS = 3_600_000;
const logger = createLogger({ level: 'silent' });

let target: TestDatabase;
let database: Database;
let client: pg.Client;
let works: IndexWorks;
let ledger: AdviceLedger;
let spans: [fromMs: number, toMs: number][];

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
  await client.query('create table public.orders (id integer primary key, customer integer)');
  const clock = { nowMs: () => Date.now() };
  works = new IndexWorks({
    ...{ database, logger, clock, note: () => undefined, trouble: () => null, diskSpace: () => null },
    onEnded: (work) => ledger.noteWork(work),
  });
  const figure = (calls: number, blocksPerCall: number): StatementFigures => ({
    ...{ statement: 'orders.list', text: null, calls, totalMs: calls, blocksPerCall },
  });
  ledger = new AdviceLedger({
    ...{ database, works, clock, logger },
    figuresBetween: async (fromMs, toMs) => [spans.push([fromMs, toMs]) % 2 === 1 ? figure(500, 400) : figure(500, 8)],
  });
});

afterAll(async () => {
  await works.service.stop();
  await client.end();
  await database.close();
  await target.drop();
});

beforeEach(async () => {
  spans = [];
  await client.query('delete from aquifer_planner.advice; delete from aquifer_planner.index_work');
  await client.query('drop index if exists public.orders_customer_idx');
});

async function offer(...advice: (CreateAdvice | DropAdvice)[]): Promise<void> {
  const offers = advice.map(async (one) => ({ id: one.id, kind: one.kind, body: await pack(one) }));
  await ledger.offer(randomUUID(), new Date().toISOString(), await Promise.all(offers));
}

const stateOf = async (id: string) => (await ledger.item(id)).state;
const runOnce = () => (ledger.service as typeof ledger.service & { runOnce(): Promise<void> }).runOnce();

test('what a run says takes the place of what was said before; what was declined stays so', async () => {
  await offer(createAdvice({ id: 'a' }), dropAdvice({ id: 'b' }));
  expect(await ledger.count()).toEqual({ toCreate: 1, toDrop: 1 });
  expect(await ledger.decline('a', OPERATOR, 'Not yet.')).toMatchObject({ state: 'declined', reason: 'Not yet.' });
  await expect(ledger.apply('a', OPERATOR)).rejects.toMatchObject({ code: 'advice_closed' });
  await offer(createAdvice({ id: 'a' }), createAdvice({ id: 'c' }));
  expect([await stateOf('a'), await stateOf('b'), await stateOf('c')]).toEqual(['declined', 'outdated', 'offered']);
  expect((await ledger.items()).map(({ id }) => id)).toEqual(['c', 'a']);
  expect(await ledger.reoffer('a', OPERATOR)).toMatchObject({ state: 'offered', reason: null });
  await offer(dropAdvice({ id: 'b' }));
  expect([await stateOf('a'), await stateOf('b')]).toEqual(['outdated', 'offered']);
  await expect(ledger.item('nothing')).rejects.toMatchObject({ code: 'advice_not_found' });
});

test('what is followed is looked at after an hour and after a day, against the day before it', async () => {
  await offer(createAdvice({ id: 'a' }));
  await ledger.apply('a', OPERATOR);
  await expect.poll(() => stateOf('a'), POLL).toBe('done');
  await runOnce();
  expect((await ledger.entries()).entries).toMatchObject([{ stage: 'waiting', verdict: 'waiting' }]);

  const age = (hours: number) =>
    client.query(`update aquifer_planner.advice set done_at = now() - make_interval(hours => $1)`, [hours]);
  await age(2);
  await runOnce();
  const [[beforeFrom, beforeTo], [afterFrom, afterTo]] = spans as [[number, number], [number, number]];
  expect([beforeTo - beforeFrom, afterTo - afterFrom]).toEqual([24 * HOUR_MS, HOUR_MS]);
  expect((await ledger.entries()).entries).toMatchObject([{ stage: 'first_hour', verdict: 'helped' }]);
  await runOnce();
  expect(spans).toHaveLength(2);
  await age(25);
  await runOnce();
  const { entries, totals } = await ledger.entries();
  expect(entries).toMatchObject([
    { stage: 'day', verdict: 'helped', predictionError: 1, suggestion: null, statements: [{ realisedTimes: 50 }] },
  ]);
  expect(entries[0]?.realised.sizeBytes).toBeGreaterThan(0);
  expect(totals).toMatchObject({ done: 1, helped: 1, didNotHelp: 0, waiting: 0 });
});

test('what did not help is to be taken back, and what was taken back is not offered by itself', async () => {
  await offer(createAdvice({ id: 'a' }));
  const { id } = await ledger.apply('a', OPERATOR);
  await expect.poll(() => stateOf('a'), POLL).toBe('done');
  spans = [[0, 0]];
  await client.query(`update aquifer_planner.advice set done_at = now() - interval '25 hours'`);
  await runOnce();
  const [entry] = (await ledger.entries()).entries;
  expect(entry).toMatchObject({
    verdict: 'hurt',
    suggestion: { sql: 'drop index concurrently public.orders_customer_idx' },
  });
  await works.undo(id, OPERATOR);
  await expect.poll(() => stateOf('a'), POLL).toBe('undone');
  await offer(createAdvice({ id: 'a' }));
  expect(await stateOf('a')).toBe('undone');
  expect((await ledger.entries()).totals).toMatchObject({ done: 0 });
});

test('what fails is told, and can be tried again; what nobody told of is found', async () => {
  await offer(createAdvice({ id: 'a', column: 'nothing' }), createAdvice({ id: 'b' }));
  await ledger.apply('a', OPERATOR);
  await expect.poll(() => stateOf('a'), POLL).toBe('failed');
  expect((await ledger.item('a')).reason).toContain('column "nothing" does not exist');
  await client.query(`update aquifer_planner.advice set state = 'under_way', changed_at = now() - interval '1 hour'`);
  await runOnce();
  expect([await stateOf('a'), await stateOf('b')]).toEqual(['failed', 'offered']);
});

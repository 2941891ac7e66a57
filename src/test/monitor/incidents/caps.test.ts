import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, statement } from '../../../main/database/index.ts';
import { Caps } from '../../../main/monitor/incidents/caps.ts';
import type { NewEntry } from '../../../main/monitor/incidents/timeline.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const OPERATOR = '01a2089e-473c-7793-8938-ed0f4cd8bb04';
const logger = createLogger({ level: 'silent' });
const doze = statement<[seconds: number], { done: string }>({
  name: 'test.doze',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: 'select pg_catalog.pg_sleep($1)::text as done',
});
const readOne = statement<[], { one: number }>({
  name: 'test.readOneForCaps',
  lane: 'interactive',
  deadlineMs: 5_000,
  isShared: true,
  text: 'select 1 as one',
});

let target: TestDatabase;
let database: Database;

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({ connectionString: target.url, maxConnections: 10, logger });
});

afterAll(async () => {
  await database.close();
  await target.drop();
});

function createCaps(over: Pick<Database, 'query' | 'execute' | 'capStatement'> = database) {
  const entries: NewEntry[] = [];
  const caps = new Caps({
    ...{ database: over, logger, clock: { nowMs: () => Date.now() } },
    timeline: { note: (entry) => ({ ...entry, id: String(entries.push(entry)), at: '', by: null, details: {} }) },
  });
  return { caps, entries };
}

const running = () => database.listLeases().filter((lease) => lease.statement === 'test.doze').length;

test('no more than so many run at once, the others wait, and all go when it is lifted', async () => {
  const { caps, entries } = createCaps();
  const cap = await caps.set({ statement: 'test.doze', max: 1, reason: 'It hurts.' }, OPERATOR);
  const all = [1, 2, 3].map(() => database.query(doze, [1.5]));
  await sleep(50);
  expect(running()).toBe(1);
  await caps.lift(cap.id, OPERATOR);
  expect(running()).toBe(3);
  await Promise.all(all);
  expect(entries.map(({ by, sentence }) => [by, sentence])).toEqual([
    [OPERATOR, 'An operator has capped at 1 at once: test.doze, for 60 min. It hurts.'],
    [OPERATOR, 'An operator has lifted the cap of test.doze.'],
  ]);
});

test('zero refuses it: whoever comes, whoever waits, and short reads that share a connection', async () => {
  const { caps } = createCaps();
  const one = await caps.set({ statement: 'test.doze', max: 1 }, OPERATOR);
  const first = database.query(doze, [1.5]);
  const second = database.query(doze, [0.1]).catch((error: { code: string }) => error.code);
  await sleep(50);
  const cap = await caps.set({ statement: 'test.doze', max: 0 }, OPERATOR);
  expect(await second).toBe('statement_capped');
  await expect(database.query(doze, [0.1])).rejects.toMatchObject({ code: 'statement_capped', kind: 'overloaded' });
  await first;
  expect(cap.id).not.toBe(one.id);
  expect(caps.list()).toHaveLength(1);
  await caps.lift(cap.id, OPERATOR);
  await database.query(doze, [0]);

  const shared = await caps.set({ statement: 'test.readOneForCaps', max: 0 }, OPERATOR);
  await expect(database.query(readOne, [])).rejects.toMatchObject({ code: 'statement_capped' });
  await caps.lift(shared.id, OPERATOR);
  expect(await database.query(readOne, [])).toEqual([{ one: 1 }]);
});

test('statements of an application are capped by the name of their fingerprint', async () => {
  const { caps } = createCaps();
  const cap = await caps.set({ statement: 'select pg_sleep(?)', max: 0 }, OPERATOR);
  await expect(database.pool().query('select pg_sleep(0.01)')).rejects.toMatchObject({ reason: 'statement_capped' });
  await caps.lift(cap.id, OPERATOR);
  await database.pool().query('select pg_sleep(0.01)');
});

test('another server follows, and what has run out is lifted and told', async () => {
  const told: [string, number | null][] = [];
  const over = {
    query: database.query.bind(database),
    execute: database.execute.bind(database),
    capStatement: (name: string, max: number | null) => void told.push([name, max]),
  } as Pick<Database, 'query' | 'execute' | 'capStatement'>;
  const [here, there] = [createCaps(), createCaps(over)];
  const cap = await here.caps.set({ statement: 'test.doze', max: 2 }, OPERATOR);
  await there.caps.service.start();
  await expect.poll(() => told).toEqual([['test.doze', 2]]);
  await database.execute(endCap, [cap.id]);
  await there.caps.service.stop();
  await there.caps.service.start();
  await expect.poll(() => told).toContainEqual(['test.doze', null]);
  await there.caps.service.stop();
  database.capStatement('test.doze', null);
});

const endCap = statement<[id: string]>({
  name: 'test.endCap',
  lane: 'control',
  deadlineMs: 2_000,
  text: `update aquifer_monitor.statement_cap set until = now() - interval '1 second' where id = $1`,
});

/** Runs over a real database: in turn, one of a kind, given up from anywhere, and ended where their server died. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database } from '../../../main/database/index.ts';
import { AppError } from '../../../main/foundation/errors.ts';
import { pack, unpack } from '../../../main/planner/jobs/packed.ts';
import { RunBook, type RunBookOptions } from '../../../main/planner/jobs/run-book.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const OPERATOR = '01a2089e-473c-7793-8938-ed0f4cd8bb04';
const POLL = { timeout: 20_000, interval: 20 };
const TAKEN_AT = '2026-11-23T08:00:00.000Z';
const logger = createLogger({ level: 'silent' });

let target: TestDatabase;
let database: Database;
let client: pg.Client;
const books: RunBook[] = [];

beforeAll(async () => {
  target = await createTestDatabase();
  database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
});

afterEach(async () => {
  for (const book of books.splice(0)) await book.service.stop();
  await client.query('delete from aquifer_planner.run');
});

afterAll(async () => {
  await client.end();
  await database.close();
  await target.drop();
});

async function createBook(perform: RunBookOptions['perform']): Promise<RunBook> {
  const book = new RunBook({
    database,
    logger,
    perform,
    clock: { nowMs: () => Date.now() },
    everyMs: 20,
    endAbandonedEveryMs: 20,
  });
  books.push(book);
  await book.service.start();
  return book;
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

test('a run is done, its report kept in parts, and the last of its kind is found', async () => {
  const book = await createBook(async ({ kind }, { onProgress, onSnapshot }) => {
    onSnapshot(TAKEN_AT);
    onProgress({ done: 1, total: 2, sentence: 'Half of it.' });
    return { parts: [{ part: 'report', body: await pack({ kind }) }], sentence: 'One index would help.' };
  });
  expect(await book.last('advice')).toBeNull();
  const { id } = await book.start({ kind: 'advice', budgetBytes: 5 }, OPERATOR);
  await expect.poll(async () => (await book.find(id)).state, POLL).toBe('done');
  const run = await book.last('advice');
  expect(run).toMatchObject({ id, by: OPERATOR, snapshotTakenAt: TAKEN_AT, progress: null });
  expect(run?.sentence).toBe('One index would help.');
  expect(await unpack((await book.part(id, 'report')) ?? new Uint8Array())).toEqual({ kind: 'advice' });
  await expect(book.cancel(id)).rejects.toMatchObject({ code: 'run_ended' });
  await expect(book.find(randomUUID())).rejects.toMatchObject({ code: 'run_not_found' });
});

test('one after the other, one of a kind over all servers, told of while it goes on', async () => {
  const book = await createBook(async (_request, { onProgress, signal }) => {
    onProgress({ done: 3, total: 7, sentence: 'Three of seven.' });
    return untilAborted(signal);
  });
  const other = await createBook(async () => ({ parts: [], sentence: 'Done at once.' }));
  const first = await book.start({ kind: 'review' }, OPERATOR);
  const second = await book.start({ kind: 'sizing' }, null);
  expect((await other.start({ kind: 'review' }, OPERATOR)).id).toBe(first.id);
  await expect.poll(() => book.find(first.id), POLL).toMatchObject({ progress: { done: 3, total: 7 } });
  // The other server has it from the database.
  await expect.poll(() => other.find(first.id), POLL).toMatchObject({ state: 'running', sentence: 'Three of seven.' });
  expect((await other.find(second.id)).state).toBe('waiting');
  expect(await other.cancel(first.id)).toMatchObject({ state: 'cancelled' });
  await expect.poll(async () => (await book.find(second.id)).state, POLL).toBe('running');
  await book.cancel(second.id);
  expect((await book.list()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
});

test('a refusal is told as it is, a fault of ours as one', async () => {
  const refusals: Error[] = [
    new AppError('unprocessable', 'snapshot_refused', 'It cannot be read.'),
    new Error('secret'),
  ];
  const book = await createBook(async () => Promise.reject(refusals.shift()));
  const sentenceOf = async () => {
    const { id } = await book.start({ kind: 'forecast' }, OPERATOR);
    await expect.poll(async () => (await book.find(id)).state, POLL).toBe('failed');
    return (await book.find(id)).sentence;
  };
  expect(await sentenceOf()).toBe('It cannot be read.');
  expect(await sentenceOf()).toBe('It failed, which is a fault of ours; the log says why.');
});

test('a run whose server died keeps nobody waiting', async () => {
  await client.query(
    `insert into aquifer_planner.run (id, kind, state, options, asked_at, sentence, beat_at)
     values ($1, 'review', 'running', '{}', now() - interval '1 hour', 'It runs.', now() - interval '2 minutes')`,
    [randomUUID()],
  );
  const book = await createBook(async () => ({ parts: [], sentence: 'Done.' }));
  const { id } = await book.start({ kind: 'review' }, OPERATOR);
  await expect.poll(async () => (await book.find(id)).state, POLL).toBe('done');
  expect((await book.list()).map(({ state }) => state)).toEqual(['done', 'failed']);
});

test('a run whose server died is not shown as under way for long, also by one that began before its minute was over', async () => {
  const book = await createBook(async () => ({ parts: [], sentence: 'Done.' }));
  const { id } = await book.start({ kind: 'review' }, OPERATOR);
  await expect.poll(async () => (await book.find(id)).state, POLL).toBe('done');
  const dead = randomUUID();
  await client.query(
    `insert into aquifer_planner.run (id, kind, state, options, asked_at, sentence, beat_at)
     values ($1, 'advice', 'running', '{}', now() - interval '1 hour', 'It runs.', now() - interval '2 minutes')`,
    [dead],
  );
  await expect.poll(async () => (await book.find(dead)).state, POLL).toBe('failed');
});

import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pool, PoolTracker, type StatementOutcome } from '../../main/database/index.ts';
import {
  type ClientConstructor,
  type ClientHolder,
  type ClientOutcome,
  type WatchedClient,
  watched,
} from '../../main/database/watched-client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let target: TestDatabase;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
afterAll(() => target.drop());

test('each statement’s end is told with its own rows and SQLSTATE, one that was never sent included', async () => {
  const ended: StatementOutcome[] = [];
  class Recorder extends PoolTracker {
    override statementEnded(outcome: StatementOutcome): void {
      ended.push(outcome);
    }
  }
  const pool = new Pool({ connectionString: target.url, tracker: new Recorder() });
  const client = await pool.connect();
  await client.query('create table t (a integer primary key)');
  await client.query('insert into t select generate_series(1, 4)');
  await client.query('insert into t values (1)').catch(() => undefined);
  await client.query('select a from t; select a from t where a > 2');
  await client.query('select $1', 'no array' as never).catch(() => undefined);
  await client.query('select a from t');
  client.release();
  await pool.end();
  expect(ended.map(({ rows, errorCode }) => [rows, errorCode])).toEqual([
    [0, undefined],
    [4, undefined],
    [0, '23505'],
    [6, undefined],
    [0, 'error'],
    [4, undefined],
  ]);
});

test('of a client that lets nobody hear its protocol, the end is told when nothing runs any more', () => {
  class Silent extends EventEmitter {
    query(): void {}
  }
  const Watched = watched(Silent as unknown as ClientConstructor);
  const client = new Watched({}) as WatchedClient;
  const told: (ClientOutcome | string)[] = [];
  const holder: ClientHolder = {
    noteStatement: ({ text, values }) => told.push(`${text} ${values.join()}`),
    noteEnded: (outcome) => told.push(outcome),
    noteDrained: () => told.push('drained'),
  };
  client.holder = holder;
  client.query('select $1', [7]);
  client.emit('drain');
  expect(told).toEqual(['select $1 7', { rows: 0, errorCode: undefined, isInTransaction: undefined }, 'drained']);
});

test('an end that is heard late is told to whoever had sent the statement', () => {
  class Slow extends EventEmitter {
    readonly connection = new EventEmitter();
    query(): void {}
  }
  const client = new (watched(Slow as unknown as ClientConstructor))({}) as WatchedClient & Slow;
  const told: string[] = [];
  const holderOf = (name: string): ClientHolder => ({
    noteStatement: () => told.push(`${name} began`),
    noteEnded: ({ errorCode, isInTransaction, rows }) =>
      told.push(`${name} ended ${rows} ${errorCode} ${isInTransaction}`),
    noteDrained: () => undefined,
  });
  client.holder = holderOf('first');
  (client as Slow).query();
  client.holder = holderOf('second');
  (client as Slow).query();
  client.connection.emit('errorMessage', { code: '57014' });
  client.connection.emit('readyForQuery', { status: 'E' });
  client.connection.emit('commandComplete', { text: 'INSERT 0 3' });
  client.connection.emit('readyForQuery', { status: 'I' });
  expect(told).toEqual(['first began', 'second began', 'first ended 0 57014 true', 'second ended 3 undefined false']);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pool, PoolTracker, type StatementOutcome } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

class Recorder extends PoolTracker {
  readonly statements: StatementOutcome[] = [];
  readonly events: string[] = [];

  override statementEnded(outcome: StatementOutcome): void {
    this.statements.push(outcome);
  }
  override leaseGranted(lane: string): void {
    this.events.push(`granted ${lane}`);
  }
  override leaseReleased(lane: string): void {
    this.events.push(`released ${lane}`);
  }
  override refused(lane: string, reason: string): void {
    this.events.push(`refused ${lane} ${reason}`);
  }
  override cancelSent(lane: string): void {
    this.events.push(`cancelled ${lane}`);
  }
}

let target: TestDatabase;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
afterAll(() => target.drop());

test('a tracker hears of each statement once, by its fingerprint, with its rows or its SQLSTATE', async () => {
  const tracker = new Recorder();
  const pool = new Pool({ connectionString: target.url, tracker });
  await pool.query('select n from generate_series(1, $1::int) as n', [7]);
  await pool.query('select 1/0').catch(() => undefined);
  await pool.as({ tenant: 'a', deadlineMs: 5_000 }).query('select 1, 2');
  await pool
    .as({ deadlineMs: 80 })
    .query('select pg_sleep(9)')
    .catch(() => undefined);
  expect(tracker.statements.map(({ statement, lane, rows, errorCode }) => [statement, lane, rows, errorCode])).toEqual([
    ['select n from generate_series(?, ?::int) as n', 'interactive', 7, undefined],
    ['select ?/?', 'interactive', 0, '22012'],
    ['select ?, ?', 'interactive', 1, undefined],
    ['select pg_sleep(?)', 'interactive', 0, '57014'],
  ]);
  expect(tracker.statements[2]?.origin?.tenant).toBe('a');
  expect(tracker.statements.every(({ durationMs }) => durationMs > 0)).toBe(true);
  await pool.end();
  const [granted, released] = ['granted interactive', 'released interactive'];
  expect(tracker.events).toEqual([
    ...[granted, released, granted, released, granted, released],
    ...[granted, 'cancelled interactive', released],
  ]);
});

import { expect, test } from 'vitest';
import type { StatementOutcome } from '../../../main/database/index.ts';
import { CallTable } from '../../../main/monitor/query-stats/call-table.ts';
import { EVERYTHING_ELSE } from '../../../main/monitor/query-stats/series.ts';

function outcomeOf(some: Partial<StatementOutcome> & { route?: string }): StatementOutcome {
  const { route, ...rest } = some;
  return {
    statement: 'a',
    lane: 'interactive',
    durationMs: 1,
    rows: 1,
    origin: route ? { route } : undefined,
    ...rest,
  };
}

const callsOf = (table: CallTable) =>
  Object.fromEntries(table.list().map(({ route, statement, totals }) => [`${statement} ${route}`, totals.calls]));

test('counts by statement and route: calls, failures, rows, time and the longest', () => {
  const table = new CallTable();
  table.ended(outcomeOf({ route: 'GET /a', durationMs: 2, rows: 5 }));
  table.ended(outcomeOf({ route: 'GET /a', durationMs: 40, rows: 0, errorCode: '57014', lane: 'bulk' }));
  table.ended(outcomeOf({ route: 'GET /b' }));
  table.ended(outcomeOf({}));
  expect(callsOf(table)).toEqual({ 'a GET /a': 2, 'a GET /b': 1, 'a ': 1 });
  const [first] = table.list();
  expect(first).toMatchObject({ lane: 'bulk', totals: { calls: 2, errors: 1, rows: 5, totalMs: 42, maxMs: 40 } });
  expect(first?.totals.histogram.total).toBe(2);
});

test('gives over what it counted, and counts on from nothing', () => {
  const [slice, minute] = [new CallTable(), new CallTable()];
  slice.ended(outcomeOf({}));
  minute.takeFrom(slice);
  minute.takeFrom(slice);
  expect(callsOf(minute)).toEqual({ 'a ': 1 });
  expect(slice.list()).toEqual([]);
  slice.ended(outcomeOf({ durationMs: 9 }));
  minute.takeFrom(slice);
  expect(minute.list()[0]?.totals).toMatchObject({ calls: 2, totalMs: 10, maxMs: 9 });
});

test('stays small, keeps the heavy by name, and loses no call', () => {
  const table = new CallTable(10);
  for (let statement = 0; statement < 1_000; statement += 1) {
    table.ended(outcomeOf({ statement: 'heavy', durationMs: 500 }));
    table.ended(outcomeOf({ statement: `select ${statement}`, durationMs: 0.1 }));
  }
  expect(table.list().length).toBeLessThanOrEqual(10);
  const calls = callsOf(table);
  expect(calls['heavy ']).toBe(1_000);
  expect(Object.values(calls).reduce((sum, count) => sum + count, 0)).toBe(2_000);
  expect(calls[`${EVERYTHING_ELSE.name} `]).toBeGreaterThan(900);
});

test('a figure that is none spoils no sum', () => {
  const table = new CallTable();
  table.ended(outcomeOf({ durationMs: Number.NaN, rows: Number.NaN }));
  table.ended(outcomeOf({ durationMs: -3, rows: 2 }));
  expect(table.list()[0]?.totals).toMatchObject({ calls: 2, rows: 2, totalMs: 0, maxMs: 0 });
});

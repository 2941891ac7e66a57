import { beforeEach, expect, test } from 'vitest';
import type { Calls } from '../../../main/monitor/query-stats/call-table.ts';
import { createTotals, EVERYTHING_ELSE } from '../../../main/monitor/query-stats/series.ts';
import { StatementReadings } from '../../../main/monitor/query-stats/statement-readings.ts';
import type { Reading } from '../../../main/monitor/samples/reading-hub.ts';

const SLICE_MS = 10_000;

let published: Reading[];
let readings: StatementReadings;
beforeEach(() => {
  published = [];
  const publish = (_atMs: number, some: readonly Reading[]) => {
    published = [...some];
  };
  readings = new StatementReadings({ publish });
});

function callsOf(statement: string, calls: number, ms = 5, route = ''): Calls {
  const totals = { ...createTotals(), calls, totalMs: calls * ms, maxMs: ms };
  for (let call = 0; call < calls; call += 1) totals.histogram.record(ms);
  return { statement, route, lane: 'interactive', totals };
}

const valuesOf = (scope: string) =>
  Object.fromEntries(published.filter((one) => one.scope === scope).map(({ name, value }) => [name, value]));
const scopes = () => new Set(published.map(({ scope }) => scope));

test('says by the second how often a statement is called, and how long it takes, over all its callers', () => {
  readings.publish(0, [callsOf('a', 20, 4, 'GET /a'), callsOf('a', 10, 10, 'GET /b')], SLICE_MS);
  expect(valuesOf('a')).toEqual({
    ...{ 'statement.callsPerSecond': 3, 'statement.meanMs': 6 },
    'statement.p99Ms': expect.closeTo(10, -0.5),
  });
});

test('publishes thirty, the heaviest, and never everything else', () => {
  const all = Array.from({ length: 60 }, (_, index) => callsOf(`s${index}`, 1, 1 + index));
  readings.publish(0, [...all, callsOf(EVERYTHING_ELSE.name, 99, 900)], SLICE_MS);
  expect(scopes().size).toBe(30);
  expect(scopes()).toContain('s59');
  expect(scopes()).not.toContain('s29');
  expect(scopes()).not.toContain(EVERYTHING_ELSE.name);
});

test('a statement that is published stays while others pass it by a little, and leaves when it is forgotten', () => {
  const all = Array.from({ length: 30 }, (_, index) => callsOf(`s${index}`, 1, 10 + index));
  readings.publish(0, all, SLICE_MS);
  readings.publish(0, [callsOf('newcomer', 1, 11)], SLICE_MS);
  expect(scopes()).toContain('s0');
  expect(valuesOf('s0')).toEqual({ 'statement.callsPerSecond': 0 });
  for (let slice = 0; slice < 400; slice += 1) readings.publish(0, [callsOf('newcomer', 1, 11)], SLICE_MS);
  expect([...scopes()]).toEqual(['newcomer']);
});

test('blocks are published for those that are, under the name the pool knows', () => {
  readings.publish(0, [callsOf('a', 1)], SLICE_MS);
  const step = (statementId: string) => ({
    ...{ statementId, route: '', isServer: true, atMs: 0 },
    totals: { ...createTotals(), calls: 60, totalMs: 120, hitBlocks: 500, readBlocks: 100 },
  });
  const nameOf = (id: string) => ({ 1: 'a', 2: 'b' })[id];
  readings.publishBlocks(0, ['1', '2', '3'].map(step), nameOf);
  expect(published).toEqual([{ name: 'statement.blocksPerCall', scope: 'a', value: 10 }]);
  readings.publishServer(0, ['1', '2', '3'].map(step), nameOf);
  expect([...scopes()]).toEqual(['a', 'b']);
  expect(valuesOf('b')).toEqual({
    ...{ 'statement.callsPerSecond': 1, 'statement.meanMs': 2, 'statement.blocksPerCall': 10 },
  });
});

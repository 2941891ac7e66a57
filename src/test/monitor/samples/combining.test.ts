import { expect, test } from 'vitest';
import { combinationOf, combineBlocks } from '../../../main/monitor/samples/combining.ts';
import { type SampleBlock, StepTotals } from '../../../main/monitor/samples/sample-block.ts';

const block = (name: string, scopes: Record<string, readonly number[]>): SampleBlock => {
  const totals = new StepTotals({ startMs: 0, stepMs: 1, steps: 3 });
  for (const [scope, values] of Object.entries(scopes)) {
    for (const [step, value] of values.entries()) totals.add(scope, step, value);
  }
  return totals.toBlock(name);
};

test.each([
  ['pool.inUse', 'sum'],
  ['pool.limit', 'sum'],
  ['pool.refusedPerSecond', 'sum'],
  ['http.requestsPerSecond', 'sum'],
  ['statement.callsPerSecond', 'sum'],
  ['users.hurt', 'sum'],
  ['process.rssBytes', 'sum'],
  ['process.cpuShare', 'sum'],
  ['pool.waitP99Ms', 'worst'],
  ['process.loopDelayP99Ms', 'worst'],
  ['statement.blocksPerCall', 'worst'],
  ['server.commitsPerSecond', 'same'],
  ['locks.waiting', 'same'],
  ['disk.freeBytes', 'same'],
  ['table.rows', 'same'],
])('%s of several processes: %s', (name, how) => {
  expect(combinationOf(name)).toBe(how);
});

test('connections of two processes add up, and where one measured nothing the other is all there is', () => {
  const one = block('pool.inUse', { bulk: [1, 2], control: [1] });
  const other = block('pool.inUse', { bulk: [10, Number.NaN, 30], critical: [5] });
  const both = combineBlocks([one, other]);
  expect([...(both.series.get('bulk')?.mean ?? [])]).toEqual([11, 2, 30]);
  expect([...(both.series.get('control')?.mean ?? [])]).toEqual([1, Number.NaN, Number.NaN]);
  expect([...(both.series.get('critical')?.max ?? [])]).toEqual([5, Number.NaN, Number.NaN]);
});

test('of waits the longer one counts; of one server’s figures any is as good', () => {
  const waits = combineBlocks([block('pool.waitP99Ms', { bulk: [1, 9] }), block('pool.waitP99Ms', { bulk: [5, 2] })]);
  expect([...(waits.series.get('bulk')?.mean ?? [])].slice(0, 2)).toEqual([5, 9]);
  const rows = combineBlocks([block('table.rows', { t: [7] }), block('table.rows', { t: [7] })]);
  expect(rows.series.get('t')?.mean[0]).toBe(7);
});

test('one alone is itself', () => {
  const one = block('pool.inUse', { bulk: [1] });
  expect(combineBlocks([one])).toBe(one);
});

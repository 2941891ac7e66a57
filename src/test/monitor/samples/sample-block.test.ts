import { expect, test } from 'vitest';
import { StepTotals } from '../../../main/monitor/samples/sample-block.ts';

const SPAN = { startMs: 1_000, stepMs: 100, steps: 3 };

test('a step has the mean, the least and the most of what was measured in it, and a gap where nothing was', () => {
  const totals = new StepTotals(SPAN);
  for (const value of [4, 1, 1]) totals.add('a', 1_050, value);
  totals.add('a', 1_299, -2);
  totals.add('b', 1_100, 7);
  const { name, series, ...span } = totals.toBlock('x');
  expect({ name, ...span }).toEqual({ name: 'x', ...SPAN });
  expect([...series.keys()]).toEqual(['a', 'b']);
  expect([...(series.get('a')?.mean ?? [])]).toEqual([2, Number.NaN, -2]);
  expect([...(series.get('a')?.min ?? [])]).toEqual([1, Number.NaN, -2]);
  expect([...(series.get('a')?.max ?? [])]).toEqual([4, Number.NaN, -2]);
});

test('what is before the span, or after it, is left out', () => {
  const totals = new StepTotals(SPAN);
  totals.add('a', 999, 1);
  totals.add('a', 1_300, 1);
  expect(totals.size).toBe(0);
});

test('of narrower blocks each step counts by its width', () => {
  const totals = new StepTotals({ startMs: 0, stepMs: 600, steps: 1 });
  const narrow = new StepTotals({ startMs: 0, stepMs: 100, steps: 3 });
  for (const [atMs, value] of [
    [0, 0],
    [100, 30],
    [200, 60],
  ] as const)
    narrow.add('a', atMs, value);
  totals.addBlock(narrow.toBlock('x'));
  const wide = new StepTotals({ startMs: 300, stepMs: 300, steps: 1 });
  wide.add('a', 300, 90);
  wide.add('b', 300, 1);
  totals.addBlock(wide.toBlock('x'), 'a');
  const { series } = totals.toBlock('x');
  expect([...series.keys()]).toEqual(['a']);
  expect(series.get('a')).toEqual({
    mean: Float32Array.of(60),
    min: Float32Array.of(0),
    max: Float32Array.of(90),
  });
});

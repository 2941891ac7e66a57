import { expect, test } from 'vitest';
import { RecentBlocks } from '../../../main/monitor/samples/recent-blocks.ts';

const MINUTE_MS = 60_000;
const block = (name: string, minute: number) => ({
  ...{ name, startMs: minute * MINUTE_MS, stepMs: 10_000, steps: 6 },
  series: new Map(),
});

test('gives what has a part in the span, and keeps no more than it should', () => {
  const recent = new RecentBlocks(3 * MINUTE_MS);
  for (let minute = 0; minute < 10; minute += 1) recent.add(block('a', minute));
  expect(recent.read('a', 0, 100 * MINUTE_MS).map(({ startMs }) => startMs / MINUTE_MS)).toEqual([6, 7, 8, 9]);
  expect(recent.read('a', 7.5 * MINUTE_MS, 8 * MINUTE_MS + 1).map(({ startMs }) => startMs / MINUTE_MS)).toEqual([
    7, 8,
  ]);
  expect(recent.read('b', 0, 100 * MINUTE_MS)).toEqual([]);
});

test('a name of which nothing comes any more is forgotten', () => {
  const recent = new RecentBlocks(3 * MINUTE_MS);
  recent.add(block('a', 1));
  recent.forgetBefore(4 * MINUTE_MS);
  expect(recent.read('a', 0, 100 * MINUTE_MS)).toHaveLength(1);
  recent.forgetBefore(5 * MINUTE_MS);
  expect(recent.read('a', 0, 100 * MINUTE_MS)).toEqual([]);
});

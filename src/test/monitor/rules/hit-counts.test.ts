import { expect, test } from 'vitest';
import { HitCounts } from '../../../main/monitor/rules/hit-counts.ts';

const DAY_MS = 24 * 3_600_000;

test('a session counts once for each rule, for a day; who was spared does not count', () => {
  let nowMs = DAY_MS;
  const hits = new HitCounts({ nowMs: () => nowMs, monotonicMs: () => nowMs });
  expect(hits.add('one', 'pid 1', true)).toBe(true);
  expect(hits.add('one', 'pid 1', true)).toBe(false);
  expect(hits.add('two', 'pid 1', true)).toBe(true);
  nowMs += 1_000;
  expect(hits.add('one', 'pid 2', false)).toBe(true);
  expect(hits.add('one', 'pid 2', false)).toBe(false);
  expect(hits.of('one')).toEqual({ hits24h: 1, lastHitAt: new Date(DAY_MS).toISOString() });
  // Spared until somebody allowed it: that is news.
  expect(hits.add('one', 'pid 2', true)).toBe(true);
  expect(hits.of('one')).toEqual({ hits24h: 2, lastHitAt: new Date(DAY_MS + 1_000).toISOString() });
  nowMs += DAY_MS;
  expect(hits.of('one').hits24h).toBe(1);
  nowMs += 1;
  expect(hits.of('one')).toEqual({ hits24h: 0, lastHitAt: null });
});

test('a clock that jumps forgets nothing', () => {
  let wallMs = DAY_MS;
  const hits = new HitCounts({ nowMs: () => wallMs, monotonicMs: () => 30 * DAY_MS });
  hits.add('one', 'pid 1', true);
  wallMs += 10 * DAY_MS;
  expect(hits.of('one').hits24h).toBe(1);
});

/** What became of a statement, in a word and a sentence. */

import { describe, expect, test } from 'vitest';
import { changeOf, tellCount, tellMs } from '../../../main/monitor/query-stats/change.ts';
import { groupByStatement, type StatementSeries } from '../../../main/monitor/query-stats/figures.ts';
import type { Regression } from '../../../main/monitor/query-stats/query-store.ts';
import { createTotals, type Series } from '../../../main/monitor/query-stats/series.ts';
import { HOUR_MS } from '../../../main/monitor/query-stats/spans.ts';

const HOUR = { fromMs: 0, toMs: HOUR_MS };
const SPREAD = [0.5, 0.8, 1, 1.2, 1.5];

interface Given {
  calls?: number;
  ms?: number;
  blocks?: number;
  spread?: readonly number[];
}

function groupOf({ blocks, calls = 100, ms = 2, spread = SPREAD }: Given): StatementSeries {
  const own = { ...createTotals(), calls };
  for (let call = 0; call < calls; call += 1) {
    const took = ms * (spread[call % spread.length] ?? 1);
    own.totalMs += took;
    own.histogram.record(took);
  }
  const series: Series[] = [{ statementId: 'orders', route: 'GET /a', isServer: false, totals: own }];
  if (blocks !== undefined) {
    const totals = { ...createTotals(), calls, totalMs: own.totalMs, hitBlocks: blocks * calls };
    series.push({ statementId: 'orders', route: '', isServer: true, totals });
  }
  return groupByStatement(series)[0] as StatementSeries;
}

function changeFrom(before: Given | undefined, now: Given, regressions: Regression[] = [], lastMs = HOUR_MS) {
  return changeOf({
    ...{ now: groupOf(now), before: before && groupOf(before), regressions },
    spans: { now: { fromMs: 0, toMs: lastMs }, before: HOUR },
  });
}

test('slower and faster are told with their times, and with their blocks where those are known', () => {
  expect(changeFrom({}, { ms: 9 })).toEqual({ kind: 'slower', sentence: 'Takes 9 ms on average, before 2 ms.' });
  expect(changeFrom({ blocks: 4 }, { ms: 0.5, blocks: 2_500 })).toEqual({
    kind: 'faster',
    sentence: 'Takes 0.5 ms on average, before 2 ms, and reads 2,500 blocks for each call, before 4.',
  });
});

test('more calls are told by their rate, whatever the length of the spans', () => {
  expect(changeFrom({}, { calls: 400 })).toEqual({
    kind: 'more_calls',
    sentence: 'Called 6.7 times a minute, before 1.7 times a minute.',
  });
  expect(changeFrom({}, { calls: 400 }, [], 4 * HOUR_MS).kind).toBe('same');
  expect(changeFrom({}, { calls: 100 }, [], HOUR_MS / 50).sentence).toMatch(/^Called 1.4 times a second, before/);
});

test('a regression by its plan comes before all else, and what did not run before is new', () => {
  const regression = { statementId: 'orders', atMs: 5, sentence: 'It reads more.', blocksRatio: 9, timeRatio: 4 };
  const found = { ...regression, planBefore: null, planAfter: null, precededBy: [] };
  expect(changeFrom({}, {}, [found])).toEqual({ kind: 'plan_regression', sentence: 'It reads more.' });
  expect(changeFrom(undefined, {}).kind).toBe('new');
});

describe('nothing that matters', () => {
  test.each<[string, Given, Given]>([
    ['a little slower', {}, { ms: 2.4 }],
    ['slower by less than anybody feels', { ms: 0.05 }, { ms: 0.1 }],
    ['slower, of too few calls to say', { calls: 10 }, { calls: 10, ms: 20 }],
    ['a mean that one call of many has moved', {}, { spread: [...SPREAD, ...SPREAD, ...SPREAD, ...SPREAD, 40] }],
  ])('%s', (_what, before, now) => {
    expect(changeFrom(before, now).kind).toBe('same');
  });
});

test('what only Postgres counted is compared by its means', () => {
  const serverOnly = (totalMs: number) =>
    groupByStatement([
      { statementId: 'a', route: '', isServer: true, totals: { ...createTotals(), calls: 50, totalMs } },
    ])[0] as StatementSeries;
  const spans = { now: HOUR, before: HOUR };
  const change = changeOf({ now: serverOnly(500), before: serverOnly(100), spans, regressions: [] });
  expect(change).toEqual({ kind: 'slower', sentence: 'Takes 10 ms on average, before 2 ms.' });
});

test.each([
  [0.0421, '0.042 ms'],
  [1.26, '1.3 ms'],
  [47.9, '48 ms'],
  [1_260, '1.3 s'],
] as const)('%d ms are told as %s', (ms, words) => {
  expect(tellMs(ms)).toBe(words);
});

test('counts are told in whole where they are many', () => {
  expect([0.5, 9.6, 12.4, 1_240.4].map(tellCount)).toEqual(['0.5', '9.6', '12', '1,240']);
});

/** What is a regression and what is not: planted series, minute by minute. */

import { describe, expect, test } from 'vitest';
import { RegressionWatch } from '../../../main/monitor/query-stats/regression-watch.ts';
import { createTotals, EVERYTHING_ELSE, type SeriesStep } from '../../../main/monitor/query-stats/series.ts';
import { MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';

const START_MS = Date.parse('2026-11-23T10:00:00.000Z');

interface Minute {
  calls?: number;
  /** For each call. */
  blocks?: number | null;
  ms?: number;
  rows?: number;
  /** How much longer others of the minute took, by chance. */
  spread?: readonly number[];
  id?: string;
}

const SPREAD = [0.5, 0.7, 0.9, 1, 1.1, 1.3, 1.5];

function stepsOf(minute: number, given: Minute): SeriesStep[] {
  const { blocks = 12, calls = 20, id = 'orders', ms = 1, rows = 1, spread = SPREAD } = given;
  const own = { ...createTotals(), calls, rows: rows * calls };
  for (let call = 0; call < calls; call += 1) {
    const took = ms * (spread[call % spread.length] ?? 1);
    own.totalMs += took;
    own.histogram.record(took);
  }
  const atMs = START_MS + minute * MINUTE_MS;
  const steps: SeriesStep[] = [{ statementId: id, route: '', isServer: false, atMs, totals: own }];
  if (blocks === null) return steps;
  const server = { ...createTotals(), calls, rows: rows * calls, totalMs: own.totalMs, hitBlocks: blocks * calls };
  return [...steps, { statementId: id, route: '', isServer: true, atMs, totals: server }];
}

/** What was found, and in which minute. */
function follow(series: readonly Minute[], watch = new RegressionWatch()) {
  return series.flatMap((given, minute) => {
    watch.note(stepsOf(minute, given));
    return watch.judge(START_MS + minute * MINUTE_MS).map((found) => {
      watch.told(found, START_MS + minute * MINUTE_MS);
      return { ...found, minute, since: (found.atMs - START_MS) / MINUTE_MS };
    });
  });
}

const many = (count: number, minute: Minute = {}): Minute[] => Array(count).fill(minute);

describe('a regression', () => {
  test('reads a multiple of the blocks and takes longer: it is found within two minutes, with when it began', () => {
    const found = follow([...many(20), ...many(10, { blocks: 240, ms: 9 })]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ statementId: 'orders', since: 20 });
    expect(found[0]?.minute).toBeLessThanOrEqual(21);
    expect(found[0]?.blocks?.[0]).toBeCloseTo(12, 0);
    expect(found[0]?.blocks?.[1]).toBeGreaterThan(200);
    expect(found[0]?.ms[1]).toBeGreaterThan(6);
  });

  test('of a statement that is called seldom takes longer to be sure of', () => {
    const found = follow([...many(40, { calls: 4 }), ...many(12, { calls: 4, blocks: 240, ms: 9 })]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ minute: 47, since: 40 });
  });

  test('is found from time alone where blocks are not counted, when it is twice as long', () => {
    const slower = (ms: number) => follow([...many(20, { blocks: null }), ...many(5, { blocks: null, ms })]);
    expect(slower(2.5)).toMatchObject([{ blocks: null, since: 20 }]);
    expect(slower(1.7)).toEqual([]);
  });

  test('that goes on is told once an hour, and is the usual by then', () => {
    expect(follow([...many(30), ...many(200, { blocks: 240, ms: 9 })])).toHaveLength(1);
    const twice = [...many(30), ...many(80, { blocks: 240, ms: 9 }), ...many(5, { blocks: 2_400, ms: 90 })];
    expect(follow(twice).map(({ since }) => since)).toEqual([30, 110]);
  });
});

describe('no regression', () => {
  test.each<[string, Minute]>([
    ['a busy server: longer, with the blocks it always had', { ms: 9 }],
    ['more blocks that nobody feels', { blocks: 240 }],
    ['a block or two more', { blocks: 20, ms: 3 }],
    ['more rows: other values, or more data', { blocks: 240, ms: 9, rows: 40 }],
    ['faster', { blocks: 2, ms: 0.1 }],
    ['a microsecond that became two', { blocks: 240, ms: 0.0001 }],
    ['too few calls to say', { blocks: 240, ms: 9, calls: 2 }],
  ])('%s', (_what, minute) => {
    expect(follow([...many(30, { ms: minute.ms === 0.0001 ? 0.00005 : 1 }), ...many(10, minute)])).toEqual([]);
  });

  test('one call of many that waited: the mean is longer, the calls are not', () => {
    const waited = { blocks: 240, spread: [...SPREAD, ...SPREAD, 400] };
    expect(follow([...many(30), ...many(3, waited)])).toEqual([]);
  });

  test('a statement that is new, and everything else', () => {
    expect(follow(many(30, { blocks: 240, ms: 9 }))).toEqual([]);
    const other = { id: EVERYTHING_ELSE.id };
    expect(follow([...many(20, other), ...many(10, { ...other, blocks: 240, ms: 9 })])).toEqual([]);
  });
});

test('what was before a restart is put in its place, whatever came first', () => {
  const watch = new RegressionWatch();
  watch.note(stepsOf(21, { blocks: 240, ms: 9, calls: 40 }));
  for (let minute = 0; minute < 20; minute += 1) watch.note(stepsOf(minute, {}));
  const found = watch.judge(START_MS + 21 * MINUTE_MS);
  expect(found).toMatchObject([{ statementId: 'orders', atMs: START_MS + 21 * MINUTE_MS }]);
});

test('it follows two hundred statements, and forgets those that have not run for longest', () => {
  const watch = new RegressionWatch();
  for (let statement = 0; statement < 300; statement += 1) watch.note(stepsOf(0, { id: `s${statement}` }));
  watch.note(stepsOf(1, { id: 's100' }));
  expect(watch.statementIds).toHaveLength(200);
  expect(watch.statementIds).toContain('s299');
  expect(watch.statementIds).not.toContain('s5');
});

/** What is done when a minute is over, also while the database is away. */

import { beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../main/foundation/logger.ts';
import { MinuteTurn } from '../../../main/monitor/query-stats/minute-turn.ts';
import { RegressionWatch } from '../../../main/monitor/query-stats/regression-watch.ts';
import { createTotals } from '../../../main/monitor/query-stats/series.ts';
import { MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';

const START_MS = Date.parse('2026-11-23T10:00:00.000Z');
const step = { statementId: 'orders', route: '', isServer: true, atMs: START_MS, totals: createTotals() };
const regression = { statementId: 'orders', atMs: START_MS, sentence: '', blocksRatio: 2, timeRatio: 2 };

let done: string[];
let failing: Set<string>;
let mayWrite: boolean;
let watch: RegressionWatch;
let turn: MinuteTurn;

/** Notes that it was called, and fails where the test says so. */
function act<Value>(name: string, value: Value): Promise<Value> {
  done.push(name);
  return failing.has(name) ? Promise.reject(new Error(`${name} failed`)) : Promise.resolve(value);
}

beforeEach(() => {
  done = [];
  failing = new Set();
  mayWrite = true;
  watch = new RegressionWatch();
  turn = new MinuteTurn({
    ...{ watch, mayWrite: () => mayWrite, logger: createLogger({ level: 'silent' }) },
    collector: {
      addServer: () => void done.push('add'),
      flush: () => act('flush', undefined),
      flushLast: () => act('flushLast', undefined),
    },
    server: { read: () => act('server', [step]) },
    store: {
      readMinutes: () => act('minutes', [step]),
      regressions: () => act('regressions', [{ ...regression, planBefore: null, planAfter: null, precededBy: [] }]),
    },
    plans: { restore: (ids) => act(`restore ${ids}`, undefined), save: () => act('plans', undefined) },
    regressions: { judge: () => act('judge', undefined) },
    onServer: () => void done.push('publish'),
  });
});

test('the first minute takes up what was before, each does the rest', async () => {
  await turn.take(START_MS);
  expect(done).toEqual([
    'regressions',
    'minutes',
    'restore orders',
    ...['server', 'add', 'publish', 'flush', 'plans', 'judge'],
  ]);
  done = [];
  await turn.take(START_MS + MINUTE_MS);
  expect(done).toEqual(['server', 'add', 'publish', 'flush', 'plans', 'judge']);
});

test('a step that fails keeps none of the others, and is made up for by the next minute', async () => {
  for (const name of ['minutes', 'server', 'flush', 'plans']) failing.add(name);
  await turn.take(START_MS);
  expect(done).toEqual(['regressions', 'minutes', 'server', 'flush', 'plans', 'judge']);
  failing.clear();
  done = [];
  await turn.take(START_MS + MINUTE_MS);
  expect(done.slice(0, 3)).toEqual(['regressions', 'minutes', 'restore orders']);
});

test('those that come while another is under way are done after it, once', async () => {
  await Promise.all([0, 1, 2].map((minute) => turn.take(START_MS + minute * MINUTE_MS)));
  expect(done.filter((name) => name === 'judge')).toHaveLength(2);
  await turn.take(START_MS + 3 * MINUTE_MS);
  expect(done.filter((name) => name === 'judge')).toHaveLength(3);
});

test('where it may not write, plans wait', async () => {
  mayWrite = false;
  await turn.take(START_MS);
  expect(done).not.toContain('plans');
  expect(done).toContain('judge');
});

test('at the end the minute under way is written, unless the database does not answer', async () => {
  await turn.take(START_MS);
  await turn.takeLast();
  expect(done.at(-1)).toBe('flushLast');
  failing.add('server');
  await turn.take(START_MS + MINUTE_MS);
  done = [];
  await turn.takeLast();
  expect(done).toEqual([]);
});

import { expect, test } from 'vitest';
import type { StatementOutcome } from '../../main/database/index.ts';
import { RepeatedStatements } from '../../main/monitor/repeated-statements.ts';

const HOUR_MS = 3_600_000;

function setUp() {
  let nowMs = 0;
  const counter = new RepeatedStatements({ nowMs: () => nowMs, monotonicMs: () => nowMs });
  const run = (requestId: string | undefined, statement: string, times: number, route = 'GET /v1/orders') => {
    for (let time = 0; time < times; time += 1) {
      const origin = requestId === undefined ? undefined : { requestId, route };
      counter.statementEnded({ statement, lane: 'interactive', durationMs: 1, rows: 1, origin } as StatementOutcome);
    }
  };
  return {
    counter,
    run,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('a statement that one request runs many times is told with its route, by how much it runs in all', () => {
  const { counter, run } = setUp();
  run('one', 'orders.find', 40);
  run('one', 'orders.list', 1);
  run('two', 'orders.find', 20);
  run('three', 'people.find', 200, 'GET /v1/people');
  expect(counter.list()).toEqual([
    { statement: 'people.find', route: 'GET /v1/people', requests: 1, most: 200, mean: 200 },
    { statement: 'orders.find', route: 'GET /v1/orders', requests: 2, most: 40, mean: 30 },
  ]);
});

test('the same statement in many requests is nothing to speak of, nor is work of no request', () => {
  const { counter, run } = setUp();
  for (let request = 0; request < 100; request += 1) run(`${request}`, 'sessions.find', 2);
  run(undefined, 'monitor.sample', 1_000);
  expect(counter.list()).toEqual([]);
});

test('requests that are long over still count, and take no memory of their own', () => {
  const { counter, run } = setUp();
  for (let request = 0; request < 5_000; request += 1) run(`${request}`, 'orders.find', 6);
  expect(counter.list()).toEqual([
    { statement: 'orders.find', route: 'GET /v1/orders', requests: 5_000, most: 6, mean: 6 },
  ]);
});

test('what was mended is forgotten', () => {
  const { counter, pass, run } = setUp();
  run('one', 'orders.find', 40);
  for (let request = 0; request < 1_000; request += 1) run(`quiet-${request}`, 'orders.list', 1);
  for (let turn = 0; turn < 2; turn += 1) {
    pass(13 * HOUR_MS);
    expect(counter.list()).toHaveLength(turn === 0 ? 1 : 0);
  }
});

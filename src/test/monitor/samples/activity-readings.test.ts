import { expect, test } from 'vitest';
import { readingsOf } from '../../../main/monitor/samples/activity-readings.ts';
import type { ActivitySample, Backend } from '../../../main/monitor/samples/backend.ts';

const backend = (given: Partial<Backend>): Backend =>
  ({ backendType: 'client backend', state: 'idle', waitEventType: null, transactionMs: null, ...given }) as Backend;

const figuresOf = (backends: Backend[]) =>
  Object.fromEntries(readingsOf({ backends } as unknown as ActivitySample).map(({ name, value }) => [name, value]));

test('sessions are counted by what they do; what is no client’s counts for its locks alone', () => {
  expect(
    figuresOf([
      backend({}),
      backend({ state: 'active', transactionMs: 300 }),
      backend({ state: 'active', waitEventType: 'Lock', transactionMs: 2_000 }),
      backend({ state: 'idle in transaction', transactionMs: 9_000 }),
      backend({ state: 'idle in transaction (aborted)', transactionMs: 1 }),
      backend({ backendType: 'autovacuum worker', state: 'active', waitEventType: 'Lock', transactionMs: 99_000 }),
      backend({ backendType: 'walsender', state: 'active' }),
    ]),
  ).toEqual({
    'server.active': 2,
    'server.idleInTransaction': 2,
    'server.longestTransactionMs': 9_000,
    'locks.waiting': 2,
  });
});

test('nobody there is a figure too', () => {
  expect(Object.values(figuresOf([]))).toEqual([0, 0, 0, 0]);
});

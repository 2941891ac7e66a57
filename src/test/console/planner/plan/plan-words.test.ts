import { expect, test } from 'vitest';
import { treeOf } from '../../../../main/console/planner/plan/plan-tree-model.ts';
import {
  figureWords,
  meaningOf,
  percentWords,
  shortFigure,
  stepSpeech,
  timesWords,
} from '../../../../main/console/planner/plan/plan-words.ts';
import { readNode, readPlan } from './read-nodes.ts';

test('costs and rows keep the digits that mean something', () => {
  expect([0.0123, 12.44, 156.2, 20, 48_211, 1_240_000, 3.2e9].map(figureWords)).toEqual([
    ...['0.01', '12.4', '156', '20', '48,211', '1.2 million', '3.2 billion'],
  ]);
  expect([8.44, 9_999, 48_211, 999_499, 999_501, 1_000_000, 12_400_000, 3e9].map(shortFigure)).toEqual([
    ...['8.44', '9,999', '48 k', '999 k', '1 M', '1 M', '12.4 M', '3 G'],
  ]);
});

test('one cost to another is so many times cheaper, or dearer, or neither', () => {
  expect(timesWords(12_480, 10)).toBe('1,248 times cheaper');
  expect(timesWords(10, 24)).toBe('2.4 times dearer');
  expect(timesWords(100, 101)).toBe('as dear as before');
  expect(timesWords(0, 4)).toBe('');
});

test('every kind of a step has a plain meaning: parallel ones, joins of any sort, and aggregates', () => {
  for (const type of ['Seq Scan', 'Parallel Seq Scan', 'Hash Join', 'Nested Loop', 'Partial Aggregate']) {
    expect(meaningOf(type), type).toMatch(/\.$/);
  }
  expect(meaningOf('Hash Left Join')).toBe(meaningOf('Hash Join'));
  expect(meaningOf('Merge Anti Join')).toBe(meaningOf('Merge Join'));
  expect(meaningOf('Nested Loop Left Join')).toBe(meaningOf('Nested Loop'));
  expect(meaningOf('HashAggregate')).toBe(meaningOf('Aggregate'));
  expect(meaningOf('Finalize GroupAggregate')).toBe(meaningOf('Aggregate'));
  expect(meaningOf('Something Newer')).toBeNull();
});

test('a step is said with what it reads, its part of the cost, and whether its rows are doubtful', () => {
  const node = readNode(0, { type: 'Index Scan', relation: 'orders', index: 'orders_pkey', rows: 20, ownShare: 0.004 });
  expect(stepSpeech(treeOf(readPlan(node)).root)).toBe(
    'Index Scan on orders by orders_pkey, <1 % of the cost, about 20 rows',
  );
  const estimate = { certainty: 'uncertain' as const, factor: 40, realRows: null, reasons: [] };
  expect(stepSpeech(treeOf(readPlan({ ...node, estimate })).root)).toMatch(/may be far off$/);
  expect([0, 0.001, 0.614].map(percentWords)).toEqual(['0 %', '<1 %', '61 %']);
});

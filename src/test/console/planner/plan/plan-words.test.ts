import { expect, test } from 'vitest';
import {
  figureWords,
  meaningOf,
  percentWords,
  shortFigure,
  timesWords,
} from '../../../../main/console/planner/plan/plan-words.ts';

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

test('a part that is not nothing is not called nothing', () => {
  expect([0, 0.001, 0.614].map(percentWords)).toEqual(['0 %', '<1 %', '61 %']);
});

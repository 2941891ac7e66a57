import { expect, test } from 'vitest';
import type { QueryFigures, QueryList } from '../../../../main/client/index.ts';
import {
  blockWords,
  callsRatio,
  hasChanged,
  percentWords,
  ratioWords,
  totalWords,
} from '../../../../main/console/monitor/queries/query-words.ts';

const spans = {
  now: { from: '2026-11-23T12:00:00.000Z', to: '2026-11-23T13:00:00.000Z' },
  before: { from: '2026-11-23T10:00:00.000Z', to: '2026-11-23T12:00:00.000Z' },
};

test('a figure stands to another in per cent, or in times where it is twice as much', () => {
  expect(ratioWords(112, 100)).toBe('+12 %');
  expect(ratioWords(60, 100)).toBe('−40 %');
  expect(ratioWords(340, 100)).toBe('×3.4');
  expect(ratioWords(132_000, 1_000)).toBe('×132');
});

test('small differences and what cannot be compared have no word', () => {
  expect(ratioWords(103, 100)).toBe('');
  expect(ratioWords(3, null)).toBe('');
  expect(ratioWords(3, 0)).toBe('');
  expect(ratioWords(null, 3)).toBe('');
});

test('calls of spans of different length are compared by their rate', () => {
  const before = { calls: 200 } as QueryFigures;
  expect(callsRatio(100, before, spans)).toBe('');
  expect(callsRatio(300, before, spans)).toBe('×3.0');
  expect(callsRatio(300, before, { ...spans, before: null })).toBe('');
});

test('the whole is said as connections at work', () => {
  const list = {
    ...{ queries: [], total: 42, spans },
    totals: { now: { calls: 12_480, errors: 0, totalMs: 3_600_000 * 1.4 }, before: null },
  } as unknown as QueryList;
  expect(totalWords(list)).toBe('12,480 calls of 42 statements: 1.4 connections at work on average.');
  const alone = { ...list, totals: { ...list.totals, before: { calls: 0, errors: 0, totalMs: 0 } } };
  expect(totalWords(alone)).toMatch(/Nothing is known of the other span\.$/);
  const twice = { ...list, totals: { ...list.totals, before: { calls: 1, errors: 0, totalMs: 3_600_000 * 1.4 } } };
  expect(totalWords(twice)).toContain('×2.0 against the other span');
});

test('blocks and shares keep the digits that mean something', () => {
  expect([null, 4, 4.25, 18_344.4].map(blockWords)).toEqual(['–', '4', '4.3', '18,344']);
  expect([0, 0.004, 0.61].map(percentWords)).toEqual(['0 %', '<1 %', '61 %']);
});

test('a statement is new only where something is known of the time before', () => {
  const change = { kind: 'new', sentence: 'It did not run in the span before.' } as const;
  const now = { calls: 9, errors: 0, totalMs: 1 };
  expect(hasChanged(change, { now, before: { calls: 0, errors: 0, totalMs: 0 } })).toBe(false);
  expect(hasChanged(change, { now, before: now })).toBe(true);
  expect(hasChanged({ ...change, kind: 'slower' }, { now, before: now })).toBe(true);
  expect(hasChanged({ ...change, kind: 'same' }, { now, before: now })).toBe(false);
  expect(hasChanged(null, { now, before: now })).toBe(false);
});

import { expect, test } from 'vitest';
import {
  alertTone,
  figureWords,
  firedWords,
  ruleConditionWords,
} from '../../../../main/console/monitor/alerts/alert-words.ts';

test('a figure has its unit, and the digits that mean something', () => {
  expect(figureWords(0.97, 'of the limit')).toBe('97 % of the limit');
  expect(figureWords(640.4, 'ms')).toBe('640 ms');
  expect(figureWords(3_540, 'ms')).toBe('3.5 s');
  expect(figureWords(8.2, 's')).toBe('8.2 s');
  expect(figureWords(1_300_000_000, 'bytes')).toBe('1.2 GB');
  expect(figureWords(0.05, 'a second')).toBe('0.05 a second');
  expect(figureWords(1_600_000_000, 'transactions')).toBe('1,600,000,000 transactions');
  expect(figureWords(12, '')).toBe('12');
});

test('red is for what hurts now alone', () => {
  expect(alertTone({ severity: 'page', state: 'firing' })).toBe('bad');
  expect(alertTone({ severity: 'page', state: 'resolved' })).toBe('plain');
  expect(alertTone({ severity: 'ticket', state: 'firing' })).toBe('warn');
  expect(alertTone({ severity: 'note', state: 'firing' })).toBe('plain');
});

test('what fires lasts until now', () => {
  const startedAt = '2026-11-23T14:00:00.000Z';
  expect(firedWords({ startedAt, resolvedAt: null }, Date.parse(startedAt) + 40_000)).toBe('for 40 s');
  expect(firedWords({ startedAt, resolvedAt: '2026-11-23T14:04:12.000Z' }, 0)).toBe('lasted 4 min 12 s');
});

test('each kind of rule says by what it speaks', () => {
  const rule = { direction: 'above', forSeconds: 30, threshold: 0.9, unit: 'of the limit' } as const;
  expect(ruleConditionWords({ ...rule, kind: 'limit' })).toBe('Above 90 % of the limit for 30 s');
  expect(ruleConditionWords({ ...rule, kind: 'limit', direction: 'below', forSeconds: 0 })).toBe(
    'Below 90 % of the limit',
  );
  expect(ruleConditionWords({ ...rule, kind: 'baseline', threshold: null, forSeconds: 5 })).toBe(
    'Far above what is usual at this hour for 5 s',
  );
  expect(ruleConditionWords({ ...rule, kind: 'event', forSeconds: 0 })).toBe('As soon as it happens');
});

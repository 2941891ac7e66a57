// The sentence an operator reads first.
import { expect, test } from 'vitest';
import { laneNote, laneSentences, poolSentence } from '../../../main/console/well/words.ts';
import { laneWith, poolWith } from './pool-factory.ts';

test('a calm pool says how high the water is', () => {
  expect(poolSentence(poolWith())).toBe('Water is high. Nobody waits.');
  expect(poolSentence(poolWith({ interactive: { active: 11, free: 5 } }))).toBe('Water is at half. Nobody waits.');
});

test('a touched lane is named', () => {
  expect(poolSentence(poolWith({ interactive: { active: 9, free: 0 } }))).toBe(
    'Water is low in interactive. Nobody waits.',
  );
});

test('waiting is counted, and says that nobody is refused', () => {
  expect(poolSentence(poolWith({ bulk: { waiting: 1 } }))).toBe('1 request waits for a connection. Nobody is refused.');
  expect(poolSentence(poolWith({ bulk: { waiting: 1 }, interactive: { waiting: 2 } }))).toBe(
    '3 requests wait for a connection. Nobody is refused.',
  );
});

test('a refusal says first who is hurt, then who holds the connections', () => {
  const pool = poolWith({ critical: { refusedLastMinute: 3, free: 0 }, bulk: { active: 10 } });
  expect(poolSentence(pool)).toBe('Log-ins are being refused: bulk holds 10 of the 20 connections.');
});

test('a lane that fills itself is told apart from one that is starved', () => {
  const pool = poolWith({ background: { refusedLastMinute: 3, active: 4, free: 0 } });
  expect(poolSentence(pool)).toBe('Background work is being refused: background itself holds 4 of the 20 connections.');
});

test('a refusal with no connection held is not blamed on a lane', () => {
  expect(poolSentence(poolWith({ critical: { refusedLastMinute: 1, free: 0 } }))).toBe(
    'Log-ins are being refused: no connection could be opened.',
  );
});

test('refusals that are over are said as past', () => {
  expect(poolSentence(poolWith({ interactive: { refusedLastMinute: 654 } }))).toBe(
    'Water is high again. 654 requests were refused in the last minute.',
  );
});

test('a lane is told in sentences with its own numbers', () => {
  const words = laneSentences(laneWith('critical', { active: 3, free: 1, waiting: 2, oldestWaitMs: 1240 })).join(' ');
  expect(words).toContain('4 connections are always kept for it; it may hold up to 12.');
  expect(words).toContain('2 requests wait, the longest for 1.2 s.');
});

test('the note beneath a column says the worst first', () => {
  expect(laneNote(laneWith('bulk', { active: 2 }))).toBe('2 in use');
  expect(laneNote(laneWith('bulk', { waiting: 1, refusedLastMinute: 4 }))).toBe('4 refused');
});

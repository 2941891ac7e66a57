import { describe, expect, test } from 'vitest';
import { duration, wordsOf } from '../../../../../main/monitor/alerts/channels/senders/words.ts';
import { createMessage } from '../message.ts';

describe('an alert in words', () => {
  test('says what, where, how much, since when and how urgent it is', () => {
    const { facts, sentence, title } = wordsOf(
      createMessage('fired', { value: 1234.567, threshold: null, unit: 'ms' }),
    );
    expect(title).toBe('Page: Pool near exhaustion');
    expect(sentence).toBe('Reports hold all 10 connections, and 40 callers wait.');
    expect(facts).toEqual([
      ['Where', 'interactive'],
      ['Measured', '1230 ms'],
      ['Since', '2026-11-23 08:00 UTC'],
      ['Urgency', 'Users are hurt, or about to be.'],
    ]);
  });

  test('leaves out what there is not', () => {
    const { facts } = wordsOf(createMessage('fired', { scope: '', value: null, severity: 'ticket' }));
    expect(facts.map(([name]) => name)).toEqual(['Since', 'Urgency']);
  });

  test('of its end says how long it lasted', () => {
    const { facts, title } = wordsOf(createMessage('resolved'));
    expect(title).toBe('Over: Pool near exhaustion');
    expect(facts).toContainEqual(['Lasted', '4 min 10 s']);
  });

  test.each([
    [0, '0 s'],
    [-5, '0 s'],
    [59_600, '1 min'],
    [3_600_000, '1 h'],
    [3_725_000, '1 h 2 min'],
    [90_000_000, '1 d 1 h'],
  ])('%i ms are %s', (ms, text) => expect(duration(ms)).toBe(text));
});

import { expect, test } from 'vitest';
import { storableText } from '../../../main/monitor/query-stats/storable-text.ts';

test('keeps what can be stored as it is', () => {
  for (const text of ['', 'select ?', 'grüße 🐘']) expect(storableText(text)).toBe(text);
});

test('has no NUL, and no half of a character that was cut', () => {
  expect(storableText('a\0b')).toBe('ab');
  expect(storableText('ab🐘', 3)).toBe('ab\uFFFD…');
  expect(storableText('🐘'.slice(1))).toBe('\uFFFD');
  expect(storableText('abcd', 3)).toBe('abc…');
});

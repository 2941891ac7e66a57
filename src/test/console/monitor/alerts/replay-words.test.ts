import { expect, test } from 'vitest';
import { factorWords } from '../../../../main/console/monitor/alerts/replay-words.ts';

test('a threshold is told against the one that was shipped', () => {
  expect(factorWords(1, 1.284)).toBe('as shipped → 28 % higher');
  expect(factorWords(1.284, 0.6)).toBe('28 % higher → 40 % lower');
});

import { expect, test } from 'vitest';
import { StatementCaps } from '../../main/database/statement-caps.ts';

test('a statement may run as often as its cap says, without one without bound, and at zero not at all', () => {
  const caps = new StatementCaps();
  expect(caps.maxOf('a')).toBe(Number.POSITIVE_INFINITY);
  caps.set('a', 2);
  expect([caps.maxOf('a'), caps.isCapped('a'), caps.isBarred('a'), caps.isCapped('b')]).toEqual([
    2,
    true,
    false,
    false,
  ]);
  caps.set('a', 0);
  expect([caps.isCapped('a'), caps.isBarred('a')]).toEqual([true, true]);
  caps.set('a', null);
  expect([caps.maxOf('a'), caps.isBarred('a')]).toEqual([Number.POSITIVE_INFINITY, false]);
});

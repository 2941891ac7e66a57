import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeenSession } from '../../../main/monitor/rules/seen-session.ts';
import { chooseVictim } from '../../../main/monitor/rules/victim.ts';
import { ruleOf, seenOf } from '../../support/activity.ts';

const among = (...some: Partial<SeenSession>[]) => some.map((one) => ({ rule: ruleOf(), seen: seenOf(one) }));
const chosen = (...some: Partial<SeenSession>[]) => chooseVictim(among(...some))?.seen.pid;

test('nobody, where there is nobody', () => {
  expect(chooseVictim([])).toBeUndefined();
});

test('the one who hurts most', () => {
  expect(chosen({ pid: 1, weight: 10 }, { pid: 2, weight: 500 }, { pid: 3, weight: 90 })).toBe(2);
});

test('time beyond the usual counts as damage, time as usual does not', () => {
  const usual = (statement: string) => (statement === 'monthly' ? 600_000 : 0);
  const monthly = { pid: 1, statement: 'monthly', ageMs: 600_000 };
  const runaway = { pid: 2, statement: 'runaway', ageMs: 60_000 };
  expect(chooseVictim(among(monthly, runaway))?.seen.pid).toBe(1);
  expect(chooseVictim(among(monthly, runaway), usual)?.seen.pid).toBe(2);
});

test.each<[what: string, easier: Partial<SeenSession>]>([
  ['only reads', { isReadOnly: true }],
  ['is its own transaction', { isAutocommit: true }],
  ['runs in bulk', { lane: 'bulk' }],
  ['runs in background', { lane: 'background' }],
])('of two about as harmful, the one that %s', (_what, easier) => {
  expect(chosen({ pid: 1, weight: 100 }, { pid: 2, weight: 98, ...easier })).toBe(2);
  expect(chosen({ pid: 1, weight: 1_000 }, { pid: 2, weight: 98, ...easier })).toBe(1);
});

test('the same one in whatever order they come', () => {
  const anySeen = fc.record({
    ...{ pid: fc.integer({ min: 1, max: 9 }), weight: fc.integer({ min: 0, max: 9 }), isReadOnly: fc.boolean() },
    ageMs: fc.constantFrom(0, 4_000),
  });
  const distinct = fc.uniqueArray(anySeen, { selector: ({ pid }) => pid, minLength: 1 });
  fc.assert(
    fc.property(distinct, (some) => {
      expect(chosen(...some)).toBe(chosen(...some.toReversed()));
    }),
  );
});

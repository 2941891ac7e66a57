import { expect, test } from 'vitest';
import type { Rule } from '../../../main/client/index.ts';
import { conditionWords } from '../../../main/console/monitor/rule-words.ts';

const rule = (given: Partial<Rule>): Rule =>
  ({
    id: 'r',
    name: 'A rule',
    builtIn: true,
    mode: 'warn',
    scope: 'others',
    conditions: {},
    action: 'terminate',
    lastHitAt: null,
    hits24h: 0,
    ...given,
  }) as Rule;

test('every condition of a rule is in its sentence', () => {
  const words = conditionWords(rule({ conditions: { idleInTransactionMs: 60_000, blockingWeight: 3 } }));
  expect(words).toBe(
    'Ends other programs’ sessions that are idle in a transaction for longer than 1 min, and in the way of others, with a weight of 3 or more.',
  );
});

test('a cancel of our own is called one', () => {
  expect(conditionWords(rule({ action: 'cancel', scope: 'own', conditions: { lane: 'bulk' } }))).toBe(
    'Cancels this server’s own statements that are in the bulk lane.',
  );
});

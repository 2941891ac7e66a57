/** What a rule means: all of its conditions, and never more than it says. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInRules } from '../../../main/monitor/rules/built-in-rules.ts';
import { MAINTENANCE_WEIGHT } from '../../../main/monitor/rules/never-touch.ts';
import { type Conditions, faultOf, matches, readConditions, reasonToSpare } from '../../../main/monitor/rules/rule.ts';
import type { SeenSession } from '../../../main/monitor/rules/seen-session.ts';
import { ruleOf, seenOf } from '../../support/activity.ts';

const lane = fc.constantFrom('control', 'critical', 'interactive', 'bulk', 'background');
const state = fc.constantFrom('active', 'idle in transaction', 'idle in transaction (aborted)');
const ms = fc.integer({ min: 1_000, max: 5_000 });

const anyConditions = fc.record(
  {
    ...{ lane, state, olderThanMs: ms, idleInTransactionMs: ms, pastDeadlineMs: ms, whileSlowed: lane },
    fingerprint: fc.constantFrom('select ?', 'abcdefghijk', 'another'),
    blockingWeight: fc.integer({ min: 1, max: 20 }),
    blocksLanes: fc.uniqueArray(lane, { minLength: 1 }),
    isQueuedDdl: fc.constant(true),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Conditions>;

const anySeen: fc.Arbitrary<SeenSession> = fc
  .record({
    ...{ lane, state, ageMs: fc.integer({ min: 0, max: 6_000 }), weight: fc.integer({ min: 0, max: 25 }) },
    pastDeadlineMs: fc.integer({ min: 0, max: 6_000 }),
    fingerprint: fc.constantFrom('abcdefghijk', 'another'),
    blocksLanes: fc.uniqueArray(lane),
    slowedLanes: fc.uniqueArray(lane),
    isQueuedDdl: fc.boolean(),
    scope: fc.constantFrom('own', 'others', 'sibling'),
  })
  .map((some) => seenOf(some as Partial<SeenSession>));

describe('conditions', () => {
  test('another one never adds a victim', () => {
    fc.assert(
      fc.property(anyConditions, anyConditions, fc.array(anySeen, { maxLength: 30 }), (some, more, sessions) => {
        fc.pre(Object.keys(some).length > 0);
        const few = ruleOf({ conditions: { ...more, ...some } });
        const many = ruleOf({ conditions: some });
        for (const seen of sessions) if (matches(few, seen)) expect(matches(many, seen)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a rule hits exactly those of whom each condition alone is true', () => {
    fc.assert(
      fc.property(anyConditions, anySeen, (conditions, seen) => {
        const names = Object.keys(conditions) as (keyof Conditions)[];
        fc.pre(names.length > 0);
        const alone = names.map((name) => matches(ruleOf({ conditions: { [name]: conditions[name] } }), seen));
        expect(matches(ruleOf({ conditions }), seen)).toBe(alone.every(Boolean));
      }),
      { numRuns: 300 },
    );
  });

  test('a rule without any hits nobody', () => {
    expect(matches(ruleOf({ conditions: {} }), seenOf())).toBe(false);
  });

  test.each<[conditions: Conditions, hit: Partial<SeenSession>, missed: Partial<SeenSession>]>([
    [{ lane: 'bulk' }, { lane: 'bulk' }, { lane: null }],
    [{ fingerprint: 'select ?' }, { statement: 'select ?' }, { statement: 'select 1' }],
    [{ fingerprint: 'abcdefghijk' }, { statement: 'x' }, { fingerprint: 'b', statement: 'x' }],
    [{ state: 'active' }, { state: 'active' }, { state: 'idle in transaction' }],
    [{ olderThanMs: 1_000 }, { ageMs: 1_001 }, { ageMs: 1_000 }],
    [{ olderThanMs: 1_000 }, { ageMs: 9_000 }, { ageMs: 9_000, state: 'idle in transaction' }],
    [{ idleInTransactionMs: 1_000 }, { ageMs: 1_001, state: 'idle in transaction' }, { ageMs: 1_001 }],
    [{ idleInTransactionMs: 1_000 }, { ageMs: 1_001, state: 'idle in transaction (aborted)' }, { state: 'idle' }],
    [{ blockingWeight: 8 }, { weight: 8.1 }, { weight: 8 }],
    [{ pastDeadlineMs: 1_000 }, { pastDeadlineMs: 1_001 }, { pastDeadlineMs: 1_000 }],
    [{ blocksLanes: ['critical', 'bulk'] }, { blocksLanes: ['bulk'] }, { blocksLanes: ['background'] }],
    [{ isQueuedDdl: true }, { isQueuedDdl: true }, { isQueuedDdl: false }],
    [{ whileSlowed: 'critical' }, { slowedLanes: ['bulk', 'critical'] }, { slowedLanes: ['bulk'] }],
  ])('%j', (conditions, hit, missed) => {
    expect(matches(ruleOf({ conditions }), seenOf(hit))).toBe(true);
    expect(matches(ruleOf({ conditions }), seenOf(missed))).toBe(false);
  });
});

describe('the scope', () => {
  test('own and others never mean each other, and neither means another process of this server', () => {
    for (const scope of ['own', 'others', 'sibling'] as const) {
      const seen = seenOf({ scope });
      expect(matches(ruleOf({ scope: 'own' }), seen)).toBe(scope === 'own');
      expect(matches(ruleOf({ scope: 'others' }), seen)).toBe(scope === 'others');
    }
  });
});

describe('what is stored', () => {
  test('is read back as it was', () => {
    fc.assert(
      fc.property(anyConditions, (conditions) => {
        expect(readConditions(JSON.parse(JSON.stringify(conditions)))).toEqual({ conditions, fault: null });
      }),
    );
  });

  test.each([
    [{ olderThanMs: 5_000, userName: 'bob' }, /userName/],
    [{ olderThanMs: 5_000, lane: 'express' }, /lane/],
    [{ olderThanMs: '5000' }, /olderThanMs/],
    [{ olderThanMs: 5 }, /olderThanMs/],
    [{ olderThanMs: 5_000, isQueuedDdl: false }, /isQueuedDdl/],
    [{ olderThanMs: 5_000, toString: 1 }, /toString/],
    [null, /cannot be read/],
    [[], /cannot be read/],
  ])('%j is not understood, so that the rule hits nobody', (stored, says) => {
    const { conditions, fault } = readConditions(stored);
    expect(fault).toMatch(says);
    expect(matches(ruleOf({ conditions, fault }), seenOf({ ageMs: 9_000 }))).toBe(false);
  });

  test.each<[conditions: Conditions, action: 'cancel' | 'terminate', says: RegExp | null]>([
    [{ olderThanMs: 5_000 }, 'cancel', null],
    [{ idleInTransactionMs: 5_000 }, 'terminate', null],
    [{}, 'cancel', /measure/],
    [{ lane: 'bulk', state: 'active' }, 'cancel', /measure/],
    [{ idleInTransactionMs: 5_000 }, 'cancel', /terminate/],
    [{ state: 'idle in transaction', blockingWeight: 1 }, 'cancel', /terminate/],
    [{ idleInTransactionMs: 5_000, olderThanMs: 5_000 }, 'terminate', /never hit/],
    [{ idleInTransactionMs: 5_000, state: 'active' }, 'terminate', /never hit/],
  ])('%j with %s', (conditions, action, says) => {
    const fault = faultOf({ action, conditions });
    if (says === null) expect(fault).toBeNull();
    else expect(fault).toMatch(says);
  });
});

describe('who is spared', () => {
  test('is who is protected, whatever the rule says', () => {
    const seen = seenOf({ protection: 'It is a superuser’s session.', weight: 1e9 });
    expect(reasonToSpare(ruleOf({ mayEndMaintenance: true }), seen)).toBe('It is a superuser’s session.');
  });

  test('is maintenance, without consent or where little waits for it', () => {
    const much = seenOf({ maintenance: 'runs VACUUM', weight: MAINTENANCE_WEIGHT + 1 });
    const little = seenOf({ maintenance: 'runs VACUUM', weight: MAINTENANCE_WEIGHT });
    expect(reasonToSpare(ruleOf(), much)).toMatch(/nobody has allowed/);
    expect(reasonToSpare(ruleOf({ mayEndMaintenance: true }), little)).toMatch(/enough/);
    expect(reasonToSpare(ruleOf({ mayEndMaintenance: true }), much)).toBeNull();
  });
});

describe('the built-in rules', () => {
  test('are without fault, enforced for our own sessions and for no others', () => {
    for (const rule of builtInRules) {
      expect([rule.id, faultOf(rule)]).toEqual([rule.id, null]);
      expect(readConditions(rule.conditions)).toEqual({ conditions: rule.conditions, fault: null });
      expect(rule.mode).toBe(rule.scope === 'own' ? 'enforce' : 'warn');
      expect(rule.mayEndMaintenance).toBe(false);
    }
  });
});

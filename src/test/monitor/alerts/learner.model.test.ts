/**
 * The learner against a model that keeps every word ever said and works the factor out from the beginning each time: in any
 * order of words, scopes, days that pass and restarts they agree, and what must never happen does not.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Learner, type Lesson } from '../../../main/monitor/alerts/learner.ts';
import type { Feedback } from '../../../main/monitor/alerts/schema.ts';

const rules = [
  { id: 'pool-waits', isHard: false },
  { id: 'requests-slow', isHard: false },
  { id: 'disk-nearly-full', isHard: true },
];
const scopes = ['critical', 'interactive', 'bulk'];
const DAY_MS = 86_400_000;
const HALF_LIFE_DAYS = 60;

interface Word {
  rule: (typeof rules)[number];
  scope: string;
  feedback: Feedback;
  atMs: number;
}

const clamp = (value: number) => Math.min(Math.log(4), Math.max(Math.log(0.5), value));

/** Of one scope, from the first word to the last. */
function ownOf(words: readonly Word[], nowMs: number): { log: number; count: number } {
  let log = 0;
  let lastMs = nowMs;
  let count = 0;
  for (const { atMs, feedback } of words) {
    if (feedback !== 'noise' && feedback !== 'missed') continue;
    log = clamp(
      log * 0.5 ** ((atMs - (count === 0 ? atMs : lastMs)) / DAY_MS / HALF_LIFE_DAYS) +
        (feedback === 'noise' ? 0.25 : -0.5),
    );
    lastMs = atMs;
    count += 1;
  }
  return { log: log * 0.5 ** ((nowMs - lastMs) / DAY_MS / HALF_LIFE_DAYS), count };
}

function modelOf(words: readonly Word[], rule: Word['rule'], scope: string, nowMs: number): number {
  if (rule.isHard) return 1;
  const of = (one: string) =>
    ownOf(
      words.filter((word) => word.rule === rule && word.scope === one),
      nowMs,
    );
  const own = of(scope);
  let count = 0;
  let weighted = 0;
  for (const other of scopes) {
    if (other === scope) continue;
    const theirs = of(other);
    count += theirs.count;
    weighted += theirs.count * theirs.log;
  }
  const prior = count === 0 ? 0 : (count / (count + 5)) * (weighted / count);
  return Math.exp(clamp(own.log + (1 - own.count / (own.count + 5)) * prior));
}

const command = fc.oneof(
  fc.record({
    type: fc.constant('word' as const),
    rule: fc.constantFrom(...rules),
    scope: fc.constantFrom(...scopes),
    feedback: fc.constantFrom<Feedback>('noise', 'missed', 'useful', 'expected'),
  }),
  fc.record({ type: fc.constant('days' as const), days: fc.integer({ min: 0, max: 200 }) }),
  fc.record({ type: fc.constant('restart' as const) }),
);

test('it agrees with the model after any history', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      let learner = new Learner();
      let nowMs = 0;
      const words: Word[] = [];
      const kept = new Map<string, Lesson>();
      for (const one of commands) {
        if (one.type === 'days') nowMs += one.days * DAY_MS;
        if (one.type === 'restart') {
          learner = new Learner();
          learner.restore([...kept.values()]);
        }
        if (one.type === 'word') {
          const { feedback, rule, scope } = one;
          const before = learner.factorOf(rule, scope, nowMs);
          const foretold = learner.factorAfter(rule, scope, feedback, nowMs);
          const lesson = learner.learn(rule, scope, feedback, nowMs);
          if (lesson) kept.set(`${lesson.ruleId} ${lesson.scope}`, lesson);
          const after = learner.factorOf(rule, scope, nowMs);
          if (lesson) expect(after).toBeCloseTo(foretold, 12);
          if (!lesson) expect(after).toBe(before);
          words.push({ rule, scope, feedback, atMs: nowMs });
        }
        for (const rule of rules) {
          for (const scope of scopes) {
            const factor = learner.factorOf(rule, scope, nowMs);
            expect(factor).toBeCloseTo(modelOf(words, rule, scope, nowMs), 9);
            expect(factor).toBeGreaterThanOrEqual(0.5 - 1e-12);
            expect(factor).toBeLessThanOrEqual(4 + 1e-12);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('the more noise was said, the higher, the more was missed, the lower; and all of it fades', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Feedback>('noise', 'missed'), { maxLength: 30 }), (history) => {
      const [rule] = rules as [Word['rule']];
      const learner = new Learner();
      for (const feedback of history) {
        const before = learner.factorOf(rule, 'critical', 0);
        learner.learn(rule, 'critical', feedback, 0);
        const after = learner.factorOf(rule, 'critical', 0);
        if (feedback === 'noise') expect(after).toBeGreaterThanOrEqual(before);
        else expect(after).toBeLessThanOrEqual(before);
      }
      const now = Math.abs(Math.log(learner.factorOf(rule, 'critical', 0)));
      const later = Math.abs(Math.log(learner.factorOf(rule, 'critical', 300 * DAY_MS)));
      expect(later).toBeLessThanOrEqual(now / 30 + 1e-12);
    }),
  );
});

/** How an operator's word moves a threshold. */

import { describe, expect, test } from 'vitest';
import { Learner } from '../../../main/monitor/alerts/learner.ts';

const rule = { id: 'pool-waits', isHard: false };
const DAY_MS = 86_400_000;

describe('what is learnt', () => {
  test('noise raises by a quarter, missed lowers by a half, the rest moves nothing', () => {
    const learner = new Learner();
    learner.learn(rule, 'critical', 'noise', 0);
    expect(learner.factorOf(rule, 'critical', 0)).toBeCloseTo(Math.exp(0.25));
    learner.learn(rule, 'critical', 'missed', 0);
    expect(learner.factorOf(rule, 'critical', 0)).toBeCloseTo(Math.exp(-0.25));
    expect(learner.learn(rule, 'critical', 'useful', 0)).toBeUndefined();
    expect(learner.learn(rule, 'critical', 'expected', 0)).toBeUndefined();
    expect(learner.factorOf(rule, 'critical', 0)).toBeCloseTo(Math.exp(-0.25));
  });

  test('the preview says what would be, and changes nothing', () => {
    const learner = new Learner();
    expect(learner.factorAfter(rule, 'critical', 'noise', 0)).toBeCloseTo(Math.exp(0.25));
    expect(learner.factorOf(rule, 'critical', 0)).toBe(1);
  });

  test('fades by half in sixty days', () => {
    const learner = new Learner();
    learner.learn(rule, 'critical', 'noise', 0);
    expect(learner.factorOf(rule, 'critical', 60 * DAY_MS)).toBeCloseTo(Math.exp(0.125));
  });

  test('what was said of many scopes counts for one of which nothing was said, and its own words count more', () => {
    const learner = new Learner();
    for (const scope of ['a', 'b', 'c', 'd', 'e', 'f']) learner.learn(rule, scope, 'noise', 0);
    const untold = learner.factorOf(rule, 'g', 0);
    expect(untold).toBeGreaterThan(1.05);
    expect(untold).toBeLessThan(Math.exp(0.25));
    learner.learn(rule, 'g', 'missed', 0);
    expect(learner.factorOf(rule, 'g', 0)).toBeLessThan(1);
    expect(learner.factorOfRule({ id: 'another', isHard: false }, 0)).toBe(1);
  });

  test('a hard limit never moves', () => {
    const learner = new Learner();
    const hard = { id: 'disk-nearly-full', isHard: true };
    expect(learner.learn(hard, '', 'noise', 0)).toBeUndefined();
    expect(learner.factorAfter(hard, '', 'noise', 0)).toBe(1);
    expect(learner.factorOf(hard, '', 0)).toBe(1);
  });
});

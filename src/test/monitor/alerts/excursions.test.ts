/** Stretches in which a rule came near. */

import { describe, expect, test } from 'vitest';
import { builtInRules } from '../../../main/monitor/alerts/built-in-rules.ts';
import { EXCURSION_KEPT_MS, Excursions } from '../../../main/monitor/alerts/excursions.ts';
import type { AlertRuleDefinition } from '../../../main/monitor/alerts/rule.ts';

const soft = builtInRules.find(({ id }) => id === 'pool-waits') as AlertRuleDefinition;
const hard = builtInRules.find(({ id }) => id === 'disk-nearly-full') as AlertRuleDefinition;

function feed(excursions: Excursions, scores: readonly number[], { rule = soft, isFelt = true } = {}): void {
  for (const [index, score] of scores.entries())
    excursions.note({ rule, scope: 'critical', atMs: index * 10_000, score, isFelt });
}

const away = Array(6).fill(0.1);

describe('excursions', () => {
  test('begin half way to the threshold, and end when it has been far for a while', () => {
    const excursions = new Excursions();
    feed(excursions, [0.1, 0.4, 0.6, 1.2, 0.2, 0.9, ...away, 0.1]);
    const [one, ...others] = excursions.takeFresh();
    expect(others).toEqual([]);
    expect(one?.points.map(({ score }) => score)).toEqual([0.6, 1.2, 0.2, 0.9, ...away]);
    expect(excursions.list('pool-waits', 'critical')).toHaveLength(1);
    expect(excursions.list('pool-waits', 'bulk')).toEqual([]);
    expect(excursions.takeFresh()).toEqual([]);
  });

  test('what hurt nobody, and what feedback never moves, is not kept', () => {
    const excursions = new Excursions();
    feed(excursions, [2, 2, 2, ...away], { isFelt: false });
    feed(excursions, [2, 2, 2, ...away], { rule: hard });
    expect(excursions.takeFresh()).toEqual([]);
  });

  test('one that is under way is listed, and one that never ends is bounded', () => {
    const excursions = new Excursions();
    feed(excursions, Array(5_000).fill(2));
    expect(excursions.list('pool-waits')[0]?.points).toHaveLength(360);
  });

  test('are restored before those of this process, and forgotten after a month', () => {
    const excursions = new Excursions();
    excursions.restore([{ ruleId: 'pool-waits', scope: '', forSeconds: 50, points: [{ atMs: 0, score: 1 }] }]);
    expect(excursions.list('pool-waits')).toHaveLength(1);
    excursions.forget(EXCURSION_KEPT_MS);
    expect(excursions.list('pool-waits')).toEqual([]);
  });
});

/** An operator's word, before it counts. */

import { describe, expect, test } from 'vitest';
import { builtInRules } from '../../../main/monitor/alerts/built-in-rules.ts';
import { Excursions } from '../../../main/monitor/alerts/excursions.ts';
import { offerOf, previewOf } from '../../../main/monitor/alerts/feedback.ts';
import { Learner } from '../../../main/monitor/alerts/learner.ts';
import type { AlertRuleDefinition } from '../../../main/monitor/alerts/rule.ts';
import { createAlert, resolve } from '../../support/alerts.ts';

const rule = builtInRules.find(({ id }) => id === 'pool-waits') as AlertRuleDefinition;
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const WEEK_MS = 7 * 86_400_000;

describe('the preview', () => {
  test('tries the word on what is stored, and counts incidents and useful alerts as of worth', () => {
    const excursions = new Excursions();
    const at = (hours: number, score: number) => ({
      ...{ ruleId: rule.id, scope: 'critical', forSeconds: 50 },
      points: Array.from({ length: 60 }, (_, step) => ({ atMs: NOW_MS - hours * 3_600_000 + step * 10_000, score })),
    });
    excursions.restore([at(40, 1.1), at(30, 5), at(20, 1.1), at(10, 1.1)]);
    const startedAt = new Date(NOW_MS - 30 * 3_600_000).toISOString();
    const useful = resolve(
      createAlert({ ruleId: rule.id, scope: 'critical', startedAt, feedback: 'useful' }),
      startedAt,
    );
    const about = { rule, scope: 'critical', alerts: [useful], missed: [], nowMs: NOW_MS };
    const engine = { excursions, learner: new Learner() };
    expect(previewOf(engine, { ...about, feedback: 'noise' })).toMatchObject({
      ...{ alerts: 4, dropped: 3, incidents: 1, kept: 1, factorBefore: 1 },
    });
    expect(previewOf(engine, { ...about, feedback: 'useful' })).toBeNull();
    expect(engine.learner.factorOf(rule, 'critical', NOW_MS)).toBe(1);
  });
});

describe('what keeps being expected', () => {
  const alertAt = (weeksAgo: number, some: Parameters<typeof createAlert>[0] = {}) =>
    createAlert({ startedAt: new Date(NOW_MS - weeksAgo * WEEK_MS).toISOString(), feedback: 'expected', ...some });

  test('is offered a silence after three weeks at one hour, and not before', () => {
    expect(offerOf(alertAt(0), [alertAt(1)])).toBeNull();
    const offer = offerOf(alertAt(0), [alertAt(1), alertAt(2)]);
    expect(offer).toMatchObject({ weekday: 1, startsAt: '12:00', minutes: 60, seen: 3, scope: 'interactive' });
    expect(offer?.sentence).toMatch(/expected on 3 Mondays at about 12:00 UTC/);
  });

  test('is none where another scope, another hour or another word was meant', () => {
    const other = [alertAt(1, { scope: 'critical' }), alertAt(2, { feedback: 'noise' })];
    const atNine = alertAt(3, { startedAt: new Date(NOW_MS - 3 * WEEK_MS - 3 * 3_600_000).toISOString() });
    expect(offerOf(alertAt(0), [...other, atNine])).toBeNull();
  });
});

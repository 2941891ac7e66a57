/**
 * What an operator says of an alert: the replay first, and only with `apply` the word counts. "Useful" is remembered, "noise"
 * raises the threshold, "missed" lowers it; and where alerts of one hour of the week keep being expected, a silence for that
 * hour is offered.
 */

import type { AlertEngine } from './engine.ts';
import { EXCURSION_KEPT_MS } from './excursions.ts';
import { stepOf } from './learner.ts';
import { replay } from './replay.ts';
import type { AlertRuleDefinition } from './rule.ts';
import type { Alert, Feedback, Replay, SilenceOffer } from './schema.ts';

/** Weeks in which it came at the same hour, before that is more than chance. */
const EXPECTED_WEEKS_MIN = 3;
const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;

export interface Missed {
  readonly ruleId: string;
  readonly scope: string | null;
  readonly atMs: number;
}

/** What the word would do to what is stored; null where it moves no threshold. */
export function previewOf(
  engine: Pick<AlertEngine, 'learner' | 'excursions'>,
  {
    alerts,
    feedback,
    missed,
    nowMs,
    rule,
    scope,
  }: {
    rule: AlertRuleDefinition;
    scope: string;
    feedback: Feedback;
    nowMs: number;
    /** Of the rule, as far back as there are. */
    alerts: readonly Alert[];
    missed: readonly Missed[];
  },
): Replay | null {
  if (stepOf(feedback) === 0) return null;
  const { excursions, learner } = engine;
  const factorBefore = (one: string) => learner.factorOf(rule, one, nowMs);
  const after = learner.factorAfter(rule, scope, feedback, nowMs);
  return replay({
    excursions: excursions.list(rule.id, scope),
    factorBefore,
    factorAfter: (one) => (one === scope ? after : factorBefore(one)),
    shown: { before: factorBefore(scope), after },
    worth: worthOf(alerts, missed, rule.id, nowMs),
    isHard: rule.isHard,
  });
}

function worthOf(alerts: readonly Alert[], missed: readonly Missed[], ruleId: string, nowMs: number) {
  const told = alerts
    .filter((alert) => alert.feedback === 'useful' || (alert.incidentId !== null && alert.feedback === null))
    .map(({ resolvedAt, scope, startedAt }) => ({
      ...{ scope, fromMs: Date.parse(startedAt), toMs: resolvedAt === null ? nowMs : Date.parse(resolvedAt) },
    }));
  const untold = missed
    .filter((one) => one.ruleId === ruleId && nowMs - one.atMs < EXCURSION_KEPT_MS)
    .map(({ atMs, scope }) => ({ scope, fromMs: atMs, toMs: atMs }));
  return [...told, ...untold];
}

/** Offered, and never assumed: at one hour of the week, in at least three weeks, the operator has expected it. */
export function offerOf(alert: Alert, alerts: readonly Alert[]): SilenceOffer | null {
  const hourOf = (at: string) => Math.floor((Date.parse(at) % WEEK_MS) / HOUR_MS);
  const weekOf = (at: string) => Math.floor(Date.parse(at) / WEEK_MS);
  const hour = hourOf(alert.startedAt);
  const same = [alert, ...alerts.filter(({ id }) => id !== alert.id)].filter(
    ({ feedback, ruleId, scope, startedAt }) =>
      feedback === 'expected' && ruleId === alert.ruleId && scope === alert.scope && hourOf(startedAt) === hour,
  );
  const seen = new Set(same.map(({ startedAt }) => weekOf(startedAt))).size;
  if (seen < EXPECTED_WEEKS_MIN) return null;
  const at = new Date(alert.startedAt);
  const weekday = at.getUTCDay() === 0 ? 7 : at.getUTCDay();
  const startsAt = `${String(at.getUTCHours()).padStart(2, '0')}:00`;
  const day = at.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' });
  return {
    ...{ ruleId: alert.ruleId, scope: alert.scope === '' ? null : alert.scope, weekday, startsAt, minutes: 60, seen },
    sentence: `It was expected on ${seen} ${day}s at about ${startsAt} UTC. It can be silenced for that hour of each week.`,
  };
}

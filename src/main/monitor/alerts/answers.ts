/** What answers the endpoints of alerts. Lists and feedback work from memory too, while the database is away. */

import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { RouteInput, RouteSchema } from '../../http/index.ts';
import type { Journal } from '../journal.ts';
import type { AlertRuleStore } from './alert-rule-store.ts';
import type { AlertStore } from './alert-store.ts';
import type { AlertEngine } from './engine.ts';
import { alertNotFound } from './errors.ts';
import { type Missed, offerOf, previewOf } from './feedback.ts';
import type * as routes from './route-schemas.ts';
import type { AlertRuleDefinition } from './rule.ts';
import type { Alert, AlertPage, AlertRule, FeedbackAnswer, MissedAnswer } from './schema.ts';

export interface AlertAnswerDependencies {
  engine: AlertEngine;
  rules: AlertRuleStore;
  store: AlertStore;
  missed: Missed[];
  journal: Pick<Journal, 'note'>;
  clock: Clock;
  logger: Logger;
}

type Input<S extends RouteSchema> = RouteInput<S, 'operator'>;

const WEEK_MS = 7 * 86_400_000;

export function createAlertAnswers(deps: AlertAnswerDependencies) {
  const { clock, engine, journal, rules } = deps;
  const show = (rule: AlertRuleDefinition) => toView(rule, deps);
  const note = (what: string, { id, name }: AlertRuleDefinition, user: string) =>
    journal.note('alert_rule_changed', `An operator has ${what} the alert rule: ${name}.`, { rule: id, user });

  return {
    list: ({ query }: Input<typeof routes.listAlerts>): Promise<AlertPage> => listAlerts(deps, query),
    feedback: async ({ body, caller, params }: Input<typeof routes.giveFeedback>): Promise<FeedbackAnswer> => {
      const alert = await findAlert(deps, params.id);
      const rule = engine.ruleOf(alert.ruleId);
      const { feedback } = body;
      const given: Alert = { ...alert, feedback };
      const alerts = alertsOf(deps, alert.ruleId);
      const about = { scope: alert.scope, feedback, alerts, missed: deps.missed, nowMs: clock.nowMs() };
      const replay = rule ? previewOf(engine, { ...about, rule }) : null;
      const offer = offerOf(given, alerts);
      if (!body.apply) return { alert, replay, offer };
      const lesson = rule && engine.learner.learn(rule, alert.scope, feedback, clock.nowMs());
      if (lesson) await deps.store.saveLesson(lesson);
      engine.book.amend(alert.id, { feedback });
      deps.store.keep(given);
      const sentence = `An operator has called an alert ${feedback}: ${alert.ruleName}.`;
      journal.note('alert_feedback', sentence, { alert: alert.id, rule: alert.ruleId, feedback, user: caller.userId });
      return { alert: given, replay, offer };
    },
    missed: async ({ body, caller }: Input<typeof routes.reportMissed>): Promise<MissedAnswer> => {
      const rule = rules.get(body.ruleId);
      const { apply = true, at, note: text, ruleId, scope = '' } = body;
      const reported: Missed = { ruleId, scope: body.scope ?? null, atMs: Date.parse(at) };
      const about = { rule, scope, alerts: alertsOf(deps, ruleId), nowMs: clock.nowMs() };
      const replay = previewOf(engine, { ...about, feedback: 'missed', missed: [...deps.missed, reported] });
      if (!replay) throw new Error('a missed incident always has a replay');
      if (!apply) return { replay };
      await deps.store.saveMissed({ ruleId, scope: reported.scope, at, note: text, by: caller.userId });
      const lesson = engine.learner.learn(rule, scope, 'missed', clock.nowMs());
      if (lesson) await deps.store.saveLesson(lesson);
      deps.missed.push(reported);
      const sentence = `An operator has reported an incident that no alert told of. The rule that should have: ${rule.name}.`;
      journal.note('alert_missed', sentence, { rule: ruleId, at, user: caller.userId });
      return { replay };
    },
    listRules: async () => ({ rules: rules.list().map(show) }),
    createRule: async ({ body, caller }: Input<typeof routes.createAlertRule>) => {
      const rule = await rules.create(body, caller.userId);
      note('made', rule, caller.userId);
      return { rule: show(rule) };
    },
    changeRule: async ({ body, caller, params }: Input<typeof routes.changeAlertRule>) => {
      const rule = await rules.change(params.id, body, caller.userId);
      note('changed', rule, caller.userId);
      return { rule: show(rule) };
    },
    deleteRule: async ({ caller, params }: Input<typeof routes.deleteAlertRule>): Promise<undefined> => {
      note('deleted', await rules.delete(params.id), caller.userId);
    },
  };
}

/** Whatever this process remembers, joined with what is stored: its own word is the newer. */
async function listAlerts(
  deps: AlertAnswerDependencies,
  { cursor, limit, state }: { cursor?: string; limit: number; state?: Alert['state'] },
): Promise<AlertPage> {
  const before = cursor === undefined ? null : parseCursor(cursor);
  const remembered = [...deps.engine.book.recent, ...deps.store.waiting, ...deps.engine.firing()];
  const stored = await deps.store.list(state ?? null, before, limit + 1).catch((error: unknown) => {
    deps.logger.warn({ err: toError(error) }, 'stored alerts could not be read; those in memory are listed');
    return [];
  });
  const byId = new Map([...stored, ...remembered].map((alert) => [alert.id, alert]));
  const alerts = [...byId.values()]
    .filter((alert) => state === undefined || alert.state === state)
    .filter((alert) => before === null || isBefore(alert, before))
    .sort(newestFirst);
  const page = alerts.slice(0, limit);
  const last = page.at(-1);
  return {
    alerts: page,
    nextCursor: alerts.length > limit && last ? `${Date.parse(last.startedAt)}-${last.id}` : null,
  };
}

function parseCursor(cursor: string): { atMs: number; id: string } {
  const dash = cursor.indexOf('-');
  return { atMs: Number(cursor.slice(0, dash)), id: cursor.slice(dash + 1) };
}

function isBefore({ id, startedAt }: Alert, before: { atMs: number; id: string }): boolean {
  const atMs = Date.parse(startedAt);
  return atMs < before.atMs || (atMs === before.atMs && id < before.id);
}

function newestFirst(one: Alert, other: Alert): number {
  return Date.parse(other.startedAt) - Date.parse(one.startedAt) || other.id.localeCompare(one.id);
}

async function findAlert({ engine, store }: AlertAnswerDependencies, id: string): Promise<Alert> {
  const remembered = [...engine.firing(), ...store.waiting, ...engine.book.recent].find((alert) => alert.id === id);
  const alert = remembered ?? (await store.read(id));
  if (!alert) throw alertNotFound();
  return alert;
}

function alertsOf({ engine }: AlertAnswerDependencies, ruleId: string): Alert[] {
  return [...engine.firing(), ...engine.book.recent].filter((alert) => alert.ruleId === ruleId);
}

function toView(rule: AlertRuleDefinition, deps: AlertAnswerDependencies): AlertRule {
  const { about, direction, forSeconds, id, isBuiltIn, isEnabled, kind, name, series, severity, threshold, unit } =
    rule;
  const sinceMs = deps.clock.nowMs() - WEEK_MS;
  const fired = alertsOf(deps, id).filter(({ startedAt }) => Date.parse(startedAt) >= sinceMs);
  return {
    ...{ id, name, about, builtIn: isBuiltIn, isEnabled, severity, kind, series, direction, unit, forSeconds },
    threshold: kind === 'event' ? null : threshold,
    learnt: learntOf(rule, deps),
    firedLastWeek: fired.length,
  };
}

function learntOf(rule: AlertRuleDefinition, { clock, engine }: AlertAnswerDependencies): AlertRule['learnt'] {
  const factor = engine.learner.factorOfRule(rule, clock.nowMs());
  const words: string[] = [];
  let state: AlertRule['learnt']['state'] = 'none';
  if (rule.kind === 'baseline' && rule.series !== null) {
    const learnt = engine.baselines.stateOf(rule.series);
    state = learnt.state;
    words.push(
      state === 'ready'
        ? `It knows ${learnt.hours} hours of ${learnt.scopes === 1 ? 'one figure' : `${learnt.scopes} figures`}.`
        : 'It is still learning what is usual, which takes a day, and says nothing until then.',
    );
  }
  if (rule.isHard) words.push('A hard limit: feedback does not move it.');
  else if (Math.abs(factor - 1) >= 0.005) {
    words.push(
      `Feedback has ${factor > 1 ? 'raised' : 'lowered'} its threshold to ${factor.toFixed(2)} times what was shipped.`,
    );
  }
  return { factor: Number(factor.toFixed(4)), state, sentence: words.join(' ') };
}

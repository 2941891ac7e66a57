/** SQL of alerts. What an operator asks for in a storm is on the control lane; what is written behind is background work. */

import { statement } from '../../database/index.ts';
import type { Alert } from './schema.ts';

export interface AlertRow extends Omit<Alert, 'startedAt' | 'resolvedAt'> {
  startedAt: Date;
  resolvedAt: Date | null;
}

const ALERT_COLUMNS = `
  id, rule_id as "ruleId", rule_name as "ruleName", severity, scope, cause_group as "group", state, sentence,
  started_at as "startedAt", resolved_at as "resolvedAt", value, threshold, unit, signs as count,
  incident_id as "incidentId", feedback`;

/** Newest first; `beforeMs` and `beforeId` are where the page before ended. */
export const listAlerts = statement<
  [state: string | null, beforeAt: string | null, beforeId: string | null, limit: number],
  AlertRow
>({
  name: 'monitor.listAlerts',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select ${ALERT_COLUMNS}
    from aquifer_monitor.alert
    where ($1::text is null or state = $1)
      and ($2::timestamptz is null or (started_at, id) < ($2::timestamptz, $3::uuid))
    order by started_at desc, id desc
    limit $4`,
});

export const readAlert = statement<[id: string], AlertRow>({
  name: 'monitor.readAlert',
  lane: 'control',
  deadlineMs: 1_000,
  text: `select ${ALERT_COLUMNS} from aquifer_monitor.alert where id = $1`,
});

export const readFiringAlerts = statement<[limit: number], AlertRow>({
  name: 'monitor.readFiringAlerts',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    select ${ALERT_COLUMNS}
    from aquifer_monitor.alert
    where state = 'firing'
    order by started_at desc
    limit $1`,
});

export const saveAlerts = statement<[rows: string]>({
  name: 'monitor.saveAlerts',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.alert
      (id, rule_id, rule_name, severity, scope, cause_group, state, sentence, started_at, resolved_at, value, threshold,
        unit, signs, incident_id, feedback)
    select given.id, given."ruleId", given."ruleName", given.severity, given.scope, given."group", given.state,
      given.sentence, given."startedAt", given."resolvedAt", given.value, given.threshold, given.unit, given.count,
      given."incidentId", given.feedback
    from pg_catalog.jsonb_to_recordset($1::jsonb)
      as given (id uuid, "ruleId" text, "ruleName" text, severity text, scope text, "group" text, state text,
        sentence text, "startedAt" timestamptz, "resolvedAt" timestamptz, value float8, threshold float8, unit text,
        count integer, "incidentId" text, feedback text)
    order by given.id
    on conflict (id) do update
    set severity = excluded.severity, cause_group = excluded.cause_group, state = excluded.state,
      sentence = excluded.sentence, resolved_at = excluded.resolved_at, value = excluded.value,
      threshold = excluded.threshold, signs = excluded.signs,
      incident_id = coalesce(excluded.incident_id, alert.incident_id),
      feedback = coalesce(excluded.feedback, alert.feedback)`,
  unindexedBecause: 'it reads what it was given',
});

export const deleteOldAlerts = statement<[keepDays: number, batch: number]>({
  name: 'monitor.deleteOldAlerts',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    delete from aquifer_monitor.alert
    where id = any (array(
      select id
      from aquifer_monitor.alert
      where started_at < now() - $1 * interval '1 day' and state = 'resolved'
      order by started_at
      limit $2
    ))`,
});

export interface AlertRuleRow {
  id: string;
  definition: unknown;
}

export const readAlertRules = statement<[limit: number], AlertRuleRow>({
  name: 'monitor.readAlertRules',
  lane: 'control',
  deadlineMs: 1_000,
  text: 'select id, definition from aquifer_monitor.alert_rule order by id limit $1',
});

export const saveAlertRule = statement<[id: string, definition: string, by: string]>({
  name: 'monitor.saveAlertRule',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    insert into aquifer_monitor.alert_rule (id, definition, changed_by)
    values ($1, $2::jsonb, $3)
    on conflict (id) do update
    set definition = excluded.definition, changed_by = excluded.changed_by, changed_at = now()`,
});

export const deleteAlertRule = statement<[id: string]>({
  name: 'monitor.deleteAlertRule',
  lane: 'control',
  deadlineMs: 1_000,
  text: 'delete from aquifer_monitor.alert_rule where id = $1',
});

export interface LessonRow {
  ruleId: string;
  scope: string;
  logFactor: number;
  words: number;
  learntAt: Date;
}

export const readLessons = statement<[limit: number], LessonRow>({
  name: 'monitor.readAlertLessons',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    select rule_id as "ruleId", scope, log_factor as "logFactor", words, learnt_at as "learntAt"
    from aquifer_monitor.alert_lesson
    order by rule_id, scope
    limit $1`,
});

export const saveLesson = statement<
  [ruleId: string, scope: string, logFactor: number, words: number, learntAt: string]
>({
  name: 'monitor.saveAlertLesson',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    insert into aquifer_monitor.alert_lesson (rule_id, scope, log_factor, words, learnt_at)
    values ($1, $2, $3, $4, $5)
    on conflict (rule_id, scope) do update
    set log_factor = excluded.log_factor, words = excluded.words, learnt_at = excluded.learnt_at`,
});

export interface MissedRow {
  ruleId: string;
  scope: string | null;
  missedAt: Date;
}

export const readMissed = statement<[limit: number], MissedRow>({
  name: 'monitor.readAlertsMissed',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    select rule_id as "ruleId", scope, missed_at as "missedAt"
    from aquifer_monitor.alert_missed
    order by missed_at desc
    limit $1`,
  unindexedBecause: 'a person writes each of its rows; there are dozens',
});

type MissedValues = [id: string, ruleId: string, scope: string | null, missedAt: string, note: string, by: string];

export const saveMissed = statement<MissedValues>({
  name: 'monitor.saveAlertMissed',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    insert into aquifer_monitor.alert_missed (id, rule_id, scope, missed_at, note, reported_by)
    values ($1, $2, $3, $4, $5, $6)`,
});

/** Series, scope, median, median deviation, number of values. */
export type FigureTuple = [series: string, scope: string, median: number, mad: number, count: number];
export type BudgetTuple = [atMs: number, requests: number, failed: number];

export interface HourRow {
  hour: Date;
  figures: FigureTuple[];
  budget: BudgetTuple[];
}

export const readHours = statement<[weeks: number, limit: number], HourRow>({
  name: 'monitor.readAlertHours',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    select hour, figures, budget
    from aquifer_monitor.alert_hour
    where hour > now() - $1 * interval '1 week'
    order by hour desc
    limit $2`,
});

export const saveHours = statement<[rows: string]>({
  name: 'monitor.saveAlertHours',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.alert_hour (hour, figures, budget)
    select given.hour, given.figures, given.budget
    from pg_catalog.jsonb_to_recordset($1::jsonb) as given (hour timestamptz, figures jsonb, budget jsonb)`,
  unindexedBecause: 'it reads what it was given',
});

export const deleteOldHours = statement<[weeks: number, batch: number]>({
  name: 'monitor.deleteOldAlertHours',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    delete from aquifer_monitor.alert_hour
    where id = any (array(
      select id from aquifer_monitor.alert_hour where hour <= now() - $1 * interval '1 week' order by hour limit $2
    ))`,
});

export interface ExcursionRow {
  ruleId: string;
  scope: string;
  forSeconds: number;
  beganAt: Date;
  points: [sinceMs: number, score: number][];
}

export const readExcursions = statement<[limit: number], ExcursionRow>({
  name: 'monitor.readAlertExcursions',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    select rule_id as "ruleId", scope, for_seconds as "forSeconds", began_at as "beganAt", points
    from aquifer_monitor.alert_excursion
    order by began_at desc
    limit $1`,
});

export const saveExcursions = statement<[rows: string]>({
  name: 'monitor.saveAlertExcursions',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.alert_excursion (id, rule_id, scope, for_seconds, began_at, points)
    select given.id, given."ruleId", given.scope, given."forSeconds", given."beganAt", given.points
    from pg_catalog.jsonb_to_recordset($1::jsonb)
      as given (id uuid, "ruleId" text, scope text, "forSeconds" integer, "beganAt" timestamptz, points jsonb)
    on conflict (id) do nothing`,
  unindexedBecause: 'it reads what it was given',
});

export const deleteOldExcursions = statement<[keepDays: number, batch: number]>({
  name: 'monitor.deleteOldAlertExcursions',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    delete from aquifer_monitor.alert_excursion
    where id = any (array(
      select id
      from aquifer_monitor.alert_excursion
      where began_at < now() - $1 * interval '1 day'
      order by began_at
      limit $2
    ))`,
});

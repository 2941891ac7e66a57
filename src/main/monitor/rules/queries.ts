/** SQL of the rules and of the sessions they are rehearsed on. */

import { statement } from '../../database/index.ts';
import type { Peak, SightingFacts } from './sightings.ts';

export interface RuleRow {
  id: string;
  name: string;
  scope: 'own' | 'others';
  conditions: unknown;
  mode: 'off' | 'warn' | 'enforce';
  action: 'cancel' | 'terminate';
  mayEndMaintenance: boolean;
  changedBy: string;
  changedAt: Date;
}

const RULE_COLUMNS = `
  id, name, scope, conditions, mode, action, may_end_maintenance as "mayEndMaintenance",
  changed_by as "changedBy", changed_at as "changedAt"`;

/** In a storm, too, an operator must be able to switch a rule: hence the control lane. */
export const readRules = statement<[limit: number], RuleRow>({
  name: 'monitor.readRules',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select ${RULE_COLUMNS}
    from aquifer_monitor.rule
    order by id
    limit $1`,
});

type RuleValues = [
  ...[id: string, name: string, scope: string, conditions: string],
  ...[mode: string, action: string, mayEndMaintenance: boolean, by: string],
];

export const saveRule = statement<RuleValues, RuleRow>({
  name: 'monitor.saveRule',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    insert into aquifer_monitor.rule
      (id, name, scope, conditions, mode, action, may_end_maintenance, created_by, changed_by)
    values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $8)
    on conflict (id) do update
    set conditions = excluded.conditions, mode = excluded.mode, may_end_maintenance = excluded.may_end_maintenance,
      changed_by = excluded.changed_by, changed_at = now()
    returning ${RULE_COLUMNS}`,
});

export const deleteRule = statement<[id: string], never>({
  name: 'monitor.deleteRule',
  lane: 'control',
  deadlineMs: 1_000,
  text: 'delete from aquifer_monitor.rule where id = $1',
});

export const readDatabaseName = statement<[], { name: string }>({
  name: 'monitor.readDatabaseName',
  lane: 'control',
  deadlineMs: 1_000,
  text: 'select pg_catalog.current_database() as name',
  unindexedBecause: 'it reads no table',
});

export interface SightingRow {
  id: string;
  facts: SightingFacts;
  peaks: Peak[];
  seenFrom: Date;
  seenUntil: Date;
}

export const readSightings = statement<[limit: number], SightingRow>({
  name: 'monitor.readSightings',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    select id, facts, peaks, seen_from as "seenFrom", seen_until as "seenUntil"
    from aquifer_monitor.sighting
    where seen_until > now() - interval '24 hours'
    order by seen_until desc
    limit $1`,
});

export const saveSightings = statement<[rows: string]>({
  name: 'monitor.saveSightings',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.sighting (id, facts, peaks, seen_from, seen_until)
    select seen.id, seen.facts, seen.peaks, seen.seen_from, seen.seen_until
    from pg_catalog.jsonb_to_recordset($1::jsonb)
      as seen (id text, facts jsonb, peaks jsonb, seen_from timestamptz, seen_until timestamptz)
    order by seen.id
    on conflict (id) do update
    set peaks = excluded.peaks, seen_until = greatest(sighting.seen_until, excluded.seen_until)`,
  unindexedBecause: 'it reads what it was given',
});

export const deleteOldSightings = statement<[batch: number]>({
  name: 'monitor.deleteOldSightings',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    delete from aquifer_monitor.sighting
    where ctid = any (array(
      select ctid
      from aquifer_monitor.sighting
      where seen_until <= now() - interval '24 hours'
      order by seen_until
      limit $1
      for update skip locked
    ))`,
});

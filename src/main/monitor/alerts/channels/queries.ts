/** SQL of channels, deliveries and silences. What an operator does is in the control lane; nothing is sent by way of the database. */

import { statement } from '../../../database/index.ts';
import type { Severity } from '../schema.ts';
import type { ChannelKind, Silence } from './schema.ts';

export interface ChannelRow {
  id: string;
  name: string;
  kind: ChannelKind;
  isEnabled: boolean;
  severityLeast: Severity;
  shownTarget: string;
  hasSecret: boolean;
  sealed: Buffer;
}

const CHANNEL_COLUMNS = `
  id, name, kind, is_enabled as "isEnabled", severity_least as "severityLeast", shown_target as "shownTarget",
  has_secret as "hasSecret", sealed`;

export const readChannels = statement<[limit: number], ChannelRow>({
  name: 'monitor.readChannels',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select ${CHANNEL_COLUMNS}
    from aquifer_monitor.channel
    order by id
    limit $1`,
});

type ChannelValues = [
  ...[id: string, name: string, kind: string, isEnabled: boolean],
  ...[severityLeast: string, shownTarget: string, hasSecret: boolean, sealed: Buffer, by: string],
];

export const saveChannel = statement<ChannelValues>({
  name: 'monitor.saveChannel',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    insert into aquifer_monitor.channel
      (id, name, kind, is_enabled, severity_least, shown_target, has_secret, sealed, created_by, changed_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
    on conflict (id) do update
    set name = excluded.name, is_enabled = excluded.is_enabled, severity_least = excluded.severity_least,
      shown_target = excluded.shown_target, has_secret = excluded.has_secret, sealed = excluded.sealed,
      changed_by = excluded.changed_by, changed_at = now()`,
});

export const deleteChannel = statement<[id: string]>({
  name: 'monitor.deleteChannel',
  lane: 'control',
  deadlineMs: 2_000,
  text: 'delete from aquifer_monitor.channel where id = $1',
});

export interface SilenceRow {
  id: string;
  reason: string;
  ruleId: string | null;
  scope: string | null;
  startsAt: Date;
  endsAt: Date | null;
  weekly: Silence['weekly'];
}

export const readSilences = statement<[limit: number], SilenceRow>({
  name: 'monitor.readSilences',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select id, reason, rule_id as "ruleId", scope, starts_at as "startsAt", ends_at as "endsAt", weekly
    from aquifer_monitor.silence
    where ends_at is null or ends_at > now()
    order by id desc
    limit $1`,
});

type SilenceValues = [
  ...[id: string, reason: string, ruleId: string | null, scope: string | null],
  ...[startsAt: string, endsAt: string | null, weekly: string | null, by: string],
];

export const insertSilence = statement<SilenceValues>({
  name: 'monitor.insertSilence',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    insert into aquifer_monitor.silence (id, reason, rule_id, scope, starts_at, ends_at, weekly, created_by)
    values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)`,
});

export const deleteSilence = statement<[id: string]>({
  name: 'monitor.deleteSilence',
  lane: 'control',
  deadlineMs: 1_000,
  text: 'delete from aquifer_monitor.silence where id = $1',
});

export const deleteOldSilences = statement({
  name: 'monitor.deleteOldSilences',
  lane: 'background',
  deadlineMs: 10_000,
  text: `delete from aquifer_monitor.silence where ends_at < now() - interval '30 days'`,
  unindexedBecause: 'there are a hundred at the most',
});

export interface DeliveryRow {
  id: string;
  channelId: string;
  alertId: string | null;
  change: 'fired' | 'resolved' | 'test';
  severity: Severity;
  state: 'waiting' | 'delivered' | 'failed' | 'silenced';
  attempts: number;
  sentence: string;
  alert: unknown;
  changedAt: Date;
}

const DELIVERY_COLUMNS = `
  id, channel_id as "channelId", alert_id as "alertId", change, severity, state, attempts, sentence, alert,
  changed_at as "changedAt"`;

/** Newest first. */
export const listDeliveries = statement<[channelId: string, before: string, limit: number], DeliveryRow>({
  name: 'monitor.listDeliveries',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select ${DELIVERY_COLUMNS}
    from aquifer_monitor.delivery
    where channel_id = $1 and id < $2::uuid
    order by id desc
    limit $3`,
});

/** What was said lately of each alert by each channel, and what still waits: so that a new start says nothing twice. */
export const readRecentDeliveries = statement<[limit: number], DeliveryRow>({
  name: 'monitor.readRecentDeliveries',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    select ${DELIVERY_COLUMNS}
    from aquifer_monitor.delivery
    where changed_at > now() - interval '7 days'
    order by changed_at desc
    limit $1`,
});

/** A delivery of a channel that was deleted meanwhile is left out. */
export const saveDeliveries = statement<[rows: string]>({
  name: 'monitor.saveDeliveries',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.delivery
      (id, channel_id, alert_id, change, severity, state, attempts, sentence, alert, changed_at)
    select made.id, made."channelId", made."alertId", made.change, made.severity, made.state, made.attempts,
      made.sentence, made.alert, made."changedAt"
    from pg_catalog.jsonb_to_recordset($1::jsonb) as made (
      id uuid, "channelId" uuid, "alertId" text, change text, severity text, state text, attempts integer,
      sentence text, alert jsonb, "changedAt" timestamptz
    )
    join aquifer_monitor.channel on channel.id = made."channelId"
    order by made.id
    on conflict (id) do update
    set change = excluded.change, severity = excluded.severity, state = excluded.state, attempts = excluded.attempts,
      sentence = excluded.sentence, alert = excluded.alert, changed_at = excluded.changed_at`,
});

export const deleteOldDeliveries = statement<[batch: number]>({
  name: 'monitor.deleteOldDeliveries',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    delete from aquifer_monitor.delivery
    where ctid = any (array(
      select ctid
      from aquifer_monitor.delivery
      where changed_at < now() - interval '30 days'
      order by changed_at
      limit $1
      for update skip locked
    ))`,
});

/**
 * SQL of incidents and their timeline. What an operator reads in a storm goes by the control lane and is short; what this server writes
 * of its own accord goes by the background lane.
 */

import { statement } from '../../database/index.ts';
import type { Verdict } from '../cause/schema.ts';
import type { Impact, ImpactPoint, TimelineEntry, TimelineKind } from './schema.ts';

const READ = { lane: 'control', deadlineMs: 2_000 } as const;
const WRITE = { lane: 'background', deadlineMs: 10_000 } as const;

export interface IncidentRow {
  id: string;
  number: number;
  state: 'open' | 'closed';
  title: string;
  openedAt: Date;
  detectedAt: Date | null;
  namedAt: Date | null;
  containedAt: Date | null;
  closedAt: Date | null;
  usersHurt: number;
  verdictKind: string | null;
  openedBy: string | null;
  hasPostmortem: boolean;
}

const COLUMNS = `
  id, number, state, title, opened_at as "openedAt", detected_at as "detectedAt", named_at as "namedAt",
  contained_at as "containedAt", closed_at as "closedAt", users_hurt as "usersHurt", verdict_kind as "verdictKind",
  opened_by as "openedBy", has_postmortem as "hasPostmortem"`;

export const listIncidents = statement<[before: number, limit: number], IncidentRow>({
  ...READ,
  name: 'monitor.listIncidents',
  text: `
    select ${COLUMNS}
    from aquifer_monitor.incident
    where number < $1
    order by number desc
    limit $2`,
});

export const readIncident = statement<[id: string], IncidentRow>({
  ...READ,
  name: 'monitor.readIncident',
  text: `select ${COLUMNS} from aquifer_monitor.incident where id = $1`,
});

export const readOpenIncident = statement<[], IncidentRow>({
  ...READ,
  name: 'monitor.readOpenIncident',
  text: `select ${COLUMNS} from aquifer_monitor.incident where state = 'open' limit 1`,
});

/** Takes the next number. A second open one is refused by the table, which is how two servers come to share theirs. */
export const openIncident = statement<
  [id: string, title: string, openedAt: string, detectedAt: string, openedBy: string | null],
  { number: number }
>({
  ...WRITE,
  name: 'monitor.openIncident',
  text: `
    insert into aquifer_monitor.incident (id, number, state, title, opened_at, detected_at, opened_by, users_hurt)
    select $1::uuid, coalesce(max(earlier.number), 0) + 1, 'open', $2::text, $3::timestamptz, $4::timestamptz, $5::uuid, 0
    from aquifer_monitor.incident as earlier
    on conflict (id) do update set title = excluded.title
    returning number`,
});

type Progress = [
  ...[id: string, title: string, detectedAt: string, namedAt: string | null],
  ...[containedAt: string | null, usersHurt: number, verdictKind: string | null, openedAt: string],
];

/** What several servers know of one: the earliest moments, the last containment, the most users. */
export const saveProgress = statement<Progress, IncidentRow>({
  ...WRITE,
  name: 'monitor.saveIncident',
  text: `
    update aquifer_monitor.incident as incident
    set title = $2,
      opened_at = least(incident.opened_at, $8::timestamptz),
      detected_at = least(incident.detected_at, $3::timestamptz),
      named_at = least(incident.named_at, $4::timestamptz),
      contained_at = $5::timestamptz,
      users_hurt = greatest(incident.users_hurt, $6),
      verdict_kind = coalesce($7, incident.verdict_kind)
    where incident.id = $1
    returning ${COLUMNS}`,
});

export const saveShare = statement<
  [...[id: string, processId: string, impact: string, points: string], verdicts: string, isQuiet: boolean]
>({
  ...WRITE,
  name: 'monitor.saveIncidentShare',
  text: `
    insert into aquifer_monitor.incident_share (incident_id, process_id, impact, points, verdicts, is_quiet)
    values ($1, $2, $3::jsonb, $4::jsonb, $5::jsonb, $6)
    on conflict (incident_id, process_id) do update
    set impact = excluded.impact, points = excluded.points, verdicts = excluded.verdicts,
      is_quiet = excluded.is_quiet, beat_at = now()`,
});

/** Nothing where another server that lives still sees users hurt. */
export const closeIncident = statement<[id: string, processId: string, closedAt: string], { id: string }>({
  ...WRITE,
  name: 'monitor.closeIncident',
  text: `
    update aquifer_monitor.incident as incident
    set state = 'closed', closed_at = $3::timestamptz
    where incident.id = $1
      and incident.state = 'open'
      and not exists (
        select 1
        from aquifer_monitor.incident_share as share
        where share.incident_id = incident.id and share.process_id <> $2
          and not share.is_quiet and share.beat_at > now() - interval '30 seconds'
      )
    returning incident.id`,
});

/** By an operator: whatever is seen. */
export const closeByHand = statement<[id: string], { id: string }>({
  ...READ,
  name: 'monitor.closeIncidentByHand',
  text: `
    update aquifer_monitor.incident
    set state = 'closed', closed_at = now()
    where id = $1 and state = 'open'
    returning id`,
});

export const notePostmortem = statement<[id: string]>({
  ...READ,
  name: 'monitor.noteIncidentPostmortem',
  text: 'update aquifer_monitor.incident set has_postmortem = true where id = $1',
});

export interface ShareRow {
  processId: string;
  impact: Impact;
  points: ImpactPoint[];
  verdicts: Verdict[];
}

export const readShares = statement<[id: string], ShareRow>({
  ...READ,
  name: 'monitor.readIncidentShares',
  text: `
    select process_id as "processId", impact, points, verdicts
    from aquifer_monitor.incident_share
    where incident_id = $1
    order by beat_at desc
    limit 20`,
});

interface EntryRow {
  id: string;
  at: Date;
  kind: TimelineKind;
  sentence: string;
  by: string | null;
  details: TimelineEntry['details'];
}

export const readTimeline = statement<[from: string, to: string, limit: number], EntryRow>({
  ...READ,
  name: 'monitor.readTimeline',
  text: `
    select id, at, kind, sentence, by_user as by, details
    from aquifer_monitor.timeline_entry
    where at between $1::timestamptz and $2::timestamptz
    order by at
    limit $3`,
});

export const saveEntries = statement<[rows: string]>({
  ...WRITE,
  name: 'monitor.saveTimeline',
  text: `
    insert into aquifer_monitor.timeline_entry (id, at, kind, sentence, by_user, details)
    select entry.id, entry.at, entry.kind, entry.sentence, entry.by, entry.details
    from pg_catalog.jsonb_to_recordset($1::jsonb)
      as entry (id uuid, at timestamptz, kind text, sentence text, by uuid, details jsonb)
    on conflict (id) do nothing`,
  unindexedBecause: 'it reads what it was given',
});

/** Old ones outside of any incident, and very old ones. */
export const deleteOldEntries = statement<[batch: number]>({
  ...WRITE,
  name: 'monitor.deleteOldTimeline',
  text: `
    delete from aquifer_monitor.timeline_entry
    where ctid = any (array(
      select old.ctid
      from aquifer_monitor.timeline_entry as old
      where old.at < now() - interval '14 days'
        and (
          old.at < now() - interval '400 days'
          or not exists (
            select 1
            from aquifer_monitor.incident as incident
            where old.at between incident.opened_at - interval '1 hour' and coalesce(incident.closed_at, now()) + interval '1 hour'
          )
        )
      order by old.at
      limit $1
      for update skip locked
    ))`,
});

export const deleteOldIncidents = statement<[batch: number]>({
  ...WRITE,
  name: 'monitor.deleteOldIncidents',
  text: `
    delete from aquifer_monitor.incident
    where id = any (array(
      select old.id
      from aquifer_monitor.incident as old
      where old.state = 'closed' and old.closed_at < now() - interval '400 days' and not old.has_postmortem
      limit $1
    ))`,
  unindexedBecause: 'incidents are few',
});

export interface DeployRow {
  id: string;
  at: Date;
  version: string;
  about: string;
}

export const listDeploys = statement<[before: string, limit: number], DeployRow>({
  ...READ,
  name: 'monitor.listDeploys',
  text: `
    select id, at, version, about
    from aquifer_monitor.deploy
    where at < $1::timestamptz
    order by at desc
    limit $2`,
});

export const saveDeploy = statement<[...[id: string, at: string, version: string, about: string], by: string | null]>({
  ...READ,
  name: 'monitor.saveDeploy',
  text: `
    insert into aquifer_monitor.deploy (id, at, version, about, by_user)
    values ($1, $2::timestamptz, $3, $4, $5)`,
});

/** Only where the newest is another: servers that start together are one deploy. */
export const saveOwnDeploy = statement<[id: string, version: string, about: string], { id: string; isFirst: boolean }>({
  ...WRITE,
  name: 'monitor.saveOwnDeploy',
  text: `
    insert into aquifer_monitor.deploy (id, at, version, about)
    select $1::uuid, now(), $2::text, $3::text
    where $2 is distinct from (
      select newest.version from aquifer_monitor.deploy as newest order by newest.at desc limit 1
    )
    returning id, not exists (select earlier.id from aquifer_monitor.deploy as earlier) as "isFirst"`,
});

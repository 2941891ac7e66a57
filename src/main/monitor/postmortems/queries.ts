/** SQL of postmortems. The reports are read and written in the lane of the monitor's own work: nobody waits for them in a storm. */

import { statement } from '../../database/index.ts';
import type { MeasureCheck } from './schema.ts';

const DEADLINE_MS = 5_000;

export interface VersionRow {
  version: number;
  writtenAt: Date;
  writtenBy: string | null;
  title: string;
  document: unknown;
}

export const readVersion = statement<[incidentId: string, version: number | null], VersionRow>({
  name: 'monitor.readPostmortem',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select version, written_at as "writtenAt", written_by as "writtenBy", title, document
    from aquifer_monitor.postmortem
    where incident_id = $1 and version = coalesce($2, version)
    order by version desc
    limit 1`,
});

export const listVersions = statement<
  [incidentId: string, limit: number],
  Pick<VersionRow, 'version' | 'writtenAt' | 'writtenBy'>
>({
  name: 'monitor.listPostmortemVersions',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select version, written_at as "writtenAt", written_by as "writtenBy"
    from aquifer_monitor.postmortem
    where incident_id = $1
    order by version desc
    limit $2`,
});

/** Nothing where somebody else has written that version meanwhile. */
export const insertVersion = statement<
  [incidentId: string, version: number, by: string | null, title: string, document: string],
  { writtenAt: Date }
>({
  name: 'monitor.insertPostmortem',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    insert into aquifer_monitor.postmortem (incident_id, version, written_by, title, document)
    values ($1, $2, $3, $4, $5::jsonb)
    on conflict (incident_id, version) do nothing
    returning written_at as "writtenAt"`,
});

export interface MeasureRow {
  key: string;
  isTicked: boolean;
  isDone: boolean;
  doneAt: Date | null;
  doneBy: string | null;
  checkResult: MeasureCheck | null;
}

export const readMeasures = statement<[incidentId: string], MeasureRow>({
  name: 'monitor.readPostmortemMeasures',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select key, is_done is not null as "isTicked", coalesce(is_done, false) as "isDone", done_at as "doneAt", done_by as "doneBy", check_result as "checkResult"
    from aquifer_monitor.postmortem_measure
    where incident_id = $1`,
});

export const tickMeasure = statement<[incidentId: string, key: string, isDone: boolean, by: string]>({
  name: 'monitor.tickPostmortemMeasure',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    insert into aquifer_monitor.postmortem_measure as known (incident_id, key, is_done, done_at, done_by)
    values ($1, $2, $3, case when $3 then now() end, case when $3 then $4::uuid end)
    on conflict (incident_id, key) do update
    set is_done = excluded.is_done,
      done_at = case when known.is_done is not distinct from excluded.is_done then known.done_at else excluded.done_at end,
      done_by = case when known.is_done is not distinct from excluded.is_done then known.done_by else excluded.done_by end`,
});

export const saveChecks = statement<[incidentId: string, resultsByKey: string]>({
  name: 'monitor.savePostmortemChecks',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    insert into aquifer_monitor.postmortem_measure (incident_id, key, check_result)
    select $1, found.key, found.result
    from pg_catalog.jsonb_each($2::jsonb) as found (key, result)
    order by found.key
    on conflict (incident_id, key) do update
    set check_result = excluded.check_result`,
  unindexedBecause: 'it reads what it was given',
});

/** Of the last while, those whose measures are looked at again; each once. */
export const listRecent = statement<[days: number, limit: number], { incidentId: string }>({
  name: 'monitor.listRecentPostmortems',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select incident_id as "incidentId"
    from aquifer_monitor.postmortem
    where written_at > now() - $1 * interval '1 day'
    group by incident_id
    order by max(written_at) desc
    limit $2`,
});

export const listWritten = statement<[incidentIds: readonly string[]], { incidentId: string }>({
  name: 'monitor.listWrittenPostmortems',
  lane: 'background',
  deadlineMs: DEADLINE_MS,
  text: `
    select distinct incident_id as "incidentId"
    from aquifer_monitor.postmortem
    where incident_id = any ($1::text[])`,
});

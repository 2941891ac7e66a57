/** SQL of runs and their reports. */

import { statement } from '../../database/index.ts';
import type { RunKind, RunState } from '../schema.ts';

const asked = { lane: 'control', deadlineMs: 2_000 } as const;
const written = { lane: 'background', deadlineMs: 10_000 } as const;

export interface RunRow {
  id: string;
  kind: RunKind;
  state: RunState;
  askedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  by: string | null;
  snapshotTakenAt: Date | null;
  stepsDone: number | null;
  stepsTotal: number | null;
  sentence: string;
}

const COLUMNS = `
  id, kind, state, asked_at as "askedAt", started_at as "startedAt", ended_at as "endedAt", by_user as by,
  snapshot_taken_at as "snapshotTakenAt", steps_done as "stepsDone", steps_total as "stepsTotal", sentence`;

/** Gives nothing back where one of its kind waits or runs already, here or on another server. */
export const insertRun = statement<
  [id: string, kind: string, options: string, askedAt: string, by: string | null],
  RunRow
>({
  ...asked,
  name: 'planner.insertRun',
  text: `
    insert into aquifer_planner.run (id, kind, state, options, asked_at, by_user, sentence)
    values ($1, $2, 'waiting', $3::jsonb, $4::timestamptz, $5, 'It waits for its turn.')
    on conflict do nothing
    returning ${COLUMNS}`,
});

export const readRuns = statement<[limit: number], RunRow>({
  ...asked,
  name: 'planner.readRuns',
  text: `select ${COLUMNS} from aquifer_planner.run order by asked_at desc limit $1`,
});

export const readRun = statement<[id: string], RunRow>({
  ...asked,
  name: 'planner.readRun',
  text: `select ${COLUMNS} from aquifer_planner.run where id = $1`,
});

export const readOpenRun = statement<[kind: string], RunRow>({
  ...asked,
  name: 'planner.readOpenRun',
  text: `select ${COLUMNS} from aquifer_planner.run where kind = $1 and state in ('waiting', 'running')`,
});

/** The newest report of a kind. */
export const readLastRun = statement<[kind: string], RunRow>({
  ...asked,
  name: 'planner.readLastRun',
  text: `
    select ${COLUMNS}
    from aquifer_planner.run
    where kind = $1 and state = 'done'
    order by ended_at desc
    limit 1`,
});

/** When each kind was asked for last, whatever came of it. */
export const readLastAsked = statement<[], { kind: RunKind; askedAt: Date }>({
  ...written,
  name: 'planner.readLastAskedRuns',
  text: 'select kind, max(asked_at) as "askedAt" from aquifer_planner.run group by kind',
  unindexedBecause: 'runs are few: they are kept for 90 days',
});

/** Gives nothing back where it was given up meanwhile, by another server. */
export const saveProgress = statement<
  [
    ...[id: string, startedAt: string | null, snapshotTakenAt: string | null],
    ...[done: number | null, total: number | null, sentence: string],
  ],
  { id: string }
>({
  ...asked,
  name: 'planner.saveRunProgress',
  text: `
    update aquifer_planner.run
    set state = case when $2::timestamptz is null then 'waiting' else 'running' end, started_at = $2::timestamptz,
      snapshot_taken_at = $3::timestamptz, steps_done = $4, steps_total = $5, sentence = $6, beat_at = now()
    where id = $1 and state in ('waiting', 'running')
    returning id`,
});

/** What has ended stays so. */
export const endRun = statement<
  [id: string, state: string, endedAt: string, sentence: string, snapshotTakenAt: string | null],
  RunRow
>({
  ...asked,
  name: 'planner.endRun',
  text: `
    update aquifer_planner.run
    set state = $2, ended_at = $3::timestamptz, sentence = $4, snapshot_taken_at = coalesce($5::timestamptz, snapshot_taken_at)
    where id = $1 and state in ('waiting', 'running')
    returning ${COLUMNS}`,
});

export const endAbandoned = statement<[]>({
  ...asked,
  name: 'planner.endAbandonedRuns',
  text: `
    update aquifer_planner.run
    set state = 'failed', ended_at = now(), sentence = 'The server that did it has ended.'
    where state in ('waiting', 'running') and beat_at < now() - interval '1 minute'`,
  unindexedBecause: 'runs are few: they are kept for 90 days',
});

export const saveParts = statement<[runId: string, parts: readonly string[], bodies: readonly Buffer[]]>({
  lane: 'background',
  deadlineMs: 30_000,
  name: 'planner.saveReportParts',
  text: `
    insert into aquifer_planner.report_part (run_id, part, body)
    select $1, given.part, given.body
    from unnest($2::text[], $3::bytea[]) as given (part, body)
    on conflict (run_id, part) do update set body = excluded.body`,
  unindexedBecause: 'it reads what it was given',
});

export const readPart = statement<[runId: string, part: string], { body: Buffer }>({
  ...asked,
  name: 'planner.readReportPart',
  text: 'select body from aquifer_planner.report_part where run_id = $1 and part = $2',
});

/** Two of each kind are kept: the last, and one to fall back to while it is written. */
export const deleteOldParts = statement<[]>({
  lane: 'background',
  deadlineMs: 30_000,
  name: 'planner.deleteOldReportParts',
  text: `
    delete from aquifer_planner.report_part as part
    using (
      select id, state, rank() over (partition by kind, state order by ended_at desc) as place
      from aquifer_planner.run
    ) as run
    where run.id = part.run_id and run.state not in ('waiting', 'running') and not (run.state = 'done' and run.place <= 2)`,
  unindexedBecause: 'runs are few, and so are the parts that go',
});

export const deleteOldRuns = statement<[]>({
  ...written,
  name: 'planner.deleteOldRuns',
  text: `
    delete from aquifer_planner.run
    where asked_at < now() - interval '90 days' and state not in ('waiting', 'running')
      and id not in (select distinct on (kind) id from aquifer_planner.run where state = 'done' order by kind, ended_at desc)`,
});

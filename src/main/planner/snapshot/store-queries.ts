/** SQL of stored snapshots. */

import { statement } from '../../database/index.ts';

/** True for the one who may go on, at least `minutes` after the last. */
export const claimTurn = statement<[minutes: number, seen: string], { isOurs: boolean }>({
  name: 'planner.claimSnapshotTurn',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    with claimed as (
      update aquifer_planner.snapshot_turn
      set taken_at = now(), seen = $2::jsonb
      where only_row and taken_at <= now() - make_interval(mins => $1)
      returning only_row
    )
    select exists (select from claimed) as "isOurs"`,
  unindexedBecause: 'it has one row',
});

/** What came to nothing may be tried again in $1 minutes. */
export const giveTurnBack = statement<[minutes: number]>({
  name: 'planner.giveSnapshotTurnBack',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    update aquifer_planner.snapshot_turn
    set taken_at = now() - interval '1 hour' + make_interval(mins => $1)
    where only_row`,
  unindexedBecause: 'it has one row',
});

export const readTurn = statement<[], { seen: Drift | null }>({
  name: 'planner.readSnapshotTurn',
  lane: 'background',
  deadlineMs: 5_000,
  text: 'select seen from aquifer_planner.snapshot_turn where only_row',
  unindexedBecause: 'it has one row',
});

export const readKnownParts = statement<[digests: readonly Buffer[]], { digest: Buffer }>({
  name: 'planner.readKnownSnapshotParts',
  lane: 'background',
  deadlineMs: 10_000,
  text: 'select digest from aquifer_planner.snapshot_part where digest = any ($1::bytea[])',
});

/** Who saves and who clears up go one after the other: a part must not go while a snapshot is saved that has it. */
export const lockSnapshots = statement<[], { isLocked: boolean }>({
  name: 'planner.lockSnapshots',
  lane: 'background',
  deadlineMs: 20_000,
  text: 'select true as "isLocked" from aquifer_planner.snapshot_turn where only_row for update',
  unindexedBecause: 'it has one row',
});

export const savePart = statement<[digest: Buffer, content: Buffer]>({
  name: 'planner.saveSnapshotPart',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_planner.snapshot_part (digest, content)
    values ($1, $2)
    on conflict (digest) do nothing`,
});

export interface SnapshotRow {
  id: string;
  takenAt: Date;
  reason: string;
  serverVersion: string;
  relations: number;
  indexes: number;
  gaps: number;
  storedBytes: string;
}

type NewSnapshot = [
  ...[takenAt: string, reason: string, serverVersion: string, relations: number, indexes: number, gaps: number],
  ...[storedBytes: number, parts: readonly Buffer[]],
];

export const saveSnapshot = statement<NewSnapshot, { id: string }>({
  name: 'planner.saveSnapshot',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_planner.snapshot (
      taken_at, reason, server_version, relations, indexes, gaps, stored_bytes, parts
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    returning id`,
});

export const listSnapshots = statement<[limit: number], SnapshotRow>({
  name: 'planner.listSnapshots',
  lane: 'interactive',
  deadlineMs: 5_000,
  isShared: true,
  text: `
    select
      id, taken_at as "takenAt", reason, server_version as "serverVersion", relations, indexes, gaps,
      stored_bytes as "storedBytes"
    from aquifer_planner.snapshot
    order by taken_at desc
    limit $1`,
});

export const findSnapshot = statement<[id: string], { id: string; parts: Buffer[] }>({
  name: 'planner.findSnapshot',
  lane: 'background',
  deadlineMs: 5_000,
  text: 'select id, parts from aquifer_planner.snapshot where id = $1::bigint',
});

export const findSnapshotAt = statement<[at: Date], { id: string; parts: Buffer[] }>({
  name: 'planner.findSnapshotAt',
  lane: 'background',
  deadlineMs: 5_000,
  text: 'select id, parts from aquifer_planner.snapshot where taken_at <= $1 order by taken_at desc limit 1',
});

export const readParts = statement<[digests: readonly Buffer[]], { digest: Buffer; content: Buffer }>({
  name: 'planner.readSnapshotParts',
  lane: 'background',
  deadlineMs: 20_000,
  text: 'select digest, content from aquifer_planner.snapshot_part where digest = any ($1::bytea[])',
});

/** All of the last two days, then the last one of each day; nothing before $1. The newest always stays. */
export const deleteOldSnapshots = statement<[keepFrom: Date, allFrom: Date]>({
  name: 'planner.deleteOldSnapshots',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    delete from aquifer_planner.snapshot s
    where s.taken_at < (select max(n.taken_at) from aquifer_planner.snapshot n)
      and (
        s.taken_at < $1
        or (s.taken_at < $2 and exists (
          select from aquifer_planner.snapshot n
          where n.taken_at > s.taken_at
            and n.taken_at < (date_trunc('day', s.taken_at at time zone 'UTC') + interval '1 day') at time zone 'UTC'
        ))
      )`,
  unindexedBecause: 'there are a few hundred at most',
});

/** The oldest of those that all together take more than $1 bytes, a part that several have counted once. The newest always stays. */
export const deleteSurplusSnapshots = statement<[maxBytes: number]>({
  name: 'planner.deleteSurplusSnapshots',
  lane: 'background',
  deadlineMs: 20_000,
  text: `
    with placed as (
      select id, parts, row_number() over (order by taken_at desc, id desc) as place
      from aquifer_planner.snapshot
    ),
    newest as (
      select part.digest, min(p.place) as place
      from placed p
      cross join lateral unnest(p.parts) as part (digest)
      group by part.digest
    ),
    added as (
      select n.place, sum(octet_length(c.content)) as bytes
      from newest n
      join aquifer_planner.snapshot_part c on c.digest = n.digest
      group by n.place
    ),
    summed as (
      select p.id, p.place, sum(coalesce(a.bytes, 0)) over (order by p.place) as bytes
      from placed p
      left join added a on a.place = p.place
    )
    delete from aquifer_planner.snapshot s
    using summed
    where summed.bytes > $1 and summed.place > 1 and s.id = summed.id`,
  unindexedBecause: 'there are a few hundred at most',
});

export const deleteUnusedParts = statement<[]>({
  name: 'planner.deleteUnusedSnapshotParts',
  lane: 'background',
  deadlineMs: 30_000,
  text: `
    delete from aquifer_planner.snapshot_part p
    where not exists (
      select
      from aquifer_planner.snapshot s
      cross join lateral unnest(s.parts) as used (digest)
      where used.digest = p.digest
    )`,
  unindexedBecause: 'it looks at all parts, a few thousand',
});

/** What a database looked like at one moment, as far as it is worth a snapshot when it changes. */
export interface Drift {
  /** Changes with the schema, and with each file that is written anew. */
  schemaDigest: string | null;
  /** ISO 8601; of tables with rows enough to matter. */
  analyzedAt: string | null;
  tables: { oid: number; rows: number }[];
}

/** Without a lock: rows as they are counted, not as files are long. Tables with fewer than $1 rows are no matter. */
export const readDrift = statement<[leastRows: number], { drift: Drift }>({
  name: 'planner.readSnapshotDrift',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    with known as (
      select
        c.oid, c.relkind, c.xmin::text as version, pg_catalog.pg_stat_get_live_tuples(c.oid) as rows,
        greatest(
          pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)
        ) as analyzed_at
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm', 'f', 'i', 'I', 'v') and c.relpersistence <> 't' and n.nspname !~ '^pg_'
        and n.nspname <> 'information_schema'
    )
    select pg_catalog.jsonb_build_object(
      'schemaDigest', (
        select pg_catalog.md5(pg_catalog.string_agg(k.oid::text || ' ' || k.version, ',' order by k.oid)) from known k
      ),
      'analyzedAt', (
        select pg_catalog.to_char(max(k.analyzed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        from known k
        where k.rows >= $1
      ),
      'tables', coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('oid', k.oid::bigint, 'rows', k.rows) order by k.oid)
        from known k
        where k.relkind in ('r', 'm') and k.rows >= $1
      ), '[]')
    ) as drift`,
  unindexedBecause: 'it reads the whole of a catalog',
});

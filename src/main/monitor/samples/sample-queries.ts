/** SQL of the kept figures. All of it is background work: it waits while the pool has better to do. */

import { type Statement, statement } from '../../database/index.ts';
import { TIERS, type TierName } from './tiers.ts';

const lane = 'background';

/** Also says that they are in use, so that upkeep leaves them. */
export const ensureLabels = statement<[labels: string[]], { id: number; label: string }>({
  name: 'monitor.ensureSampleLabels',
  lane,
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.sample_label (label)
    select wanted.label
    from pg_catalog.unnest($1::text[]) as wanted (label)
    order by wanted.label
    on conflict (label) do update
    set last_used_on = current_date
    returning id, label`,
  unindexedBecause: 'it reads what it was given',
});

export const findLabels = statement<[labels: string[]], { id: number; label: string }>({
  name: 'monitor.findSampleLabels',
  lane,
  deadlineMs: 2_000,
  text: `
    select id, label
    from aquifer_monitor.sample_label
    where label = any ($1::text[])`,
});

export const readLabels = statement<[ids: number[]], { id: number; label: string }>({
  name: 'monitor.readSampleLabels',
  lane,
  deadlineMs: 2_000,
  text: `
    select id, label
    from aquifer_monitor.sample_label
    where id = any ($1::int[])`,
});

export const deleteOldLabels = statement<[days: number]>({
  name: 'monitor.deleteOldSampleLabels',
  lane,
  deadlineMs: 20_000,
  text: `
    delete from aquifer_monitor.sample_label
    where last_used_on < current_date - $1::int`,
  unindexedBecause: 'once a day, over a table of some thousand rows',
});

export interface BlockRow {
  startedAt: Date;
  /** The process that measured it; 0 where several were put together. */
  source: number;
  payload: Buffer;
}

type WriteTenSeconds = [startedAt: Date[], nameIds: number[], source: number, payloads: Buffer[]];

/** Written twice, because the answer to the first time was lost, it stands there once. */
export const writeTenSeconds = statement<WriteTenSeconds>({
  name: 'monitor.writeSamples',
  lane,
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.sample_10s (started_at, name_id, source, payload)
    select given.started_at, given.name_id, $3::int, given.payload
    from rows from (
      pg_catalog.unnest($1::timestamptz[]), pg_catalog.unnest($2::int[]), pg_catalog.unnest($4::bytea[])
    ) as given (started_at, name_id, payload)
    on conflict (name_id, started_at, source) do update
    set payload = excluded.payload`,
  unindexedBecause: 'it reads what it was given',
});

type WriteWide = [startedAt: Date, nameIds: number[], payloads: Buffer[]];

const writeWide = (tier: 'minutes' | 'hours') =>
  statement<WriteWide>({
    name: `monitor.writeSamples(${tier})`,
    lane,
    deadlineMs: 10_000,
    text: `
      insert into aquifer_monitor.${TIERS[tier].table} (started_at, name_id, payload)
      select $1::timestamptz, given.name_id, given.payload
      from rows from (pg_catalog.unnest($2::int[]), pg_catalog.unnest($3::bytea[])) as given (name_id, payload)
      on conflict (name_id, started_at) do update
      set payload = excluded.payload`,
    unindexedBecause: 'it reads what it was given',
  });

export const writeRolledUp = { minutes: writeWide('minutes'), hours: writeWide('hours') };

type ReadBlocks = Statement<[nameId: number, from: Date, to: Date, limit: number], BlockRow>;

/** Newest first, so that a limit leaves out the oldest. */
const readBlocksOf = (tier: TierName): ReadBlocks =>
  statement<[nameId: number, from: Date, to: Date, limit: number], BlockRow>({
    name: `monitor.readSamples(${tier})`,
    lane,
    deadlineMs: 2_000,
    text: `
      select started_at as "startedAt", ${tier === 'tenSeconds' ? 'source' : '0 as source'}, payload
      from aquifer_monitor.${TIERS[tier].table}
      where name_id = $1 and started_at >= $2 and started_at < $3
      order by started_at desc
      limit $4`,
  });

export const readBlocks: Record<TierName, ReadBlocks> = {
  tenSeconds: readBlocksOf('tenSeconds'),
  minutes: readBlocksOf('minutes'),
  hours: readBlocksOf('hours'),
};

/** Which names have anything in a span. */
const readNamesOf = (tier: 'tenSeconds' | 'minutes') =>
  statement<[from: Date, to: Date], { nameId: number }>({
    name: `monitor.readSampleNames(${tier})`,
    lane,
    deadlineMs: 10_000,
    text: `
      select distinct name_id as "nameId"
      from aquifer_monitor.${TIERS[tier].table}
      where started_at >= $1 and started_at < $2`,
    unindexedBecause: 'it reads one part of the table, which holds two hours or a day',
  });

export const readNames = { tenSeconds: readNamesOf('tenSeconds'), minutes: readNamesOf('minutes') };

export interface RolledUntilRow {
  tier: 'minutes' | 'hours';
  rolledUntil: Date;
}

export const readRolledUntil = statement<[], RolledUntilRow>({
  name: 'monitor.readSampleRollUp',
  lane,
  deadlineMs: 2_000,
  text: `
    select tier, rolled_until as "rolledUntil"
    from aquifer_monitor.sample_roll_up`,
  unindexedBecause: 'it has two rows',
});

/** One process at a time rolls up: whoever comes second passes on. */
export const lockRollUp = statement<[tier: string], RolledUntilRow>({
  name: 'monitor.lockSampleRollUp',
  lane,
  deadlineMs: 2_000,
  text: `
    select tier, rolled_until as "rolledUntil"
    from aquifer_monitor.sample_roll_up
    where tier = $1
    for update skip locked`,
});

export const moveRollUp = statement<[tier: string, until: Date]>({
  name: 'monitor.moveSampleRollUp',
  lane,
  deadlineMs: 5_000,
  text: `
    update aquifer_monitor.sample_roll_up
    set rolled_until = $2
    where tier = $1`,
});

/** Something came late: what was made of that time is made again. */
export const reopenRollUp = statement<[minutesFrom: Date, hoursFrom: Date]>({
  name: 'monitor.reopenSampleRollUp',
  lane,
  deadlineMs: 20_000,
  text: `
    update aquifer_monitor.sample_roll_up
    set rolled_until = least(rolled_until, case tier when 'minutes' then $1::timestamptz else $2::timestamptz end)`,
  unindexedBecause: 'it has two rows',
});

export interface PartRow {
  name: string;
  bytes: number;
}

export const listParts = statement<[], PartRow>({
  name: 'monitor.listSampleParts',
  lane,
  deadlineMs: 5_000,
  text: `
    select c.relname as name, coalesce(pg_catalog.pg_total_relation_size(c.oid), 0)::float8 as bytes
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class p on p.oid = i.inhparent
    join pg_catalog.pg_namespace n on n.oid = p.relnamespace
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    where n.nspname = 'aquifer_monitor' and p.relkind = 'p' and p.relname in ('sample_10s', 'sample_1m', 'sample_1h')
    order by c.relname`,
});

/** What all of the monitor's own tables take, with their indexes. */
export const readMonitorBytes = statement<[], { bytes: number }>({
  name: 'monitor.readMonitorBytes',
  lane,
  deadlineMs: 5_000,
  text: `
    select coalesce(pg_catalog.sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::float8 as bytes
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'aquifer_monitor' and c.relkind in ('r', 'm')`,
});

/** The table of members: one row for each running process. Every change is made under one advisory lock, except a beat's. */

import { statement } from '../statement.ts';

export interface Member {
  id: string;
  applicationName: string;
  beatNumber: number;
  beatMs: number;
  want: number;
  floor: number;
  held: number;
  allowed: number;
  share: number;
  demand: number;
  /** Milliseconds since its last beat, by the server's clock; below zero where that clock was set back. */
  silentMs: number;
}

/** What a process says of itself with each beat. */
export interface Report {
  id: string;
  label: string;
  applicationName: string;
  beatNumber: number;
  beatMs: number;
  want: number;
  floor: number;
  /** Connections open or being opened. */
  held: number;
  /** The limit that it goes by at this moment. */
  inForce: number;
  demand: number;
}

const LANE = { lane: 'control', deadlineMs: 1_000 } as const;
/** `budget` in ASCII, as far as it fits; ours, the same in every build. */
const LOCK_KEY = 0x62756467;

/** One divides at a time. Whoever falls silent in the middle of it is put out by the server before others miss a beat. */
export const lockBudget = statement<[], { idle: string; lock: string; locked: unknown }>({
  name: 'database.lockBudget',
  ...LANE,
  text: `
    select pg_catalog.set_config('idle_in_transaction_session_timeout', '1s', true) as idle,
           pg_catalog.set_config('lock_timeout', '500ms', true) as lock,
           pg_catalog.pg_advisory_xact_lock(${LOCK_KEY}) as locked`,
  unindexedBecause: 'it reads no table',
});

export const listMembers = statement<[], Member>({
  name: 'database.listMembers',
  ...LANE,
  text: `
    select id, application_name as "applicationName", beat_number as "beatNumber", beat_ms as "beatMs", want,
           floor_connections as floor, held, allowed, share, demand,
           (extract(epoch from pg_catalog.now() - beat_at) * 1000)::float8 as "silentMs"
    from aquifer_database.member
    order by started_at, id`,
  unindexedBecause: 'the table has a row for each process, and all are wanted',
});

/** Writes the own row; one that was answered too late, after a later beat, changes nothing. */
export const writeMember = statement<
  [
    id: string,
    label: string,
    applicationName: string,
    beatNumber: number,
    beatMs: number,
    want: number,
    floor: number,
    held: number,
    allowed: number,
    share: number,
    demand: number,
  ],
  never
>({
  name: 'database.writeMember',
  ...LANE,
  text: `
    insert into aquifer_database.member as m
      (id, label, application_name, beat_number, beat_ms, want, floor_connections, held, allowed, share, demand)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (id) do update
      set beat_at = pg_catalog.now(), beat_number = excluded.beat_number, held = excluded.held,
          allowed = excluded.allowed, share = excluded.share, demand = excluded.demand
      where m.beat_number < excluded.beat_number`,
});

/** The other members' shares, as divided by whoever beat last. */
export const writeShares = statement<[ids: string[], shares: number[]], never>({
  name: 'database.writeShares',
  ...LANE,
  text: `
    update aquifer_database.member as m
    set share = given.share
    from unnest($1::uuid[], $2::integer[]) as given (id, share)
    where m.id = given.id
      and m.share <> given.share`,
});

export const deleteMembers = statement<[ids: string[]], never>({
  name: 'database.deleteMembers',
  ...LANE,
  text: `
    delete from aquifer_database.member
    where id = any($1::uuid[])`,
});

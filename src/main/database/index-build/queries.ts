/** SQL of work on an index: whether it is there and valid, how far its build is, who else is at such work. */

import { statement } from '../statement.ts';

const asked = { lane: 'control', deadlineMs: 1_000 } as const;

export interface FoundIndex {
  isValid: boolean;
}

export const findIndex = statement<[schema: string, name: string], FoundIndex>({
  ...asked,
  name: 'database.findIndexByName',
  text: `
    select i.indisvalid and i.indisready as "isValid"
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2`,
  unindexedBecause: 'it asks the catalog for one name',
});

export interface ProgressRow {
  phase: string;
  blocksDone: number;
  blocksTotal: number;
  tuplesDone: number;
  tuplesTotal: number;
  lockersTotal: number;
  lockersDone: number;
}

export const readProgress = statement<[pid: number], ProgressRow>({
  ...asked,
  name: 'database.readIndexProgress',
  text: `
    select phase, blocks_done::float8 as "blocksDone", blocks_total::float8 as "blocksTotal",
      tuples_done::float8 as "tuplesDone", tuples_total::float8 as "tuplesTotal",
      lockers_total::float8 as "lockersTotal", lockers_done::float8 as "lockersDone"
    from pg_catalog.pg_stat_progress_create_index
    where pid = $1`,
  unindexedBecause: 'a view over shared memory',
});

export const cancelBuild = statement<[pid: number], { done: boolean }>({
  ...asked,
  name: 'database.cancelIndexBuild',
  text: `
    select pg_catalog.pg_cancel_backend(activity.pid) as done
    from pg_catalog.pg_stat_activity as activity
    where activity.pid = $1 and activity.application_name = 'aquifer index'
      and activity.datname = pg_catalog.current_database()`,
  unindexedBecause: 'pg_stat_activity is a function over shared memory',
});

/** Of any server of this database. */
export const countBuilds = statement<[], { builds: number }>({
  ...asked,
  name: 'database.countIndexBuilds',
  text: `
    select count(activity.pid)::integer as builds
    from pg_catalog.pg_stat_activity as activity
    where activity.application_name = 'aquifer index' and activity.state <> 'idle'
      and activity.datname = pg_catalog.current_database()`,
  unindexedBecause: 'pg_stat_activity is a function over shared memory',
});

/** What is asked of Postgres every ten seconds: counters in shared memory, in one statement; and, more seldom, how large it is. */

import { type Statement, statement } from '../../database/index.ts';

export interface ServerRow {
  versionNumber: number;
  connectionsMax: number;
  connections: number;
  commits: number;
  rollbacks: number;
  deadlocks: number;
  tempBytes: number;
  blocksHit: number;
  blocksRead: number;
  /** Where the log stands, as a count of bytes since it began. */
  walBytes: number;
  checkpointsTimed: number;
  checkpointsRequested: number;
  oldestXidAge: number;
  oldestMultixactAge: number;
}

export interface ReplicaRow {
  name: string;
  /** Null where our role may not see it. */
  lagMs: number | null;
  lagBytes: number | null;
}

const WAL_POSITION = `
  case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn() else pg_catalog.pg_current_wal_lsn() end`;

const readServerWith = (name: string, checkpoints: string): Statement<[], ServerRow> =>
  statement<[], ServerRow>({
    name,
    lane: 'background',
    deadlineMs: 5_000,
    text: `
      select
        pg_catalog.current_setting('server_version_num')::int as "versionNumber",
        pg_catalog.current_setting('max_connections')::int as "connectionsMax",
        (select pg_catalog.sum(every.numbackends) from pg_catalog.pg_stat_database every)::float8 as connections,
        own.xact_commit::float8 as commits, own.xact_rollback::float8 as rollbacks, own.deadlocks::float8 as deadlocks,
        own.temp_bytes::float8 as "tempBytes", own.blks_hit::float8 as "blocksHit", own.blks_read::float8 as "blocksRead",
        coalesce(pg_catalog.pg_wal_lsn_diff(${WAL_POSITION}, '0/0'), 0)::float8 as "walBytes",
        ${checkpoints}
        (select pg_catalog.max(pg_catalog.age(d.datfrozenxid)) from pg_catalog.pg_database d) as "oldestXidAge",
        (select pg_catalog.max(pg_catalog.mxid_age(d.datminmxid)) from pg_catalog.pg_database d) as "oldestMultixactAge"
      from pg_catalog.pg_stat_database own
      where own.datname = pg_catalog.current_database()`,
    unindexedBecause: 'it reads shared memory, and the list of databases',
  });

const readServerTo16 = readServerWith(
  'monitor.readServer',
  `
        (select b.checkpoints_timed from pg_catalog.pg_stat_bgwriter b)::float8 as "checkpointsTimed",
        (select b.checkpoints_req from pg_catalog.pg_stat_bgwriter b)::float8 as "checkpointsRequested",`,
);

const readServerFrom17 = readServerWith(
  'monitor.readServer(17)',
  `
        (select c.num_timed from pg_catalog.pg_stat_checkpointer c)::float8 as "checkpointsTimed",
        (select c.num_requested from pg_catalog.pg_stat_checkpointer c)::float8 as "checkpointsRequested",`,
);

/** The view of the checkpoints is another one since Postgres 17. */
export const readServer = (versionNumber: number) => (versionNumber >= 170_000 ? readServerFrom17 : readServerTo16);

export const readReplicas = statement<[limit: number], ReplicaRow>({
  name: 'monitor.readReplicas',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select
      r.application_name as name,
      case when r.replay_lsn = p.at then 0 else extract(epoch from r.replay_lag)::float8 * 1000 end as "lagMs",
      pg_catalog.pg_wal_lsn_diff(p.at, r.replay_lsn)::float8 as "lagBytes"
    from pg_catalog.pg_stat_replication r
    cross join (select ${WAL_POSITION} as at) p
    where r.state = 'streaming' or r.state = 'catchup'
    order by r.application_name
    limit $1`,
  unindexedBecause: 'it reads shared memory',
});

export const readVersionNumber = statement<[], { versionNumber: number }>({
  name: 'monitor.readVersionNumber',
  lane: 'background',
  deadlineMs: 2_000,
  text: `select pg_catalog.current_setting('server_version_num')::int as "versionNumber"`,
  unindexedBecause: 'it reads a setting',
});

export interface SizeRow {
  databaseBytes: number;
  /** Null where our role may not know it. */
  dataFolder: string | null;
}

/** Asks the file system for each file of the database: seldom. */
export const readSize = statement<[], SizeRow>({
  name: 'monitor.readSize',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    select
      pg_catalog.pg_database_size(pg_catalog.current_database())::float8 as "databaseBytes",
      (select s.setting from pg_catalog.pg_settings s where s.name = 'data_directory') as "dataFolder"`,
  unindexedBecause: 'it reads no table',
});

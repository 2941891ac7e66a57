/**
 * What the sampler asks of Postgres, on the control lane: who is connected and doing what, and, of those who wait for a lock
 * alone, who stands in their way (asking that briefly stops the lock manager).
 */

import { statement } from '../../database/index.ts';
import type { BackendState } from './backend.ts';

export interface ActivityRow {
  pid: number;
  leaderPid: number | null;
  backendType: string | null;
  databaseName: string | null;
  userName: string | null;
  isSuperuser: boolean;
  isOurRole: boolean;
  applicationName: string | null;
  clientAddress: string | null;
  state: BackendState | null;
  waitEventType: string | null;
  waitEvent: string | null;
  backendStart: string | null;
  transactionStart: string | null;
  queryStart: string | null;
  transactionMs: number | null;
  queryMs: number | null;
  stateMs: number | null;
  query: string | null;
  isKept: boolean;
  holdsReplicationSlot: boolean;
}

/** Those who do something come first, so that a limit cuts off the idle. */
export const readActivity = statement<[rowsMax: number], ActivityRow>({
  name: 'monitor.readActivity',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select
      a.pid, a.leader_pid as "leaderPid", a.backend_type as "backendType", a.datname as "databaseName",
      a.usename as "userName", coalesce(r.rolsuper, false) as "isSuperuser",
      coalesce(
        me.rolsuper
          or pg_catalog.pg_has_role(a.usesysid, 'usage')
          or (not r.rolsuper and pg_catalog.pg_has_role('pg_signal_backend', 'usage')),
        false) as "isOurRole",
      a.application_name as "applicationName", pg_catalog.host(a.client_addr) as "clientAddress",
      a.state, a.wait_event_type as "waitEventType", a.wait_event as "waitEvent",
      a.backend_start::text as "backendStart", a.xact_start::text as "transactionStart",
      a.query_start::text as "queryStart",
      extract(epoch from n.at - a.xact_start)::float8 * 1000 as "transactionMs",
      extract(epoch from n.at - a.query_start)::float8 * 1000 as "queryMs",
      extract(epoch from n.at - a.state_change)::float8 * 1000 as "stateMs",
      pg_catalog.left(a.query, 1024) as query,
      coalesce(a.query ~* '/[*]\\s*guard:keep\\s*[*]/', false) as "isKept",
      a.pid in (
        select s.active_pid from pg_catalog.pg_replication_slots s where s.active_pid is not null
      ) as "holdsReplicationSlot"
    from pg_catalog.pg_stat_activity a
    cross join (select pg_catalog.clock_timestamp() as at) n
    join pg_catalog.pg_roles me on me.rolname = current_user
    left join pg_catalog.pg_roles r on r.oid = a.usesysid
    where a.pid <> pg_catalog.pg_backend_pid()
    order by
      a.wait_event_type = 'Lock' desc nulls last, a.state = 'idle' nulls last, a.xact_start nulls last, a.pid
    limit $1`,
  unindexedBecause: 'pg_stat_activity is a function over shared memory',
});

export const readBlockers = statement<[pids: number[]], { pid: number; blockedBy: number[] }>({
  name: 'monitor.readBlockers',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select waiting.pid, pg_catalog.pg_blocking_pids(waiting.pid) as "blockedBy"
    from pg_catalog.unnest($1::int[]) as waiting (pid)`,
  unindexedBecause: 'it reads no table',
});

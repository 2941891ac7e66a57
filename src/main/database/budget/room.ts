/**
 * What there is: how many connections Postgres, the role and the database allow, and who has taken some. Read by the
 * statements declared here, at the start on a connection of its own, later on the control lane.
 */

import { statement } from '../statement.ts';

export interface Room {
  /** `max_connections` less what is reserved for others than our role. */
  server: number;
  /** The role's CONNECTION LIMIT; null where there is none. */
  role: number | null;
  /** The database's. */
  database: number | null;
}

/** Sessions of one program, as far as our role may see who they are. */
export interface Sessions {
  applicationName: string;
  isOurRole: boolean;
  isOurDatabase: boolean;
  count: number;
}

export type LimitName = 'server' | 'role' | 'database';

/** Connections kept free for a person's `psql`, a migration, a look by the doctor. */
const HEADROOM_MAX = 3;
const HEADROOM_PART = 0.1;
/** Ours, for a moment: the headroom is theirs. */
const PASSING_NAMES = new Set(['aquifer migrate', 'aquifer start', 'aquifer doctor']);

export const readRoom = statement<[], Room>({
  name: 'database.readConnectionLimits',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select
      pg_catalog.current_setting('max_connections')::integer
        - pg_catalog.current_setting('superuser_reserved_connections')::integer
        - case
            when exists (
              select from pg_catalog.pg_roles reserve
              where reserve.rolname = 'pg_use_reserved_connections'
                and pg_catalog.pg_has_role(reserve.oid, 'usage')
            ) then 0
            else coalesce(nullif(pg_catalog.current_setting('reserved_connections', true), '')::integer, 0)
          end as server,
      case when r.rolsuper then null else nullif(r.rolconnlimit, -1) end as role,
      case when r.rolsuper then null else nullif(d.datconnlimit, -1) end as database
    from pg_catalog.pg_roles r, pg_catalog.pg_database d
    where r.rolname = current_user
      and d.datname = pg_catalog.current_database()`,
  unindexedBecause: 'the catalogs of roles and databases have a handful of rows',
});

/** Without the asking session. Where we may not see a session's kind, one with a user and a database is taken for a client. */
export const listSessions = statement<[], Sessions>({
  name: 'database.countSessions',
  lane: 'control',
  deadlineMs: 1_000,
  text: `
    select coalesce(application_name, '') as "applicationName",
           coalesce(usename = current_user, false) as "isOurRole",
           coalesce(datname = pg_catalog.current_database(), false) as "isOurDatabase",
           pg_catalog.count(*)::integer as count
    from pg_catalog.pg_stat_activity
    where pid <> pg_catalog.pg_backend_pid()
      and coalesce(
        backend_type,
        case when usesysid is not null and datid is not null then 'client backend' end
      ) = 'client backend'
    group by 1, 2, 3`,
  unindexedBecause: 'pg_stat_activity is a function over shared memory',
});

export interface Capacity {
  /** What our processes may open together: B of the budget. */
  budget: number;
  /** What there would be if nobody else were connected. */
  most: number;
  /** Which limit is the narrowest. */
  limit: LimitName;
  /** Connections of others that count against that limit. */
  others: number;
}

/** @param ours the application names of our processes; everyone else's sessions narrow the room */
export function findCapacity(room: Room, sessions: readonly Sessions[], ours: ReadonlySet<string>): Capacity {
  const theirs = sessions.filter(({ applicationName: name }) => !ours.has(name) && !PASSING_NAMES.has(name));
  const count = (among: readonly Sessions[]) => among.reduce((total, one) => total + one.count, 0);
  const limits: { limit: LimitName; most: number; others: number }[] = [
    { limit: 'server', most: room.server, others: count(theirs) },
  ];
  if (room.role !== null) {
    limits.push({ limit: 'role', most: room.role, others: count(theirs.filter((one) => one.isOurRole)) });
  }
  if (room.database !== null) {
    limits.push({ limit: 'database', most: room.database, others: count(theirs.filter((one) => one.isOurDatabase)) });
  }
  const [narrowest] = limits.sort((a, b) => a.most - a.others - (b.most - b.others));
  const { limit, most, others } = narrowest ?? { limit: 'server', most: 0, others: 0 };
  const headroom = Math.min(HEADROOM_MAX, Math.floor(most * HEADROOM_PART));
  return { budget: Math.max(0, most - others - headroom), most, limit, others };
}

/** How many sessions show this name. */
export function sessionsOf(sessions: readonly Sessions[], applicationName: string): number {
  return sessions.reduce((total, one) => total + (one.applicationName === applicationName ? one.count : 0), 0);
}

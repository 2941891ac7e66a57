/**
 * Whom no rule and no hand ends: Postgres' own workers, backups and replication, other people's superusers, what asks to be
 * kept, and our own migrations. Each answer is a sentence for the person who wonders why nothing happened.
 */

import type { Backend } from '../samples/backend.ts';

export interface TouchContext {
  /** The database that this server works in; undefined while that is not known yet. */
  readonly databaseName: string | undefined;
  /** A pooler stands between us and Postgres: the pids that our own leases carry may be anybody's. */
  readonly isPooled: boolean;
  /** How much those who wait for its locks are hurt. */
  readonly blockingWeight: number;
  /** An operator has said that maintenance may be ended where it stands in the way of much. */
  readonly mayEndMaintenance: boolean;
}

/** Someone of `critical` who has waited five seconds, or as much in others. Below that, maintenance is never ended. */
export const MAINTENANCE_WEIGHT = 40;

const COPIES_AND_REPLICATION =
  /(?:^|[^a-z0-9])(pg_dump(?:all)?|pg_basebackup|pg_restore|pg_repack|pg_receivewal|pg_recvlogical|pg_rewind|pg_createsubscriber|pgbackrest|barman|wal-?g|debezium|logical[ _]replication)(?![a-z])/i;
/** `aquifer migrate` is what our migrations call themselves. */
const OUR_MIGRATION = /^aquifer migrate\b/;
const MAINTENANCE = [
  [/^create (?:unique )?index concurrently\b/, 'builds an index'],
  [/^reindex\b/, 'rebuilds an index'],
  [/^vacuum\b/, 'runs VACUUM'],
  [/^alter\b/, 'changes a definition (ALTER)'],
  [/^cluster\b/, 'reorders a table (CLUSTER)'],
] as const;
/** Where no mistake about the rest of the statement matters: what it begins with. */
const COPY = /^copy\b/;

/**
 * Why this session is left alone, in a sentence; null where it may be ended.
 *
 * @param backend as sampled, its text without constants
 */
export function reasonNotToTouch(backend: Backend, context: TouchContext): string | null {
  return (
    whyNotAnOrdinarySession(backend) ??
    whyNotOurs(backend, context) ??
    whyOfWhatItDoes(backend) ??
    reasonOfMaintenance(maintenanceOf(backend), context)
  );
}

/** What `reasonNotToTouch` says whatever stands in the way of whom. */
export function fixedReasonNotToTouch(
  backend: Backend,
  context: Pick<TouchContext, 'databaseName' | 'isPooled'>,
): string | null {
  return reasonNotToTouch(backend, { ...context, blockingWeight: Number.POSITIVE_INFINITY, mayEndMaintenance: true });
}

export function reasonOfMaintenance(
  maintenance: string | null,
  { blockingWeight, mayEndMaintenance }: Pick<TouchContext, 'blockingWeight' | 'mayEndMaintenance'>,
): string | null {
  if (maintenance === null) return null;
  if (!mayEndMaintenance) return `It ${maintenance}, and nobody has allowed that to be ended.`;
  if (blockingWeight > MAINTENANCE_WEIGHT) return null;
  return `It ${maintenance}, and does not stand in the way of enough to be ended for it.`;
}

/** What maintenance the session does, "runs VACUUM"; null for other work. Text of several statements is looked at one by one. */
export function maintenanceOf({ query }: Pick<Backend, 'query'>): string | null {
  const parts = query.split(';').map((part) => part.trim());
  return MAINTENANCE.find(([pattern]) => parts.some((part) => pattern.test(part)))?.[1] ?? null;
}

function whyNotAnOrdinarySession({ backendType, leaderPid, pid, query }: Backend): string | null {
  if (pid <= 0) return 'It is a prepared transaction: only a person may commit it or roll it back.';
  if (leaderPid !== null && leaderPid !== pid) {
    return `It is a parallel worker of pid ${leaderPid}: what ends that one ends it too.`;
  }
  if (backendType === 'client backend') return null;
  if (/to prevent wraparound/i.test(query)) {
    return 'It is an autovacuum that keeps the database from running out of transaction numbers.';
  }
  if (backendType === 'autovacuum worker') return 'It is an autovacuum.';
  if (backendType === 'walsender') return 'It sends changes to a standby or a subscriber.';
  return `It is no session of a program but a process of Postgres (${backendType}).`;
}

function whyNotOurs(backend: Backend, { databaseName, isPooled }: TouchContext): string | null {
  const { applicationName, holdsReplicationSlot, isOurRole, isSuperuser, lease } = backend;
  if (holdsReplicationSlot) return 'It holds a replication slot.';
  if (isSuperuser) return 'It is a superuser’s session.';
  if (!isOurRole) return 'It belongs to a role that ours may not signal.';
  if (databaseName === undefined) return 'It is not known yet which database is ours.';
  if (backend.databaseName !== databaseName) return 'It works in another database.';
  if (OUR_MIGRATION.test(applicationName)) return 'It is our own migration.';
  const name = COPIES_AND_REPLICATION.exec(applicationName)?.[1];
  if (name) return `It is ${name}: a copy of the data, or replication.`;
  if (isPooled && lease) return 'A pooler stands in between, so that the pids of our own sessions are not known.';
  if (lease?.admitted.lane === 'control') return 'It looks after the pool itself (lane control).';
  return null;
}

function whyOfWhatItDoes({ backendStart, isKept, lease, query }: Backend): string | null {
  if (isKept) return 'Its statement asks to be kept (guard:keep).';
  if (backendStart === '') return 'Our role may not see what it does.';
  if (lease?.admitted.lane === 'background' && COPY.test(query)) return 'It copies data in the background lane.';
  return null;
}

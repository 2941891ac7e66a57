/** The database that is to be watched: whether it can be reached, who we are there, and what cannot be seen from there. */

import { Client } from 'pg';
import { AppError, messageOf } from '../../foundation/errors.ts';

export interface Target {
  /** For the pool: its sessions read, and nothing else, where they can be made to. */
  readonly url: string;
  readonly host: string;
  readonly databaseName: string;
  readonly roleName: string;
  /** Such as "16.4". */
  readonly version: string;
  readonly isReplica: boolean;
  readonly isReadOnly: boolean;
  /** Sentences; never empty, since requests are never seen. */
  readonly cannotSee: readonly string[];
  /** Whether all is seen that such a role can see. */
  readonly isWellSeen: boolean;
}

interface Facts {
  databaseName: string;
  roleName: string;
  version: string;
  versionNumber: number;
  isReplica: boolean;
  isMonitor: boolean;
  statStatements: 'ready' | 'not_loaded' | 'not_created';
  tracksIo: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;
const OLDEST = 140_000;
const READ_ONLY = '-c default_transaction_read_only=on';
const READ_FACTS = `
  select
    pg_catalog.current_database() as "databaseName", current_user::text as "roleName",
    pg_catalog.current_setting('server_version') as version,
    pg_catalog.current_setting('server_version_num')::int as "versionNumber",
    pg_catalog.pg_is_in_recovery() as "isReplica",
    coalesce((select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user), false)
      or pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "isMonitor",
    case
      when not exists (select from pg_catalog.pg_extension e where e.extname = 'pg_stat_statements') then 'not_created'
      when pg_catalog.current_setting('pg_stat_statements.max', true) is null then 'not_loaded'
      else 'ready'
    end as "statStatements",
    pg_catalog.current_setting('track_io_timing')::bool as "tracksIo"`;

/**
 * @throws AppError watch_target_invalid for what is no such URL, database_unreachable, watch_target_too_old
 */
export async function findTarget(text: string): Promise<Target> {
  const url = parseTarget(text);
  const readOnly = withOptions(url);
  const first = await tryFacts(readOnly).catch((error: unknown) => {
    // A pooler knows nothing of the option that makes sessions read-only.
    if (/unsupported startup parameter/i.test(messageOf(error))) return undefined;
    throw unreachable(url, error);
  });
  const facts =
    first ??
    (await tryFacts(url.href).catch((error: unknown) => {
      throw unreachable(url, error);
    }));
  if (facts.versionNumber < OLDEST) {
    throw new AppError(
      'invalid',
      'watch_target_too_old',
      `Postgres ${facts.version} is too old: 14 to 18 can be watched.`,
    );
  }
  const { databaseName, isReplica, roleName, version } = facts;
  return {
    ...{ databaseName, isReplica, roleName, version },
    ...{ url: first ? readOnly : url.href, host: hostOf(url), isReadOnly: first !== undefined },
    cannotSee: listUnseen(facts, first !== undefined),
    isWellSeen: facts.isMonitor && facts.statStatements === 'ready',
  };
}

function parseTarget(text: string): URL {
  const isPostgres = /^postgres(ql)?:\/\//.test(text);
  if (!isPostgres || !URL.canParse(text)) {
    // Without the text: it may hold a password.
    const message =
      'Give the database as a URL: aquifer watch postgres://role@host:5432/database (the password may come from PGPASSWORD).';
    throw new AppError('invalid', 'watch_target_invalid', message);
  }
  return new URL(text);
}

/** Host and port alone. */
function hostOf(url: URL): string {
  return url.host || url.searchParams.get('host') || 'local socket';
}

function withOptions(url: URL): string {
  const changed = new URL(url);
  const given = changed.searchParams.get('options');
  changed.searchParams.set('options', given ? `${given} ${READ_ONLY}` : READ_ONLY);
  // A plus would reach Postgres as it stands: only %20 is read as a space everywhere.
  changed.search = changed.search.replaceAll('+', '%20');
  return changed.href;
}

async function tryFacts(connectionString: string): Promise<Facts> {
  const client = new Client({
    ...{ connectionString, application_name: 'aquifer watch', connectionTimeoutMillis: CONNECT_TIMEOUT_MS },
    statement_timeout: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Facts>(READ_FACTS);
    return rows[0] as Facts;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function unreachable(url: URL, cause: unknown): AppError {
  const message = `The database at ${hostOf(url)} cannot be watched (${messageOf(cause)}).`;
  return new AppError('overloaded', 'database_unreachable', message, { cause });
}

function listUnseen(
  { isMonitor, isReplica, roleName, statStatements, tracksIo }: Facts,
  isReadOnly: boolean,
): string[] {
  const unseen = [
    'Requests and users: the application is not ours, so whom an incident hurts is not known, and nothing is refused or slowed for anybody.',
    'Plans: a role without the right to read tables cannot ask for them, so a missing index is not named.',
    'The disk of its machine, its processors and its memory: Postgres does not tell them.',
  ];
  if (!isMonitor) {
    unseen.push(`What other roles run: grant pg_monitor to ${roleName}.`);
  }
  if (statStatements === 'not_created') {
    unseen.push(
      'What statements cost: create the extension pg_stat_statements in this database (and have it in shared_preload_libraries).',
    );
  }
  if (statStatements === 'not_loaded') {
    unseen.push('What statements cost: put pg_stat_statements into shared_preload_libraries and restart Postgres.');
  }
  if (!tracksIo) unseen.push('How long statements wait for the disk: track_io_timing is off.');
  if (isReplica) unseen.push('What happens on the primary: this is a replica.');
  if (!isReadOnly) {
    unseen.push(
      'Sessions could not be made read-only, since a pooler stands between; nothing but reads is asked all the same.',
    );
  }
  return unseen;
}

/**
 * Ends one statement or one session: the very one that was meant, or none. Postgres compares pid, backend start and query
 * start in the statement that signals, so that a pid in new hands or a next query is never hit. First the statement is
 * cancelled, then cancelled again, and only then is the session ended; one that is idle in a transaction has nothing to
 * cancel and is ended at once.
 */

import { setTimeout as sleepFor } from 'node:timers/promises';
import { type Database, type Statement, statement } from '../../database/index.ts';
import { AppError } from '../../foundation/errors.ts';
import type * as schema from './schema.ts';

/** Who is meant, as it was sampled: instants in Postgres' own words. */
export interface Target {
  readonly pid: number;
  readonly backendStart: string;
  readonly queryStart: string | null;
  readonly transactionStart: string | null;
  readonly state: string;
}

/** `cancel`: the statement alone. `ladder`: the session, where the statement cannot be cancelled. `terminate`: the session. */
export type How = 'cancel' | 'ladder' | 'terminate';

/** `protected`: it holds the lock of our migrations. `busy`: another process of this server is ending somebody. */
export type Outcome = schema.EndOutcome['outcome'] | 'protected' | 'busy';

export interface Pace {
  /** After how long without an end it is cancelled again. */
  readonly cancelAgainAfterMs: number;
  /** After how long the session is ended. */
  readonly terminateAfterMs: number;
  /** How long an ended session may take to go. */
  readonly goneWithinMs: number;
  readonly lookEveryMs: number;
}

const PACE: Pace = { cancelAgainAfterMs: 2_000, terminateAfterMs: 5_000, goneWithinMs: 2_000, lookEveryMs: 100 };
const NOT_PERMITTED = '42501';

type Params = [pid: number, backendStart: string, queryStart: string | null];
type Signalled = { done: boolean | null };

/** The lock that a migration of ours holds: see `database/migrate.ts`. Its session is never signalled, whatever its name. */
const IS_MIGRATION = `
  exists (
    select 1
    from pg_catalog.pg_locks as held
    where held.pid = activity.pid and held.locktype = 'advisory' and held.granted
      and held.classid = 0 and held.objid = ${0x61717566}
  )`;
const declaration = {
  lane: 'control',
  deadlineMs: 1_000,
  unindexedBecause: 'pg_stat_activity is a function over shared memory',
} as const;

export const cancelStatement = statement<Params, Signalled>({
  ...declaration,
  name: 'monitor.cancelStatement',
  text: `
    select case when ${IS_MIGRATION} then null else pg_catalog.pg_cancel_backend(activity.pid) end as done
    from pg_catalog.pg_stat_activity as activity
    where activity.pid = $1
      and activity.backend_start = $2::timestamptz
      and activity.query_start = $3::timestamptz
      and activity.state = 'active'
      and activity.backend_type = 'client backend'
      and activity.datname = pg_catalog.current_database()`,
});

export const terminateSession = statement<
  [...Params, transactionStart: string | null, state: string, isInTransaction: boolean],
  Signalled
>({
  ...declaration,
  name: 'monitor.terminateSession',
  text: `
    select case when ${IS_MIGRATION} then null else pg_catalog.pg_terminate_backend(activity.pid) end as done
    from pg_catalog.pg_stat_activity as activity
    where activity.pid = $1
      and activity.backend_start = $2::timestamptz
      and activity.query_start is not distinct from $3::timestamptz
      and (not $6 or activity.xact_start is not distinct from $4::timestamptz)
      and activity.state = $5
      and activity.backend_type = 'client backend'
      and activity.datname = pg_catalog.current_database()`,
});

const findStatement = statement<Params, { pid: number }>({
  ...declaration,
  name: 'monitor.findRunningStatement',
  text: `
    select activity.pid
    from pg_catalog.pg_stat_activity as activity
    where activity.pid = $1
      and activity.backend_start = $2::timestamptz
      and activity.query_start = $3::timestamptz
      and activity.state = 'active'`,
});

const findSession = statement<[pid: number, backendStart: string], { pid: number }>({
  ...declaration,
  name: 'monitor.findBackend',
  text: `
    select activity.pid
    from pg_catalog.pg_stat_activity as activity
    where activity.pid = $1 and activity.backend_start = $2::timestamptz`,
});

const takeTurn = statement<[], { isOurs: boolean }>({
  name: 'monitor.takeTurnToEnd',
  lane: 'control',
  deadlineMs: 1_000,
  text: `select pg_catalog.pg_try_advisory_xact_lock(${0x61717566}, ${0x656e64}) as "isOurs"`,
  unindexedBecause: 'it reads no table',
});

export interface EndOptions {
  how: How;
  /** One process at a time ends other programs' sessions. */
  takesTurns: boolean;
  pace?: Partial<Pace>;
}

export async function endSession(
  database: Pick<Database, 'query' | 'transaction'>,
  target: Target,
  { how, takesTurns, pace }: EndOptions,
): Promise<Outcome> {
  const asked: Params = [target.pid, target.backendStart, target.queryStart];
  const patience = { ...PACE, ...pace };

  const signal = <P extends readonly unknown[]>(what: Statement<P, Signalled>, params: P) =>
    takesTurns
      ? database.transaction({ lane: 'control', deadlineMs: 1_000, name: 'monitor.endInTurn' }, async (transaction) => {
          const [turn] = await transaction.query(takeTurn, []);
          return turn?.isOurs ? outcomeOf(await transaction.query(what, params)) : 'busy';
        })
      : database.query(what, params).then(outcomeOf);
  const cancel = () => signal(cancelStatement, asked).catch(refusalOf);
  const isGone = async (within: number, find: () => Promise<unknown[]>) => {
    const untilMs = performance.now() + within;
    for (;;) {
      if ((await find()).length === 0) return true;
      if (performance.now() >= untilMs) return false;
      await sleepFor(patience.lookEveryMs);
    }
  };
  const terminate = async (): Promise<Outcome> => {
    const { state, transactionStart } = target;
    const isInTransaction = state.startsWith('idle in transaction');
    const params = [...asked, transactionStart, state, isInTransaction] as const;
    const outcome = await signal(terminateSession, [...params]).catch(refusalOf);
    if (outcome !== 'signalled') return outcome;
    const find = () => database.query(findSession, [target.pid, target.backendStart]);
    return (await isGone(patience.goneWithinMs, find)) ? 'ended' : 'did_not_yield';
  };
  const climb = async (): Promise<Outcome> => {
    const first = await cancel();
    if (first !== 'signalled') return first;
    const find = () => database.query(findStatement, asked);
    if (await isGone(patience.cancelAgainAfterMs, find)) return 'ended';
    const second = await cancel();
    if (second === 'gone') return 'ended';
    if (await isGone(patience.terminateAfterMs - patience.cancelAgainAfterMs, find)) return 'ended';
    if (how === 'cancel') return 'did_not_yield';
    const last = await terminate();
    return last === 'gone' ? 'ended' : last;
  };

  const isIdle = target.state !== 'active';
  return how === 'terminate' || (how === 'ladder' && isIdle) ? terminate() : climb();
}

function outcomeOf([row]: readonly Signalled[]): 'signalled' | 'gone' | 'protected' {
  if (!row) return 'gone';
  if (row.done === null) return 'protected';
  return row.done ? 'signalled' : 'gone';
}

function refusalOf(error: unknown): 'not_permitted' {
  const cause = error instanceof AppError ? error.cause : error;
  if ((cause as { code?: string } | undefined)?.code === NOT_PERMITTED) return 'not_permitted';
  throw error;
}

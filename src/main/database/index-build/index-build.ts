/**
 * One index being built, or dropped: on a connection of its own, with a bound on the wait for its lock, watched until its end. What an
 * attempt that failed has left behind is dropped, because Postgres keeps an index that is not valid up to date and uses it for nothing.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier as quoteName } from 'pg';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { Database } from '../database.ts';
import type { LoneConnection } from '../lone-connection.ts';
import { cancelBuild, countBuilds, findIndex, type ProgressRow, readProgress } from './queries.ts';

export interface BuildTarget {
  /** One statement: `create index concurrently …`, or `drop index concurrently …`. */
  readonly sql: string;
  readonly schemaName: string;
  /** As the catalogs have it. */
  readonly indexName: string;
}

export interface BuildProgress {
  phase: string;
  share: number | null;
}

export interface BuildEnd {
  state: 'done' | 'failed' | 'cancelled';
  sentence: string;
  /** It gave up waiting for its lock; another time it may have it. */
  isLockMissed?: true;
}

export interface BuildOptions {
  database: Pick<Database, 'query' | 'openAlone'>;
  onProgress: (progress: BuildProgress) => void;
  /** Aborted where it is to be given up. */
  signal: AbortSignal;
  lookEveryMs?: number;
  /** Reads and writes go on while it waits for its lock; changes of the table's definition stand behind it. */
  lockTimeoutMs?: number;
}

const APPLICATION = 'aquifer index';
const LOOK_EVERY_MS = 1_000;
const LOCK_TIMEOUT_MS = 60_000;
const CANCELLED = '57014';
const LOCK_NOT_HAD = '55P03';

/** Never throws: how it ended is what it returns. */
export async function buildIndex(target: BuildTarget, options: BuildOptions): Promise<BuildEnd> {
  return runAlone(target, options, async () => {
    const { indexName, schemaName } = target;
    const [index] = await options.database.query(findIndex, [schemaName, indexName]);
    if (index?.isValid) return { state: 'done', sentence: `The index ${schemaName}.${indexName} is there and valid.` };
    return { state: 'failed', sentence: `Postgres has built ${schemaName}.${indexName} and does not call it valid.` };
  });
}

/**
 * Drops an index while others go on reading and writing. Never throws. Where it is given up half-way, Postgres has left the index there
 * and not valid: it is used for nothing, and `dropLeftover` ends what was begun.
 */
export async function dropIndex(target: BuildTarget, options: BuildOptions): Promise<BuildEnd> {
  return runAlone(target, options, async () => {
    const { indexName, schemaName } = target;
    const [index] = await options.database.query(findIndex, [schemaName, indexName]);
    if (!index) return { state: 'done', sentence: `The index ${schemaName}.${indexName} is dropped.` };
    return { state: 'failed', sentence: `The index ${schemaName}.${indexName} is still there.` };
  });
}

/** One statement of several, after which nothing is to be looked at yet. Never throws. */
export async function runIndexStep(sql: string, options: BuildOptions): Promise<BuildEnd> {
  const target = { sql, schemaName: '', indexName: '' };
  return runAlone(target, options, async () => ({ state: 'done', sentence: 'It is done.' }));
}

/** Whether an index is being built or dropped by us, by this server or by another of the same database. @throws AppError */
export async function isBuildRunning(database: Pick<Database, 'query'>): Promise<boolean> {
  const [row] = await database.query(countBuilds, []);
  return (row?.builds ?? 0) > 0;
}

async function runAlone(
  target: BuildTarget,
  options: BuildOptions,
  readEnd: () => Promise<BuildEnd>,
): Promise<BuildEnd> {
  const { database, lockTimeoutMs = LOCK_TIMEOUT_MS } = options;
  let connection: LoneConnection | undefined;
  try {
    connection = await database.openAlone(APPLICATION);
    const watching = watch(connection.pid, options);
    try {
      await connection.run(`set lock_timeout = ${Math.round(lockTimeoutMs)}`);
      await connection.run('set statement_timeout = 0');
      await connection.run('set idle_in_transaction_session_timeout = 0');
      if (options.signal.aborted) return { state: 'cancelled', sentence: 'It was given up before it began.' };
      await connection.run(target.sql);
    } finally {
      watching.stop();
    }
    return await readEnd();
  } catch (error) {
    return endAfter(error, options.signal);
  } finally {
    await connection?.end();
  }
}

function endAfter(error: unknown, signal: AbortSignal): BuildEnd {
  if (signal.aborted || sqlStateOf(error) === CANCELLED) return { state: 'cancelled', sentence: 'It was given up.' };
  const isLockMissed = sqlStateOf(error) === LOCK_NOT_HAD;
  return { state: 'failed', sentence: reasonOf(error), ...(isLockMissed ? { isLockMissed } : {}) };
}

function sqlStateOf(error: unknown): string | undefined {
  const cause = error instanceof AppError ? error.cause : error;
  return (cause as { code?: string } | undefined)?.code;
}

/** Postgres' own words say which column or class is wrong; they hold no data of anybody's rows. */
function reasonOf(error: unknown): string {
  if (sqlStateOf(error) === LOCK_NOT_HAD) {
    return 'It gave up waiting for its lock: a transaction is open that was there before it. End that one, and try again.';
  }
  const cause = error instanceof AppError && error.cause instanceof Error ? error.cause : error;
  return `Postgres says: ${messageOf(cause)}.`;
}

/**
 * Drops what an attempt has left behind, where there is anything. Reads and writes go on while it waits for those that were there before
 * it; where they take longer than the bound, it is tried again another time.
 *
 * @throws AppError where it could not be dropped now
 */
export async function dropLeftover(
  { indexName, schemaName }: Pick<BuildTarget, 'indexName' | 'schemaName'>,
  database: BuildOptions['database'],
  lockTimeoutMs = LOCK_TIMEOUT_MS,
): Promise<boolean> {
  const [index] = await database.query(findIndex, [schemaName, indexName]);
  if (!index || index.isValid) return false;
  const connection = await database.openAlone(APPLICATION);
  try {
    await connection.run(`set lock_timeout = ${Math.round(lockTimeoutMs)}`);
    await connection.run('set statement_timeout = 0');
    await connection.run(`drop index concurrently if exists ${quoteName(schemaName)}.${quoteName(indexName)}`);
    return true;
  } finally {
    await connection.end();
  }
}

function watch(pid: number, { database, lookEveryMs = LOOK_EVERY_MS, onProgress, signal }: BuildOptions) {
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      await sleep(lookEveryMs);
      if (isOver) return;
      try {
        if (signal.aborted) await database.query(cancelBuild, [pid]);
        const [row] = await database.query(readProgress, [pid]);
        if (row && !isOver) onProgress(toProgress(row));
      } catch {
        // A look that fails is followed by the next; the build itself goes on.
      }
    }
  };
  const cancel = () => void database.query(cancelBuild, [pid]).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  void look();
  return {
    stop: () => {
      isOver = true;
      signal.removeEventListener('abort', cancel);
    },
  };
}

/** The share of its present phase: Postgres counts each of them anew. */
export function toProgress(row: ProgressRow): BuildProgress {
  const { blocksDone, blocksTotal, lockersDone, lockersTotal, phase, tuplesDone, tuplesTotal } = row;
  const part = (done: number, total: number) => (total > 0 ? Math.min(1, done / total) : null);
  const share = /waiting/.test(phase)
    ? part(lockersDone, lockersTotal)
    : (part(tuplesDone, tuplesTotal) ?? part(blocksDone, blocksTotal));
  return { phase, share };
}

/**
 * What a snapshot is read by: one transaction that reads and nothing else, sees one moment, and waits for no lock for longer than
 * it was told. On a plain connection of `pg`, or in the server's own pool.
 */

import type { Client } from 'pg';
import { adHocStatement, type Database, type Statement, type Transaction } from '../../database/index.ts';

export type ReadRows = Transaction['query'];

export interface SnapshotConnection {
  /** Runs `work` in one transaction, which is always taken back: there is nothing to keep. */
  read<Result>(work: (query: ReadRows) => Promise<Result>): Promise<Result>;
}

export interface WaitLimits {
  /** For each lock. */
  lockTimeoutMs: number;
  /** For each statement. */
  statementTimeoutMs: number;
}

const adHoc = <Row extends object = never>(name: string, text: string) =>
  adHocStatement<[], Row>({ name: `planner.${name}`, lane: 'background', deadlineMs: 5_000, text });

const ONE_MOMENT = adHoc('readOnly', 'set transaction isolation level repeatable read, read only');
const SAVEPOINT = adHoc('savepoint', 'savepoint aquifer_read');
const BACK = adHoc('backToSavepoint', 'rollback to savepoint aquifer_read');

/** The connection is the caller's, who opened it and will end it; nothing else may run on it meanwhile. */
export function connectionOf(client: Pick<Client, 'query'>): SnapshotConnection {
  const query: ReadRows = async <Params extends readonly unknown[], Row extends object>(
    statement: Statement<Params, Row>,
    params: Params,
  ) => {
    const values = params as unknown as unknown[];
    return (await client.query({ text: statement.text, values })).rows as Row[];
  };
  return {
    async read(work) {
      await client.query('begin transaction isolation level repeatable read read only');
      try {
        return await work(query);
      } finally {
        await client.query('rollback');
      }
    },
  };
}

/** In the lane of background work, for `deadlineMs` at most. */
export function connectionOfPool(database: Database, deadlineMs = 60_000): SnapshotConnection {
  return {
    read: (work) =>
      database.transaction({ lane: 'background', deadlineMs, name: 'planner.captureSnapshot' }, async (transaction) => {
        await transaction.execute(ONE_MOMENT, []);
        return work(transaction.query);
      }),
  };
}

/** For this transaction alone. Names come with their schemas, values in one form, whatever the role's own settings are. */
export async function limitTransaction(
  query: ReadRows,
  { lockTimeoutMs, statementTimeoutMs }: WaitLimits,
): Promise<void> {
  const settings = {
    search_path: 'pg_catalog',
    lock_timeout: `${lockTimeoutMs}ms`,
    statement_timeout: `${statementTimeoutMs}ms`,
    idle_in_transaction_session_timeout: '30s',
    application_name: 'aquifer snapshot',
    DateStyle: 'ISO, YMD',
    IntervalStyle: 'postgres',
    TimeZone: 'UTC',
    extra_float_digits: '1',
    bytea_output: 'hex',
    lc_monetary: 'C',
    quote_all_identifiers: 'off',
    // A catalog query of milliseconds is compiled for seconds where its estimate is high.
    jit: 'off',
    max_parallel_workers_per_gather: '0',
  };
  const calls = Object.entries(settings).map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`);
  await query(adHoc('limitTransaction', `select ${calls.join(', ')}`), []);
}

/**
 * Runs one read so that what it throws leaves the transaction as it was, and what it locked is free again afterwards.
 */
export async function readApart<Result>(query: ReadRows, read: () => Promise<Result>): Promise<Result> {
  await query(SAVEPOINT, []);
  try {
    return await read();
  } finally {
    // On a connection that is gone this fails as well, and the first error is what the caller is owed.
    await query(BACK, []).catch(() => undefined);
  }
}

/** The SQLSTATE behind what was thrown, be it the driver's error or ours. */
export function sqlStateOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { cause, code } = thrown as Error & { code?: unknown };
  if (cause instanceof Error) return sqlStateOf(cause);
  return typeof code === 'string' ? code : undefined;
}

/** It waited for a lock, or took too long, and was ended by Postgres. */
export function isTimeout(thrown: unknown): boolean {
  return ['55P03', '57014'].includes(sqlStateOf(thrown) ?? '');
}

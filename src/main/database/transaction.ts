/** A transaction on one lease: begin, the caller's statements, commit; rolled back when anything throws. */

import type { QueryResult } from 'pg';
import type { HeldLease } from './lease-request.ts';
import { noteTransaction } from './ledger.ts';
import type { OpenTransaction } from './open-transactions.ts';
import { readXactId } from './outcome.ts';
import { errorSwallowed, outcomeUnknown } from './refusal.ts';
import { type RunnerOptions, runQuery } from './running-query.ts';
import { endsConnection } from './sql-state.ts';
import { type Statement, toQuery } from './statement.ts';

export interface Transaction {
  query<Params extends readonly unknown[], Row extends object>(
    statement: Statement<Params, Row>,
    params: Params,
  ): Promise<Row[]>;
  /** Runs a statement that returns no rows of interest. Resolves with how many rows it changed. */
  execute<Params extends readonly unknown[]>(statement: Statement<Params, never>, params: Params): Promise<number>;
  /** Runs definition statements (DDL) of ours, which cannot take parameters. Never give it a caller's text. */
  define(name: string, text: string): Promise<void>;
  /**
   * The transaction's own number, for `database.outcomeOf` should the answer to its commit be lost. It is there from the
   * first change on; before that there is nothing that could be lost, and it is undefined.
   */
  xactId(): Promise<string | undefined>;
}

/** A transaction on its connection, and until when it may take. */
export interface LeasedTransaction extends OpenTransaction {
  readonly handle: Transaction;
  readonly held: HeldLease;
  readonly deadlineAtMs: number;
  /** What the handle's `xactId()` said last. */
  readonly xactId: string | undefined;
}

/** @param deadlineAtMs of what runs by this handle; one who joins may have less time than the whole */
export function bindTransaction(
  options: RunnerOptions,
  { held, deadlineAtMs }: { held: HeldLease; deadlineAtMs: number },
): LeasedTransaction {
  const run = (statement: string, query: { text: string; values?: unknown[]; name?: string }): Promise<QueryResult> =>
    runQuery(options, { held, statement, query, deadlineAtMs });
  const runDeclared = (statement: Statement<readonly unknown[], object>, params: readonly unknown[]) =>
    run(statement.name, toQuery(statement, params, held.connection.isPooled));
  let xactId: string | undefined;
  const handle: Transaction = {
    query: async <Params extends readonly unknown[], Row extends object>(
      statement: Statement<Params, Row>,
      params: Params,
    ) => (await runDeclared(statement as Statement, params)).rows as Row[],
    execute: async (statement, params) => (await runDeclared(statement as Statement, params)).rowCount ?? 0,
    define: async (name, text) => void (await run(name, { text })),
    xactId: async () => {
      xactId = (await runDeclared(readXactId, [])).rows[0]?.id ?? undefined;
      return xactId;
    },
  };
  return {
    ...{ handle, held, deadlineAtMs },
    get xactId() {
      return xactId;
    },
    // What begins and ends it counts as the transaction itself, under the name it was opened with.
    run: (text) => run(held.lease.admitted.fingerprint, { text }),
    undo: (text) => undo(options, held, text),
  };
}

export async function runTransaction<Result>(
  options: RunnerOptions,
  transaction: LeasedTransaction,
  work: () => Promise<Result>,
): Promise<Result> {
  const { held } = transaction;
  const begunAtMs = options.nowMs();
  await transaction.run('begin');
  noteTransaction(held.lease, begunAtMs);
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await rollBack(options, held);
    throw error;
  }
  await commit(() => transaction.run('commit') as Promise<QueryResult>, held, transaction.xactId);
  return result;
}

async function commit(run: () => Promise<QueryResult>, held: HeldLease, xactId: string | undefined): Promise<void> {
  const { command } = await run()
    .catch((error) => {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      throw held.connection.isBroken || held.lease.settling || endsConnection(cause)
        ? outcomeUnknown(error, xactId)
        : error;
    })
    .finally(() => {
      noteTransaction(held.lease, undefined);
    });
  // A transaction that failed earlier answers COMMIT with ROLLBACK: nothing was kept, and its work believes otherwise.
  if (command === 'ROLLBACK') throw errorSwallowed();
}

const ROLLBACK_TIMEOUT_MS = 2_000;

/** The caller is owed the first error; a connection that cannot even roll back is closed, which does the same. */
async function rollBack(options: RunnerOptions, held: HeldLease): Promise<void> {
  if (held.connection.isBroken) return;
  // The server has not confirmed that it stopped: nothing more is asked of this connection, and closing it rolls back.
  if (held.lease.settling) {
    held.connection.isBroken = true;
    return;
  }
  await undo(options, held, 'rollback');
  noteTransaction(held.lease, undefined);
}

/** A connection on which that fails is of no more use to anyone. */
async function undo(options: RunnerOptions, held: HeldLease, text: string): Promise<void> {
  // What was cancelled is waited for: it may have been one statement of many.
  await held.lease.settling;
  if (held.connection.isBroken) return;
  try {
    const deadlineAtMs = options.nowMs() + ROLLBACK_TIMEOUT_MS;
    const statement = held.lease.admitted.fingerprint;
    await runQuery(options, { held, statement, query: { text }, deadlineAtMs });
  } catch {
    held.connection.isBroken = true;
  }
}

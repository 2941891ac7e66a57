/**
 * A transaction in a scope, on a client of the drop-in: begun, committed when the work is done, rolled back when it fails,
 * and given back in any case. What is easy to forget around `connect()` cannot be forgotten here.
 */

import type { PoolClient } from 'pg';
import type { CheckedOut } from './checked-out.ts';
import type { OpenTransaction, OpenTransactions } from './open-transactions.ts';
import { toPoolError } from './pool-error.ts';
import type { CallOptions } from './pool-options.ts';
import type { PoolParts } from './pool-parts.ts';
import { callerGone, deadlineExceeded, errorSwallowed, outcomeUnknown } from './refusal.ts';
import { endsConnection, isPostgresError } from './sql-state.ts';

export interface PoolTransactionOptions extends CallOptions {
  /**
   * Called from inside of a transaction of this pool, the work becomes a part of that one, under a savepoint: what fails in it
   * is taken back by itself. It has the outer one's lane and deadline. Anywhere else it is one of its own.
   */
  join?: boolean | undefined;
}

const QUERY_CANCELED = '57014';
const NAME = 'a transaction of pool.transaction()';

export class ClientTransaction implements OpenTransaction {
  readonly client: PoolClient;
  /** Nothing more can be asked of its connection. */
  failure: Error | undefined;

  constructor(client: PoolClient) {
    this.client = client;
  }

  run(text: string): Promise<{ command: string }> {
    return this.client.query(text);
  }

  async undo(text: string): Promise<void> {
    await this.run(text).catch((error: Error) => {
      this.failure = error;
    });
  }
}

export interface ClientTransactions {
  parts: PoolParts;
  open: OpenTransactions<ClientTransaction>;
}

/**
 * @param takeOut takes a client for it
 * @throws whatever the work threw; PoolRefusal with reason deadline_exceeded or caller_gone where that ended it, and
 * outcome_unknown where the connection was lost during the commit
 */
export async function runClientTransaction<Result>(
  { parts, open }: ClientTransactions,
  takeOut: () => Promise<CheckedOut>,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const out = await takeOut();
  const transaction = new ClientTransaction(out.client);
  const runInside = () => open.inside(transaction, () => work(out.client));
  try {
    return await parts.desk.holding(out.lease, () => runWhole(transaction, out, parts.runner.nowMs, runInside));
  } catch (error) {
    throw toPoolError(whatEnded(out, parts.runner.nowMs(), error));
  } finally {
    out.release(transaction.failure);
  }
}

async function runWhole<Result>(
  transaction: ClientTransaction,
  out: CheckedOut,
  nowMs: () => number,
  work: () => Promise<Result>,
): Promise<Result> {
  await transaction.run('begin').catch((error: Error) => {
    if (endsConnection(error)) transaction.failure = error;
    throw error;
  });
  let result: Result;
  try {
    result = await work();
    if (out.deadlineAtMs !== undefined && nowMs() > out.deadlineAtMs) throw tooLate(out, nowMs());
  } catch (error) {
    // Before the rollback, after which this would be known no more.
    const reason = whatEnded(out, nowMs(), error);
    await transaction.undo('rollback');
    throw reason;
  }
  const { command } = await transaction.run('commit').catch((error: Error) => {
    if (!endsConnection(error)) throw error;
    transaction.failure = error;
    throw outcomeUnknown(error, undefined);
  });
  // A transaction that failed earlier answers COMMIT with ROLLBACK: nothing was kept, and its work believes otherwise.
  if (command === 'ROLLBACK') throw errorSwallowed();
  return result;
}

/** A statement that we had cancelled says only that it was. */
function whatEnded(out: CheckedOut, nowMs: number, error: unknown): unknown {
  if (!isPostgresError(error) || error.code !== QUERY_CANCELED) return error;
  if (out.stopped === 'caller_gone') return callerGone();
  return out.stopped === 'deadline' ? tooLate(out, nowMs) : error;
}

function tooLate({ lease }: CheckedOut, nowMs: number): Error {
  return deadlineExceeded(NAME, nowMs - lease.acquiredAtMs);
}

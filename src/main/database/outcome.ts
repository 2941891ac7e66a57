/**
 * What became of a transaction whose COMMIT was never answered: Postgres knows, by the transaction's own number, which the
 * work has to ask for while it can.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { isPostgresError } from './sql-state.ts';
import { statement } from './statement.ts';

/**
 * `in_progress`: the server has not ended it yet. `unknown`: it is too old, or the server has never heard of it.
 * `aborted` is certain. `committed` is, unless the server itself has crashed since: it then gives out again the numbers that it
 * had not yet written down, and the answer may be another transaction's.
 */
export type TransactionOutcome = 'committed' | 'aborted' | 'in_progress' | 'unknown';

export const readXactId = statement<[], { id: string | null }>({
  name: 'database.readXactId',
  lane: 'control',
  deadlineMs: 2_000,
  text: 'select pg_current_xact_id_if_assigned()::text as id',
  unindexedBecause: 'it reads no table',
});

export const readOutcome = statement<[string], { status: string | null }>({
  name: 'database.readOutcome',
  lane: 'control',
  deadlineMs: 2_000,
  text: 'select pg_xact_status($1::text::xid8) as status',
  unindexedBecause: 'it reads no table',
});

const ASK_AGAIN_MS = 50;
/** It has not given out that number: another server, or one that lost its last moments. */
const IN_THE_FUTURE = '22023';

/** Asks until the transaction has ended, or `patienceMs` are over: its backend may notice a lost client late. */
export async function findOutcome(
  xactId: string,
  read: () => Promise<{ status: string | null }[]>,
  patienceMs: number,
): Promise<TransactionOutcome> {
  // Postgres before 16 reads anything else as zero, later ones refuse it.
  if (!/^\d+$/.test(xactId)) return 'unknown';
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    const status = await read().then(
      ([row]) => row?.status,
      (error: Error) => {
        if (isPostgresError(error.cause) && error.cause.code === IN_THE_FUTURE) return undefined;
        throw error;
      },
    );
    if (status === 'committed' || status === 'aborted') return status;
    if (status !== 'in progress') return 'unknown';
    if (performance.now() >= untilMs) return 'in_progress';
    await sleep(ASK_AGAIN_MS);
  }
}

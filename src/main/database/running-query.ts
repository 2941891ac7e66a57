/**
 * Runs one query on a held connection until it ends, its deadline passes or its caller goes away. In the last two cases
 * the server is asked to cancel; the connection is used again only when the server has confirmed that it stopped.
 */

import type { ClientConfig, QueryConfig, QueryResult } from 'pg';
import { AppError } from '../foundation/errors.ts';
import { requestCancel } from './cancel.ts';
import type { HeldLease } from './lease-desk.ts';
import { callerGone, deadlineExceeded } from './refusal.ts';
import { endsConnection, isPostgresError, translateDatabaseError } from './sql-state.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { PoolTracker } from './tracker.ts';

export interface RunnerOptions {
  clientConfig: ClientConfig;
  wheel: TimerWheel;
  tracker: PoolTracker;
  nowMs: () => number;
}

export interface QueryJob {
  held: HeldLease;
  /** The statement's name, for the ledger and the statistics. */
  statement: string;
  query: QueryConfig;
  deadlineAtMs: number;
}

/** How long the server may take to confirm a cancel before the connection is cut. */
const CANCEL_GRACE_MS = 2_000;
const QUERY_CANCELED = '57014';

type StopReason = 'deadline' | 'caller_gone';

/** @throws AppError always: translated from what Postgres said, or deadline_exceeded, or caller_gone */
export async function runQuery(options: RunnerOptions, job: QueryJob): Promise<QueryResult> {
  const { held, statement, query, deadlineAtMs } = job;
  const { nowMs, tracker } = options;
  const startedAtMs = nowMs();
  const watch = watchForStop(options, job);
  const { lease } = held;
  const { origin } = lease;
  lease.statement = statement;
  lease.statementAtMs = startedAtMs;
  lease.isRunning = true;
  const report = (rows: number, errorCode?: string) =>
    tracker.statementEnded({
      statement,
      lane: lease.admitted.lane,
      durationMs: nowMs() - startedAtMs,
      rows,
      errorCode,
      origin,
    });
  try {
    const result = await Promise.race([held.connection.client.query(query), watch.abandoned]);
    report(result.rowCount ?? 0);
    return result;
  } catch (thrown) {
    const error = toRefusal(thrown, watch.stopped(), { statement, deadlineMs: deadlineAtMs - startedAtMs });
    report(0, isPostgresError(thrown) ? thrown.code : error.code);
    if (endsConnection(thrown)) held.connection.isBroken = true;
    throw error;
  } finally {
    lease.isRunning = false;
    lease.statementAtMs = nowMs();
    await watch.end();
  }
}

function toRefusal(thrown: unknown, stopped: StopReason | undefined, facts: { statement: string; deadlineMs: number }) {
  if (thrown instanceof AppError) return thrown;
  const wasCancelled = isPostgresError(thrown) && thrown.code === QUERY_CANCELED;
  if (wasCancelled && stopped === 'caller_gone') return callerGone();
  if (wasCancelled && stopped === 'deadline') return deadlineExceeded(facts.statement, facts.deadlineMs);
  return translateDatabaseError(thrown, facts.statement);
}

interface StopWatch {
  /** Never resolves; rejects when the server has not confirmed a cancel in time. */
  readonly abandoned: Promise<never>;
  stopped(): StopReason | undefined;
  /** To be awaited before the connection is used again: a cancel on its way could hit the next statement. */
  end(): Promise<void>;
}

function watchForStop(options: RunnerOptions, { held, statement, deadlineAtMs }: QueryJob): StopWatch {
  const { clientConfig, wheel, nowMs, tracker } = options;
  const signal = held.lease.origin?.signal;
  let reason: StopReason | undefined;
  let cancelling: Promise<void> | undefined;
  let graceTimer: ReturnType<TimerWheel['add']> | undefined;
  let abandon: (error: Error) => void = () => undefined;
  const abandoned = new Promise<never>((_resolve, reject) => {
    abandon = reject;
  });
  abandoned.catch(() => undefined);

  const stop = (why: StopReason) => {
    if (reason) return;
    reason = why;
    tracker.cancelSent(held.lease.admitted.lane, statement);
    cancelling = requestCancel(clientConfig, held.connection.client);
    graceTimer = wheel.add(nowMs() + CANCEL_GRACE_MS, () => {
      held.connection.isBroken = true;
      abandon(why === 'deadline' ? deadlineExceeded(statement, 0) : callerGone());
    });
  };
  const onAbort = () => stop('caller_gone');
  const deadlineTimer = wheel.add(deadlineAtMs, () => stop('deadline'));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });

  return {
    abandoned,
    stopped: () => reason,
    async end() {
      wheel.remove(deadlineTimer);
      if (graceTimer) wheel.remove(graceTimer);
      signal?.removeEventListener('abort', onAbort);
      await cancelling;
    },
  };
}

/** A refusal as a library user expects one: an Error with a SQLSTATE in `code`, and the numbers beside it. */

import { DatabaseError } from 'pg';
import { AppError } from '../foundation/errors.ts';
import { translateDatabaseError } from './sql-state.ts';

/** Class 53 is `insufficient resources`: what retry logic of the ecosystem knows how to take. */
const sqlStates: Record<string, string> = {
  lane_full: '53300',
  lane_wait_exceeded: '53300',
  lane_overloaded: '53300',
  deadline_unmeetable: '53300',
  statement_capped: '53300',
  nested_checkout: '55000',
  preempted: '53000',
  deadline_exceeded: '57014',
  caller_gone: '57014',
  closing: '57P03',
  database_unavailable: '08006',
  outcome_unknown: '08007',
};

export interface RefusedLane {
  name: string;
  total: number;
  active: number;
  idle: number;
  waiting: number;
  waitedMs: number;
  /** "5 by select from reports … for 41 s". */
  holders: string;
}

export class PoolRefusal extends Error {
  /** As Postgres would have put it. */
  readonly code: string;
  /** As we put it: `lane_full`, `lane_wait_exceeded`, `deadline_exceeded`, … */
  readonly reason: string;
  readonly lane: RefusedLane | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly #refusal: AppError;

  constructor(error: AppError) {
    super(error.message, error.cause === undefined ? undefined : { cause: error.cause });
    this.name = 'PoolRefusal';
    this.code = sqlStates[error.code] ?? '58000';
    this.reason = error.code;
    this.lane = error.extensions?.lane as RefusedLane | undefined;
    this.retryAfterSeconds = error.retryAfterSeconds;
    this.#refusal = error;
  }

  /** As a declared statement would have been refused, for whoever answers over HTTP. */
  toAppError(): AppError {
    return this.#refusal;
  }
}

/**
 * What application code let out of its own SQL, as a declared statement would have said it: a refusal of the pool, or what
 * Postgres said, without its words. Anything else stays as it is.
 *
 * @param statement told in the log
 */
export function toAppError(thrown: unknown, statement: string): unknown {
  if (thrown instanceof PoolRefusal) return thrown.toAppError();
  return thrown instanceof DatabaseError ? translateDatabaseError(thrown, statement) : thrown;
}

/**
 * What Postgres said stays what Postgres said (`pg`'s DatabaseError, with its own fields): libraries look at it. Only what
 * the pool itself decided is a PoolRefusal.
 */
export function toPoolError(thrown: unknown): Error {
  if (!(thrown instanceof AppError)) return thrown as Error;
  // Whatever took the connection away during a commit, what matters is that nobody knows what became of it.
  const isOurs = thrown.code === 'outcome_unknown' || !isFromPostgres(thrown);
  if (thrown.code in sqlStates && isOurs) return new PoolRefusal(thrown);
  return thrown.cause instanceof Error ? thrown.cause : new PoolRefusal(thrown);
}

function isFromPostgres({ cause }: AppError): boolean {
  return cause instanceof Error && 'severity' in cause;
}

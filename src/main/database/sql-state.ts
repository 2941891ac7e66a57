/** SQLSTATE and socket errors become refusals of ours here, and only here. */

import { AppError } from '../foundation/errors.ts';

/** The parts of `pg`'s DatabaseError that are looked at. */
export interface PostgresError extends Error {
  code?: string;
  constraint?: string;
  column?: string;
  table?: string;
}

export function isPostgresError(thrown: unknown): thrown is PostgresError {
  return thrown instanceof Error && typeof (thrown as PostgresError).code === 'string';
}

/** True where the error names the constraint: a use case that expects it can answer in its own words. */
export function violates(thrown: unknown, constraint: string): boolean {
  const error = thrown instanceof AppError ? thrown.cause : thrown;
  return isPostgresError(error) && error.constraint === constraint;
}

type Refusal = [kind: AppError['kind'], code: string, message: string, retryAfterSeconds?: number];

const bySqlState: Record<string, Refusal> = {
  '23505': ['conflict', 'already_exists', 'Something with the same unique value exists already.'],
  '23503': ['conflict', 'reference_violation', 'It refers to something that is not there, or is still referred to.'],
  '23502': ['unprocessable', 'value_missing', 'A value that is required is missing.'],
  '23514': ['unprocessable', 'value_refused', 'A value is outside of what its column allows.'],
  '22001': ['invalid', 'value_too_long', 'A text is longer than its column allows.'],
  '22003': ['invalid', 'value_out_of_range', 'A number is outside of what its column allows.'],
  '22007': ['invalid', 'value_malformed', 'A value does not have the form of its type.'],
  '22008': ['invalid', 'value_out_of_range', 'A time is outside of what its column allows.'],
  '22021': ['invalid', 'value_malformed', 'A text has characters that the database cannot store.'],
  '22P02': ['invalid', 'value_malformed', 'A value does not have the form of its type.'],
  '22P05': ['invalid', 'value_malformed', 'A text has characters that the database cannot store.'],
  '25006': ['overloaded', 'database_read_only', 'The database accepts no writes at the moment.', 1],
  '40001': ['overloaded', 'transaction_conflict', 'Another change came first; try again.', 1],
  '40P01': ['overloaded', 'transaction_conflict', 'Another change came first; try again.', 1],
  '53100': ['overloaded', 'storage_full', 'The database has no disk space left.', 30],
  '53200': ['overloaded', 'database_unavailable', 'The database has no memory left.', 5],
  '53300': ['overloaded', 'database_unavailable', 'The database accepts no more connections.', 2],
  '55P03': ['overloaded', 'lock_unavailable', 'What you asked for is locked by someone else; try again.', 1],
  '57014': ['timeout', 'deadline_exceeded', 'The database did not answer in time.'],
  '57P01': ['overloaded', 'database_unavailable', 'The database is restarting.', 2],
  '57P02': ['overloaded', 'database_unavailable', 'The database is restarting.', 2],
  '26000': ['overloaded', 'database_unavailable', 'The database session was replaced; try again.', 1],
  '57P04': ['overloaded', 'database_unavailable', 'The database was dropped.', 5],
  '57P05': ['overloaded', 'database_unavailable', 'The database ended an idle session.', 1],
  '57P03': ['overloaded', 'database_unavailable', 'The database is starting.', 2],
  '25P03': ['overloaded', 'database_unavailable', 'The database ended a transaction that stood still.', 1],
  '25P04': ['timeout', 'deadline_exceeded', 'The database ended a transaction that took too long.'],
};

/** The socket's and TLS's own words for a connection that is gone or was never made; none of them is a SQLSTATE. */
const LINK_CODE = /^E(?!RR_)[A-Z_]+$|^ERR_(TLS|SSL|SOCKET|STREAM)|CERT|SELF_SIGNED|^UNABLE_TO/;
const UNREACHABLE: Refusal = ['overloaded', 'database_unavailable', 'The database cannot be reached.', 2];

/**
 * After these the server, or a pooler before it, has ended the session, has forgotten what was prepared in it, or turned out
 * to be the one that was replaced: a standby, since a fail-over.
 */
const endingStates = new Set(['25P03', '25P04', '25006', '26000']);

/** True for errors after which the connection itself is of no more use. */
export function endsConnection(thrown: unknown): boolean {
  if (!isPostgresError(thrown)) return true;
  const code = thrown.code ?? '';
  return isLinkLoss(thrown) || code.startsWith('08') || code.startsWith('57P') || endingStates.has(code);
}

function isLinkLoss(error: PostgresError): boolean {
  // What Postgres says has a severity; what the system says has none, and some of its codes have five letters too.
  return !('severity' in error) && LINK_CODE.test(error.code ?? '');
}

/** Translates whatever a statement threw. What is no fault of the caller or of the load stays `internal`. */
export function translateDatabaseError(thrown: unknown, statement: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const details = { statement, sqlState: isPostgresError(thrown) ? thrown.code : undefined };
  const [kind, code, message, retryAfterSeconds] = refusalFor(thrown);
  return new AppError(kind, code, message, {
    cause: thrown,
    details,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function refusalFor(thrown: unknown): Refusal {
  if (isPostgresError(thrown)) {
    const code = thrown.code ?? '';
    const known = bySqlState[code];
    if (known) return known;
    if (isLinkLoss(thrown) || code.startsWith('08')) return UNREACHABLE;
    return ['internal', 'internal', 'Something went wrong on our side.'];
  }
  // `pg` reports a lost socket as a plain Error with one of these texts.
  const saysSo = thrown instanceof Error && /connection|client was closed|not queryable|timeout/i.test(thrown.message);
  return saysSo ? UNREACHABLE : ['internal', 'internal', 'Something went wrong on our side.'];
}

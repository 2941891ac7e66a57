import { describe, expect, it } from 'vitest';
import { endsConnection, isPostgresError, translateDatabaseError, violates } from '../../main/database/sql-state.ts';
import { AppError } from '../../main/foundation/errors.ts';

const fault = (code: string, rest: object = {}) =>
  Object.assign(new Error('secret "value" of a user'), { code, ...rest });

describe('translateDatabaseError', () => {
  it.each([
    ['23505', 'conflict', 'already_exists'],
    ['23503', 'conflict', 'reference_violation'],
    ['23502', 'unprocessable', 'value_missing'],
    ['22P02', 'invalid', 'value_malformed'],
    ['22003', 'invalid', 'value_out_of_range'],
    ['25006', 'overloaded', 'database_read_only'],
    ['40001', 'overloaded', 'transaction_conflict'],
    ['40P01', 'overloaded', 'transaction_conflict'],
    ['53100', 'overloaded', 'storage_full'],
    ['53300', 'overloaded', 'database_unavailable'],
    ['55P03', 'overloaded', 'lock_unavailable'],
    ['57014', 'timeout', 'deadline_exceeded'],
    ['57P01', 'overloaded', 'database_unavailable'],
    ['57P03', 'overloaded', 'database_unavailable'],
    ['08006', 'overloaded', 'database_unavailable'],
    ['ECONNREFUSED', 'overloaded', 'database_unavailable'],
    ['ECONNRESET', 'overloaded', 'database_unavailable'],
    ['EAI_AGAIN', 'overloaded', 'database_unavailable'],
    ['EHOSTUNREACH', 'overloaded', 'database_unavailable'],
    ['EPIPE', 'overloaded', 'database_unavailable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'overloaded', 'database_unavailable'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'overloaded', 'database_unavailable'],
    ['ERR_INVALID_ARG_TYPE', 'internal', 'internal'],
    ['26000', 'overloaded', 'database_unavailable'],
    ['57P05', 'overloaded', 'database_unavailable'],
    ['42P01', 'internal', 'internal'],
    ['42601', 'internal', 'internal'],
    ['XX000', 'internal', 'internal'],
  ])('%s is %s, %s', (sqlState, kind, code) => {
    const error = translateDatabaseError(fault(sqlState), 'some.statement');
    expect(error).toMatchObject({ kind, code, details: { statement: 'some.statement', sqlState } });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated',
    'timeout expired',
    'Client was closed and is not queryable',
  ])('a plain error of the driver, %s, is database_unavailable', (message) => {
    expect(translateDatabaseError(new Error(message), 's').code).toBe('database_unavailable');
  });

  it('shows the caller nothing that Postgres said, and keeps all of it for the log', () => {
    const cause = fault('23505', { constraint: 'users_email_key', detail: 'Key (email)=(a@b.c) already exists.' });
    const error = translateDatabaseError(cause, 's');
    expect(error.message).not.toMatch(/secret|a@b\.c|users_email_key/);
    expect(error.cause).toBe(cause);
  });

  it('whatever is overloaded says when to come back', () => {
    for (const code of [
      '25006',
      '40001',
      '53100',
      '53200',
      '53300',
      '55P03',
      '57P01',
      '57P02',
      '57P03',
      '08000',
      'EPIPE',
    ]) {
      expect(translateDatabaseError(fault(code), 's').retryAfterSeconds, code).toBeGreaterThan(0);
    }
  });

  it('leaves an error of ours as it is, and takes whatever else is thrown', () => {
    const ours = new AppError('not_found', 'nothing', 'Nothing.');
    expect(translateDatabaseError(ours, 's')).toBe(ours);
    for (const thrown of [undefined, null, 'text', 1, {}]) {
      expect(translateDatabaseError(thrown, 's')).toMatchObject({ kind: 'internal', code: 'internal' });
    }
  });
});

describe('endsConnection', () => {
  it.each(['57P01', '57P02', '57P03', '57P05', '08003', '08006', '25P03', '25P04', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])(
    'true for %s',
    (code) => {
      expect(endsConnection(fault(code))).toBe(true);
    },
  );
  it.each(['23505', '42P01', '57014', '40001', '22P02', '55P03'])('false for %s', (code) => {
    expect(endsConnection(fault(code))).toBe(false);
  });
  it('true for what says nothing: its connection may be in any state', () => {
    expect(endsConnection(new Error('Connection terminated unexpectedly'))).toBe(true);
  });
});

describe('violates', () => {
  it('knows the constraint behind a translated error and behind a bare one', () => {
    const bare = fault('23505', { constraint: 'users_email_key' });
    expect(violates(bare, 'users_email_key')).toBe(true);
    expect(violates(translateDatabaseError(bare, 's'), 'users_email_key')).toBe(true);
    expect(violates(bare, 'users_pkey')).toBe(false);
    expect(violates(undefined, 'users_pkey')).toBe(false);
    expect(isPostgresError(bare)).toBe(true);
    expect(isPostgresError('23505')).toBe(false);
  });
});

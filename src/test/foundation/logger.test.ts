import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../main/foundation/errors.ts';
import { createLogger } from '../../main/foundation/logger.ts';

function capture() {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { logger: createLogger({ level: 'info', destination }), lines };
}

describe('the log', () => {
  test('keeps the fields it knows and withholds every other', () => {
    const { logger, lines } = capture();
    logger.info({ requestId: 'r-1', statusCode: 200, password: 'hunter2', body: { token: 'abc' } }, 'a request');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'a request',
      requestId: 'r-1',
      statusCode: 200,
      password: '[withheld]',
      body: '[withheld]',
    });
    expect(lines.join()).not.toMatch(/hunter2|abc/);
  });

  test('withholds nested values even under a known name, and what a child logger is bound to', () => {
    const { logger, lines } = capture();
    logger.info({ reason: { secret: 'hunter2' } }, 'nested');
    logger.child({ cookie: 'hunter2', requestId: 'r-2' }).info('bound');
    expect(lines.join()).not.toContain('hunter2');
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ requestId: 'r-2', cookie: '[withheld]' });
  });

  test('describes an error by type, code and cause, not by whatever hangs on it', () => {
    const { logger, lines } = capture();
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      constraint: 'users_email_key',
      detail: 'Key (email)=(ada@example.org)',
    });
    logger.error(
      {
        err: new AppError('conflict', 'email_taken', 'Taken.', {
          cause,
          details: { statement: 's', token: 'hunter2' },
        }),
      },
      'failed',
    );
    const { err } = JSON.parse(lines[0] ?? '') as { err: Record<string, unknown> };
    expect(err).toMatchObject({
      type: 'AppError',
      code: 'email_taken',
      details: { statement: 's', token: '[withheld]' },
    });
    expect(err.cause).toMatchObject({ code: '23505', constraint: 'users_email_key' });
    expect(lines.join()).not.toMatch(/ada@example|hunter2/);
  });
});

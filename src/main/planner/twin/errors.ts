/** What the twin refuses, in its own words. */

import { AppError } from '../../foundation/errors.ts';

/** @param reason a sentence */
export function twinFailed(reason: string, cause?: unknown): AppError {
  return new AppError('internal', 'twin_failed', `The planner twin could not be set up: ${reason}`, { cause });
}

/** @param reason completes "A native Postgres cannot be used: …" */
export function nativeTwinRefused(reason: string): AppError {
  return new AppError('unprocessable', 'native_twin_refused', `A native Postgres cannot be used: ${reason}.`);
}

/** @param reason what Postgres said of it */
export function migrationRefused(reason: string, cause?: unknown): AppError {
  return new AppError('unprocessable', 'migration_refused', `The twin could not make this change: ${reason}.`, {
    cause,
  });
}

/** What Postgres answered to a text; never shown as it is, since it may hold values. */
export class SqlRefusal extends Error {
  /** SQLSTATE. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'SqlRefusal';
    this.code = code;
  }
}

/** What snapshots refuse, in their own words. */

import { AppError } from '../../foundation/errors.ts';

export function captureRefused(version: string): AppError {
  return new AppError(
    'unprocessable',
    'snapshot_refused',
    `A snapshot can be taken of Postgres 14 to 18; this is ${version}.`,
  );
}

/** @param reason completes "This is no snapshot that can be used: …" */
export function badSnapshot(reason: string, cause?: unknown): AppError {
  return new AppError('invalid', 'bad_snapshot', `This is no snapshot that can be used: ${reason}.`, { cause });
}

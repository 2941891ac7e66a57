/** What acting as another user refuses. */

import { AppError } from '../../foundation/errors.ts';

/** Of operators, oneself, the disabled, and those who may do more than the caller. */
export function cannotImpersonate(): AppError {
  return new AppError(
    'forbidden',
    'cannot_impersonate',
    'Nobody can act as this user: he is disabled, an operator, or yourself.',
  );
}

export function notImpersonating(): AppError {
  return new AppError('conflict', 'not_impersonating', 'This session acts as nobody else.');
}

/** What rules refuse, in their own words. */

import { AppError } from '../../foundation/errors.ts';

export function ruleNotFound(): AppError {
  return new AppError('not_found', 'rule_not_found', 'There is no such rule.');
}

export function ruleBuiltIn(): AppError {
  return new AppError('conflict', 'rule_built_in', 'A built-in rule cannot be deleted. Switch it off instead.');
}

/** @param reason a sentence */
export function invalidRule(reason: string): AppError {
  return new AppError('unprocessable', 'invalid_rule', reason);
}

export function tooManyRules(limit: number): AppError {
  return new AppError('conflict', 'too_many_rules', `There can be ${limit} rules of one’s own at the most.`);
}

export function databaseSessionNotFound(): AppError {
  return new AppError(
    'not_found',
    'database_session_not_found',
    'There is no database session with this pid any more.',
  );
}

export function databaseSessionChanged(): AppError {
  return new AppError(
    'conflict',
    'database_session_changed',
    'The session has moved on to something else since you looked. Nothing was ended.',
  );
}

/** @param reason a sentence that says what it is */
export function sessionProtected(reason: string): AppError {
  return new AppError('conflict', 'session_protected', `This session is not ended: ${reason}`, {
    extensions: { reason },
  });
}

export function nothingToCancel(): AppError {
  return new AppError(
    'conflict',
    'nothing_to_cancel',
    'The session runs nothing, so there is no statement to cancel. End the session instead, if that is meant.',
  );
}

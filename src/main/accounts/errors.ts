/** What accounts refuses, and in which words. Nothing here tells whether an address is known. */

import { AppError } from '../foundation/errors.ts';

export function invalidCredentials(): AppError {
  return new AppError('unauthenticated', 'invalid_credentials', 'The address or the password is not right.');
}

/** Said only to someone who gave the right password. */
export function emailNotVerified(): AppError {
  return new AppError(
    'forbidden',
    'email_not_verified',
    'Confirm your address first: open the link in the mail, or ask for a new one.',
  );
}

export function tooManyAttempts(retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', 'too_many_attempts', 'Too many attempts. Wait a little, then try again.', {
    retryAfterSeconds,
  });
}

export function hashingFull(retryAfterSeconds: number): AppError {
  return new AppError('overloaded', 'hashing_full', 'Many people are logging in just now. Try again in a moment.', {
    retryAfterSeconds,
  });
}

/** The request's time was over, or its caller gone, before its turn to be hashed came. */
export function hashingTooLate(): AppError {
  return new AppError('timeout', 'hashing_too_late', 'Your turn did not come in time. Try again in a moment.');
}

export function invalidEmail(): AppError {
  return new AppError('invalid', 'invalid_email', 'This is not an email address that mail can be sent to.', {
    fields: [{ field: 'email', message: 'must be an email address' }],
  });
}

export function invalidName(): AppError {
  return new AppError('invalid', 'invalid_name', 'The name has characters that cannot be stored.', {
    fields: [{ field: 'name', message: 'must have visible characters only' }],
  });
}

/** @param field the password's name in the request @param reason completes "The password …" */
export function passwordRefused(field: string, reason: string): AppError {
  return new AppError('unprocessable', 'password_refused', `The password ${reason}.`, {
    fields: [{ field, message: reason }],
  });
}

export function wrongPassword(): AppError {
  return new AppError('unprocessable', 'wrong_password', 'The current password is not right.', {
    fields: [{ field: 'currentPassword', message: 'is not right' }],
  });
}

/** Only where addresses need no verification, and for operators. */
export function emailTaken(): AppError {
  return new AppError('conflict', 'email_taken', 'There is an account with this address already.', {
    fields: [{ field: 'email', message: 'has an account already' }],
  });
}

export function invalidLink(): AppError {
  return new AppError(
    'invalid',
    'invalid_link',
    'This link is not valid: it was used, it is too old, or a newer one was sent.',
  );
}

export function firstOperatorExists(): AppError {
  return new AppError('conflict', 'first_operator_exists', 'There is an operator already.');
}

export function lastOperator(): AppError {
  return new AppError('conflict', 'last_operator', 'This is the last operator who can log in. Make another one first.');
}

export function userNotFound(): AppError {
  return new AppError('not_found', 'user_not_found', 'There is no such user.');
}

/** The session that asked was ended while it asked. */
export function sessionEnded(): AppError {
  return new AppError('unauthenticated', 'not_logged_in', 'Log in first: your session has just ended.');
}

export function sessionNotFound(): AppError {
  return new AppError('not_found', 'session_not_found', 'There is no such session.');
}

/** Another request renewed the session first; its answer carries the new token. */
export function sessionRotated(): AppError {
  return new AppError('conflict', 'session_rotated', 'The session was renewed by another request just now.');
}

export function mailNotFound(): AppError {
  return new AppError('not_found', 'mail_not_found', 'There is no such mail.');
}

export function invalidCursor(): AppError {
  return new AppError('invalid', 'invalid_cursor', 'The cursor is not one that this list gave out.', {
    fields: [{ field: 'cursor', message: 'must be the nextCursor of an earlier page' }],
  });
}

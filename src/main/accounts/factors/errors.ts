/** What second factors refuse. Said only to someone who has shown the first one, or is logged in. */

import { AppError } from '../../foundation/errors.ts';

/** The same for a code that is wrong, was used, or is of a factor that the user does not have. */
export function wrongSecondFactor(): AppError {
  return new AppError(
    'unprocessable',
    'wrong_second_factor',
    'This is not right, or was used already. Take a new code and try again.',
  );
}

/** It was answered, too old, or had too many wrong answers. */
export function invalidChallenge(): AppError {
  return new AppError(
    'invalid',
    'invalid_challenge',
    'This log-in took too long, or had too many tries. Log in again.',
  );
}

export function nothingToConfirm(): AppError {
  return new AppError(
    'conflict',
    'nothing_to_confirm',
    'No authenticator app is being set up: it took too long, or had too many wrong codes. Begin again.',
  );
}

/** While it is set up. */
export function wrongSetUpCode(): AppError {
  return new AppError(
    'unprocessable',
    'wrong_second_factor',
    'The code is not right. Look whether the clock of the device is right, then try the next code.',
    { fields: [{ field: 'code', message: 'is not right' }] },
  );
}

export function factorNotFound(): AppError {
  return new AppError('not_found', 'factor_not_found', 'There is no such factor.');
}

export function lastFactorNeeded(): AppError {
  return new AppError(
    'conflict',
    'last_factor_needed',
    'Your account must have a second factor, and this is its last one. Add another one first.',
  );
}

/** Recovery codes stand in for a factor that was lost; by themselves they are none. */
export function noFactorYet(): AppError {
  return new AppError('conflict', 'no_factor_yet', 'Set up an authenticator app or a passkey first.');
}

export function passwordNotEnough(methods: readonly string[]): AppError {
  return new AppError('unprocessable', 'second_factor_needed', 'Your account has a second factor: give that one.', {
    extensions: { methods },
  });
}

export function operatorsResetOperators(): AppError {
  return new AppError('forbidden', 'operator_only', 'Only an operator may do this to an operator.');
}

export function wrongStepUpPassword(): AppError {
  return new AppError('unprocessable', 'wrong_password', 'The password is not right.', {
    fields: [{ field: 'password', message: 'is not right' }],
  });
}

/** Somebody else acts in this session, and cannot prove to be its user. */
export function notYourProof(): AppError {
  return new AppError('forbidden', 'proof_not_yours', 'Only the user himself can prove who he is.');
}

/** What passkeys refuse. Why a passkey is not accepted is for the log: the words are the same for every reason. */

import { AppError } from '../../foundation/errors.ts';

/** @param reason for the log alone */
export function passkeyRefused(reason: string, cause?: unknown): AppError {
  return new AppError(
    'unauthenticated',
    'passkey_refused',
    'The passkey was not accepted. Try once more, or log in another way.',
    { details: { reason }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** To someone who is logged in: nothing is wrong with his session. @param reason for the log alone */
export function passkeyNotAdded(reason: string, cause?: unknown): AppError {
  return new AppError('unprocessable', 'passkey_not_added', 'The passkey could not be added. Begin once more.', {
    details: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** To someone who is asked for one, and has none to answer with. */
export function noPasskey(): AppError {
  return new AppError('conflict', 'no_passkey', 'There is no passkey to answer with. Prove it in another way.');
}

export function passkeyKnown(): AppError {
  return new AppError('conflict', 'passkey_known', 'This passkey has been added already.');
}

export function tooManyPasskeys(max: number): AppError {
  return new AppError(
    'conflict',
    'too_many_passkeys',
    `There are ${max} passkeys already. Remove one that you no longer use.`,
  );
}

export function passkeyNotFound(): AppError {
  return new AppError('not_found', 'passkey_not_found', 'There is no such passkey.');
}

/** What social log-in refuses, and in which words. A browser on its way back sees the code in the address of the log-in page. */

import { AppError } from '../../foundation/errors.ts';

export function providerUnknown(): AppError {
  return new AppError('not_found', 'social_provider_unknown', 'There is no log-in by such a site here.');
}

/** @param field which of the two was asked for */
export function instanceRefused(field: 'instance' | 'handle', message: string): AppError {
  return new AppError('invalid', 'social_instance_refused', `The ${field} ${message}.`, {
    fields: [{ field, message }],
  });
}

export function nextRefused(): AppError {
  const message = 'must be a path of this server, or an address at one of your own origins (CORS_ORIGINS)';
  return new AppError('invalid', 'next_refused', `next ${message}.`, { fields: [{ field: 'next', message }] });
}

/** The state is not one of this browser's, was used, or is too old. */
export function flowInvalid(): AppError {
  return new AppError(
    'invalid',
    'social_flow_invalid',
    'This log-in was not begun in this browser, was finished already, or took too long. Begin it anew.',
  );
}

export function logInCancelled(): AppError {
  return new AppError('forbidden', 'social_cancelled', 'The log-in was called off at the other site.');
}

/** Whatever it was, it was not what the protocol asks for; the log says what. */
export function answerRefused(reason: string): AppError {
  return new AppError(
    'forbidden',
    'social_answer_refused',
    'The other site’s answer could not be trusted. Begin anew.',
    {
      details: { reason },
    },
  );
}

export function providerUnavailable(reason: string): AppError {
  return new AppError('overloaded', 'social_provider_unavailable', 'The other site does not answer. Try again soon.', {
    retryAfterSeconds: 10,
    details: { reason },
  });
}

export function addressMissing(): AppError {
  return new AppError(
    'unprocessable',
    'social_address_missing',
    'The other site gave no address, and there is no account with it yet. Sign up with your address, then link it on the account page.',
  );
}

/** The same whether or not somebody has the address: it has not been shown to be his. */
export function addressUnverified(): AppError {
  return new AppError(
    'unprocessable',
    'social_address_unverified',
    'The other site has not confirmed your address. Confirm it there, or log in here another way and link the site on the account page.',
  );
}

/** Said only to someone whose address the other site has confirmed. */
export function linkFirst(): AppError {
  return new AppError(
    'conflict',
    'social_link_first',
    'There is an account with this address. Log in to it, then link the site on the account page.',
  );
}

export function signUpClosed(): AppError {
  return new AppError(
    'forbidden',
    'social_sign_up_closed',
    'Nobody here is linked to this account of the other site, and new accounts are not made by it.',
  );
}

export function identityTaken(): AppError {
  return new AppError(
    'conflict',
    'social_identity_taken',
    'This account of the other site is linked to another account here. Unlink it there first.',
  );
}

export function identityNotFound(): AppError {
  return new AppError('not_found', 'social_identity_not_found', 'No such account of another site is linked to yours.');
}

export function lastWayToLogIn(): AppError {
  return new AppError(
    'conflict',
    'last_way_to_log_in',
    'This is the only way you have to log in. Set a password or add a passkey first.',
  );
}

export function tokenAbsent(): AppError {
  return new AppError('not_found', 'social_token_absent', 'No token of the other site is kept for this link.');
}

/** It has run out and cannot be refreshed: the user took the permission back, or the provider gave no refresh token. */
export function tokenExpired(): AppError {
  return new AppError('conflict', 'social_token_expired', 'The other site’s token has ended. Link the account again.');
}

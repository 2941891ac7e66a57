/** What renewing tokens, and making short ones, refuses. */

import { AppError } from '../../foundation/errors.ts';

/** The same whether it never was one, is over, or has been used before: only its owner learns the rest, by mail. */
export function invalidRefreshToken(): AppError {
  return new AppError(
    'unauthenticated',
    'invalid_refresh_token',
    'This refresh token is not valid: it was used, its session has ended, or it never was one. Log in again.',
  );
}

export function jwtOff(): AppError {
  return new AppError(
    'not_found',
    'jwt_off',
    'This server makes no tokens for other services. Set JWT_AUDIENCES to the services that shall take them.',
  );
}

export function audienceUnknown(): AppError {
  return new AppError('unprocessable', 'audience_unknown', 'The audience is not one of JWT_AUDIENCES.', {
    fields: [{ field: 'audience', message: 'must be one of JWT_AUDIENCES' }],
  });
}

/** An API key is itself what a program shows to a service; it is not turned into something else. */
export function sessionRequired(): AppError {
  return new AppError('forbidden', 'session_required', 'This asks for a session: log in. An API key will not do.');
}

export function signingKeyNotFound(): AppError {
  return new AppError(
    'not_found',
    'signing_key_not_found',
    'There is no such signing key, or it is published no more.',
  );
}

/** The refusals of the HTTP layer itself. */

import { AppError, type FieldFault } from '../foundation/errors.ts';

export function routeNotFound(): AppError {
  return new AppError('not_found', 'route_not_found', 'There is nothing at this address.');
}

export function invalidInput(fields: FieldFault[]): AppError {
  const [first] = fields;
  const message = fields.length === 1 && first ? `${first.field} ${first.message}.` : 'Some of the input is not right.';
  return new AppError('invalid', 'invalid_input', message, { fields });
}

export function malformedJson(): AppError {
  return new AppError('invalid', 'malformed_json', 'The body is not valid JSON.');
}

export function bodyTooDeep(maxDepth: number): AppError {
  return new AppError('invalid', 'body_too_deep', `The body nests deeper than ${maxDepth} levels.`);
}

export function bodyTooLarge(limitBytes: number): AppError {
  return new AppError('too_large', 'body_too_large', `The body is larger than ${limitBytes} bytes.`);
}

export function unsupportedMediaType(): AppError {
  return new AppError('unsupported', 'unsupported_media_type', 'Send the body as application/json.');
}

export function notLoggedIn(): AppError {
  return new AppError('unauthenticated', 'not_logged_in', 'Log in first: no valid session came with this request.');
}

export function operatorOnly(): AppError {
  return new AppError('forbidden', 'operator_only', 'Only an operator may do this.');
}

/** @param permission null where no scope would do */
export function apiKeyRefused(permission: string | null): AppError {
  if (permission === null) {
    return new AppError('forbidden', 'api_key_refused', 'No API key can do this. Log in.');
  }
  return new AppError('forbidden', 'scope_missing', `This API key has not the scope ${permission}.`, {
    extensions: { scope: permission },
  });
}

export function impersonationRefused(): AppError {
  return new AppError(
    'forbidden',
    'impersonation_refused',
    'While you act as somebody else, this is not open to you. End it first.',
  );
}

export function secondFactorSetUpRequired(): AppError {
  const advice = 'Set one up with POST /v1/accounts/factors/totp or a passkey; nothing else is open to you until then.';
  return new AppError('forbidden', 'second_factor_setup_required', `Your account needs a second factor. ${advice}`);
}

/**
 * As RFC 9470 says it to clients: which class of authentication is asked for, and how fresh it must be.
 *
 * @param secondFactors those that the caller has: one of them is asked for, the password where there is none
 */
export function stepUpRequired(secondFactors: readonly string[], freshMs: number): AppError {
  const hasFactor = secondFactors.length > 0;
  const acr = hasFactor ? 'aal2' : 'aal1';
  const maxAgeSeconds = freshMs / 1_000;
  const proof = hasFactor ? 'your second factor' : 'your password';
  const challenge = `error="insufficient_user_authentication", acr_values="${acr}", max_age="${maxAgeSeconds}"`;
  return new AppError(
    'forbidden',
    'step_up_required',
    `Prove once more who you are, with ${proof}, at POST /v1/accounts/step-up. It holds for ${freshMs / 60_000} minutes.`,
    {
      extensions: { acr, maxAgeSeconds, methods: hasFactor ? secondFactors : ['password'] },
      headers: { 'www-authenticate': `Bearer ${challenge}` },
    },
  );
}

export function tooManyRequests(retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', 'too_many_requests', 'You ask too often. Wait a little, then go on.', {
    retryAfterSeconds,
  });
}

/** Said to programs, which are not sent on: they would go on sending their secrets in the clear. */
export function httpsRequired(baseUrl: string): AppError {
  const words = `Call the API at ${baseUrl}. What was sent here went over the network in the clear.`;
  return new AppError('forbidden', 'https_required', words);
}

export function crossSiteRefused(): AppError {
  return new AppError(
    'forbidden',
    'cross_site_refused',
    'This change was asked for by a page of another site. Add its origin to CORS_ORIGINS if it is yours.',
  );
}

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

export function crossSiteRefused(): AppError {
  return new AppError(
    'forbidden',
    'cross_site_refused',
    'This change was asked for by a page of another site. Add its origin to CORS_ORIGINS if it is yours.',
  );
}

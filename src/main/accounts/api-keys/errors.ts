/** What API keys refuse. */

import { AppError } from '../../foundation/errors.ts';

export function apiKeyNotFound(): AppError {
  return new AppError('not_found', 'api_key_not_found', 'There is no such API key.');
}

export function tooManyApiKeys(max: number): AppError {
  return new AppError('conflict', 'too_many_api_keys', `You have ${max} API keys. Delete one that is not used.`);
}

export function invalidExpiry(): AppError {
  return new AppError('unprocessable', 'invalid_expiry', 'An API key ends in the future, and within a year.', {
    fields: [{ field: 'expiresAt', message: 'must be in the future and within a year' }],
  });
}

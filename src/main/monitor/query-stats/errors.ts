/** What query statistics refuse, in their own words. */

import { AppError } from '../../foundation/errors.ts';

export function queryNotFound(): AppError {
  return new AppError('not_found', 'query_not_found', 'There is no such statement.');
}

/** @param message follows the field's name */
export function invalidSpan(field: string, message: string): AppError {
  return new AppError('invalid', 'invalid_input', `${field} ${message}.`, { fields: [{ field, message }] });
}

/** What the room of the samples refuses. */

import { AppError } from '../../foundation/errors.ts';

export function invalidSpan(): AppError {
  return new AppError('invalid', 'invalid_span', 'The span must end after it begins, and be no longer than 400 days.');
}

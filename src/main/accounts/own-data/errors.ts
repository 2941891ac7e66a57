/** What deleting one's own account refuses. */

import { AppError } from '../../foundation/errors.ts';

export function emailMismatch(): AppError {
  return new AppError('unprocessable', 'email_mismatch', 'This is not the address of your account.', {
    fields: [{ field: 'email', message: 'is not the address of your account' }],
  });
}

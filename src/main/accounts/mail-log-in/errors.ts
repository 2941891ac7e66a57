/** What a log-in by mail refuses. Nothing here tells whether an address is known. */

import { AppError } from '../../foundation/errors.ts';

/** The link is still good where it was asked for. */
export function otherBrowser(): AppError {
  return new AppError(
    'forbidden',
    'other_browser',
    'Open this link in the browser where you asked for it, or type the code there. To log in here, ask for a new mail here.',
  );
}

export function wrongCode(): AppError {
  return new AppError(
    'unauthenticated',
    'wrong_code',
    'This code is not right, or no longer good. After five wrong ones, ask for a new mail.',
  );
}

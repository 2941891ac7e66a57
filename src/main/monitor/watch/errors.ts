/** What a watch refuses, in its own words. */

import { AppError } from '../../foundation/errors.ts';

export function watchLinkUsed(): AppError {
  const message = 'This link was used, or a newer one was printed. Press Enter in the terminal for another.';
  return new AppError('invalid', 'watch_link_used', message);
}

export function watchSendsNoMail(): AppError {
  const message = 'A watch has no mail server. Use a webhook, or another kind of channel.';
  return new AppError('unprocessable', 'watch_sends_no_mail', message);
}

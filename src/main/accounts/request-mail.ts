/** Asking for mail to an address: one and the same insert for every address. Whoever writes the mail finds out the rest. */

import { canonicalIp, networkOf } from '../foundation/network.ts';
import { createId } from '../foundation/tokens.ts';
import { parseEmailAddress } from './email-address.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { insertMailRequest } from './queries/mail.ts';
import type { AddressOnly } from './schema.ts';
import { mailAttempts } from './throttle.ts';

/** @throws AppError invalid_email, too_many_attempts */
export async function requestMail(
  { database, throttle, wakeOutbox }: AccountsParts,
  { body, context }: Visit<AddressOnly>,
  template: 'verification' | 'password_reset',
): Promise<void> {
  const email = parseEmailAddress(body.email);
  const attempts = mailAttempts(email.key, networkOf(context.ip));
  throttle.refuseIfBlocked(attempts);
  await throttle.take(attempts, context);
  const from = canonicalIp(context.ip);
  await database.execute(insertMailRequest, [createId(), template, email.address, email.key, from], context);
  wakeOutbox();
}

/** Asking for a mail to log in with: the same answer and one and the same statement for every address. */

import { canonicalIp, networkOf } from '../../foundation/network.ts';
import { createId } from '../../foundation/tokens.ts';
import { parseEmailAddress } from '../email-address.ts';
import type { AccountsParts, Visit } from '../parts.ts';
import { mailAttempts } from '../throttle.ts';
import { nameBrowser } from './browser.ts';
import { requestMailLogIn } from './queries.ts';
import type { CheckMailForLogIn, MailLogIn } from './schema.ts';

export const MAIL_LOG_IN_LIFETIME_MS = 10 * 60_000;

/** @throws AppError invalid_email, too_many_attempts */
export async function askForMailLogIn(parts: AccountsParts, visit: Visit<MailLogIn>): Promise<CheckMailForLogIn> {
  const { database, throttle, wakeOutbox } = parts;
  const { body, context, reply } = visit;
  const email = parseEmailAddress(body.email);
  const attempts = mailAttempts(email.key, networkOf(context.ip));
  throttle.refuseIfBlocked(attempts);
  await throttle.take(attempts, context);
  const { hash, ...answer } = nameBrowser(visit, body.transport, MAIL_LOG_IN_LIFETIME_MS);
  const waiting = [createId(), hash, email.key, MAIL_LOG_IN_LIFETIME_MS] as const;
  const mail = [createId(), email.address, canonicalIp(context.ip)] as const;
  await database.execute(requestMailLogIn, [...waiting, ...mail], context);
  wakeOutbox();
  reply.code(202);
  return { status: 'check_mail', ...answer };
}

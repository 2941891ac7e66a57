/** Verifying an address: the link from the mail is consumed by what it allows, once, and logs in whoever opened it. */

import type { Transaction } from '../database/index.ts';
import { createId, hashToken, looksLikeToken } from '../foundation/tokens.ts';
import { emailTaken, invalidLink } from './errors.ts';
import { networkOf } from './network.ts';
import { type FreshSession, handOver, openSession } from './open-session.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { consumeVerificationToken } from './queries/one-time-tokens.ts';
import { consumeSignUp } from './queries/sign-ups.ts';
import type { UserRow } from './queries/users.ts';
import { requestMail } from './request-mail.ts';
import type { AddressOnly, CheckMail, Signed, VerifyEmail } from './schema.ts';
import { attempt, rules } from './throttle.ts';
import { toUser } from './views.ts';

/** @throws AppError invalid_link, email_taken (it got an account since the mail was sent), too_many_attempts */
export async function verifyEmail(parts: AccountsParts, visit: Visit<VerifyEmail>): Promise<Signed> {
  const { body, context } = visit;
  const attempts = [attempt(rules.tokenByNetwork, networkOf(context.ip))];
  parts.throttle.refuseIfBlocked(attempts);
  await parts.throttle.take(attempts, context);
  if (!looksLikeToken(body.token)) throw invalidLink();
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.verifyEmail', origin: context } as const;
  const { user, fresh } = await parts.database.transaction(work, async (transaction) => {
    const verified = await consumeLink(transaction, hashToken(body.token));
    const opened: FreshSession | null = await openSession(transaction.query, parts, verified, visit);
    if (!opened) throw invalidLink();
    return { user: verified, fresh: opened };
  });
  return { user: toUser(user), ...(await handOver(parts, fresh, body.transport, visit)) };
}

async function consumeLink(
  transaction: Transaction,
  tokenHash: Buffer,
): Promise<UserRow & { passwordVersion: number }> {
  const [signedUp] = await transaction.query(consumeSignUp, [tokenHash, createId()]);
  if (signedUp) {
    if (signedUp.id === null) throw emailTaken();
    return signedUp;
  }
  const [verified] = await transaction.query(consumeVerificationToken, [tokenHash]);
  if (!verified) throw invalidLink();
  return verified;
}

/** The same for every address. @throws AppError invalid_email, too_many_attempts */
export async function resendVerification(parts: AccountsParts, visit: Visit<AddressOnly>): Promise<CheckMail> {
  await requestMail(parts, visit, 'verification');
  return { status: 'check_mail' };
}

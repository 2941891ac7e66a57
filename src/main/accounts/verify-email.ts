/** Verifying an address: the link from the mail is consumed by what it allows, once, and logs in whoever opened it. */

import type { Transaction } from '../database/index.ts';
import { networkOf } from '../foundation/network.ts';
import { createId, hashToken, looksLikeToken } from '../foundation/tokens.ts';
import { readSessionToken } from '../http/index.ts';
import { noteAudit } from './audit-trail/note.ts';
import { wipeWaysIn } from './claim-account.ts';
import { completeLogIn } from './complete-log-in.ts';
import { emailTaken, invalidLink } from './errors.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { consumeVerificationToken, type VerifiedRow } from './queries/one-time-tokens.ts';
import { deleteSessionsBut } from './queries/sessions.ts';
import { consumeSignUp } from './queries/sign-ups.ts';
import { findCredentialsById } from './queries/users.ts';
import { requestMail } from './request-mail.ts';
import type { AddressOnly, CheckMail, Verified, VerifyEmail } from './schema.ts';
import { attempt, rules } from './throttle.ts';

/** @throws AppError invalid_link, email_taken (it got an account since the mail was sent), too_many_attempts */
export async function verifyEmail(parts: AccountsParts, visit: Visit<VerifyEmail>): Promise<Verified> {
  const { body, context } = visit;
  const network = networkOf(context.ip);
  const attempts = [attempt(rules.tokenByNetwork, network)];
  const forgiveness = { cleared: [], refunded: attempts };
  parts.throttle.refuseIfBlocked(attempts);
  await parts.throttle.take(attempts, context);
  if (!looksLikeToken(body.token)) throw invalidLink();
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.verifyEmail', origin: context } as const;
  const verified = await parts.database.transaction(work, (transaction) =>
    consumeAndNote(transaction, hashToken(body.token), visit),
  );
  const [user] = await parts.database.query(findCredentialsById, [verified.id, network], context);
  if (!user) throw invalidLink();
  const signed = await completeLogIn(parts, visit, {
    // A link shows who owns the mailbox, and not yet from where he logs in: the network is not noted.
    user: { ...user, isNetworkFresh: true },
    ...{ methods: ['mail'], transport: body.transport, forgiveness },
  });
  return { ...signed, needsPassword: !verified.hasPassword };
}

async function consumeAndNote(
  transaction: Transaction,
  tokenHash: Buffer,
  visit: Pick<Visit, 'context' | 'request'>,
): Promise<VerifiedRow> {
  const verified = await consumeLink(transaction, tokenHash, visit);
  const party = { kind: 'user', id: verified.id } as const;
  const action = verified.isSignUp ? 'user.signed_up' : 'email.verified';
  if (verified.isFirst) await noteAudit(transaction.query, visit.context, { action, actor: party, subject: party });
  return verified;
}

async function consumeLink(
  transaction: Transaction,
  tokenHash: Buffer,
  { request }: Pick<Visit, 'request'>,
): Promise<VerifiedRow & { isSignUp: boolean }> {
  const [signedUp] = await transaction.query(consumeSignUp, [tokenHash, createId()]);
  if (signedUp) {
    if (signedUp.id === null) throw emailTaken();
    return { ...signedUp, hasPassword: true, isFirst: true, isOwn: true, isSignUp: true };
  }
  const brought = readSessionToken(request);
  const broughtHash = brought && looksLikeToken(brought.token) ? hashToken(brought.token) : null;
  const [verified] = await transaction.query(consumeVerificationToken, [tokenHash, broughtHash]);
  if (!verified) throw invalidLink();
  // Until now anyone may have used the account who only knew the address.
  if (verified.isFirst && verified.isOwn) await transaction.execute(deleteSessionsBut, [verified.id, broughtHash]);
  else if (verified.isFirst) await wipeWaysIn(transaction.query, verified.id);
  return { ...verified, isSignUp: false };
}

/** The same for every address. @throws AppError invalid_email, too_many_attempts */
export async function resendVerification(parts: AccountsParts, visit: Visit<AddressOnly>): Promise<CheckMail> {
  await requestMail(parts, visit, 'verification');
  return { status: 'check_mail' };
}

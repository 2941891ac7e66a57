/**
 * Another address for an account. The new mailbox has to answer before anything changes; the old one is told, and can take
 * the change back for a week. Whether somebody has the new address shows in neither the answer nor the work.
 */

import { AppError } from '../../foundation/errors.ts';
import { canonicalIp, networkOf } from '../../foundation/network.ts';
import { createId, hashToken, looksLikeToken } from '../../foundation/tokens.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { parseEmailAddress } from '../email-address.ts';
import { emailTaken, invalidLink } from '../errors.ts';
import type { AccountsParts, OwnVisit, Visit } from '../parts.ts';
import { deleteMailLogInsOf } from '../queries/claims.ts';
import { insertMailRequest } from '../queries/mail.ts';
import { deleteUserTokens } from '../queries/one-time-tokens.ts';
import { deleteAllSessions } from '../queries/sessions.ts';
import type { CheckMail } from '../schema.ts';
import { attempt, mailAttempts, rules } from '../throttle.ts';
import {
  type ChangedEmailRow,
  consumeEmailChange,
  consumeUndo,
  deleteWaitingEmailChange,
  deleteWaysInSince,
  insertEmailChange,
  lockChangingUser,
  requestUndoMail,
} from './queries.ts';
import type { ChangeEmail, ConfirmEmail, EmailConfirmed } from './schema.ts';

const HOUR_MS = 3_600_000;
/** How long the link to the new address is good. */
export const CHANGE_LIFETIME_MS = 24 * HOUR_MS;
/** How long the old address can take it back. */
export const UNDO_LIFETIME_MS = 7 * 24 * HOUR_MS;
const UNIQUE_VIOLATION = '23505';

/** @throws AppError invalid_email, too_many_attempts */
export async function requestEmailChange(
  { database, throttle, wakeOutbox }: AccountsParts,
  { body, caller, context }: OwnVisit<ChangeEmail>,
): Promise<CheckMail> {
  const email = parseEmailAddress(body.newEmail);
  const attempts = mailAttempts(email.key, networkOf(context.ip));
  throttle.refuseIfBlocked(attempts);
  await throttle.take(attempts, context);
  const from = canonicalIp(context.ip);
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.requestEmailChange', origin: context } as const;
  await database.transaction(work, async (transaction) => {
    await transaction.query(lockChangingUser, [caller.userId]);
    await transaction.execute(deleteWaitingEmailChange, [caller.userId]);
    const about = [createId(), createId(), caller.userId, email.address, email.key] as const;
    await transaction.execute(insertEmailChange, [...about, from, CHANGE_LIFETIME_MS]);
    await noteAudit(transaction.query, context, { action: 'email_change.requested' });
  });
  wakeOutbox();
  return { status: 'check_mail' };
}

/**
 * Takes the link to the new address, and the one to the old that takes the change back.
 *
 * @throws AppError invalid_link, email_taken, too_many_attempts
 */
export async function confirmEmail(parts: AccountsParts, visit: Visit<ConfirmEmail>): Promise<EmailConfirmed> {
  const { body, context } = visit;
  const { throttle, wakeOutbox } = parts;
  const attempts = [attempt(rules.tokenByNetwork, networkOf(context.ip))];
  throttle.refuseIfBlocked(attempts);
  await throttle.take(attempts, context);
  if (!looksLikeToken(body.token)) throw invalidLink();
  const tokenHash = hashToken(body.token);
  const confirmed = (await change(parts, visit, tokenHash)) ?? (await undo(parts, visit, tokenHash));
  if (!confirmed) throw invalidLink();
  wakeOutbox();
  await throttle.forgive({ cleared: [], refunded: attempts }, context);
  return confirmed;
}

async function change(
  { database }: AccountsParts,
  { context }: Visit<ConfirmEmail>,
  tokenHash: Buffer,
): Promise<EmailConfirmed | null> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.confirmEmailChange', origin: context } as const;
  const changing = database.transaction(work, async (transaction) => {
    const [changed] = await transaction.query(consumeEmailChange, [tokenHash, UNDO_LIFETIME_MS]);
    if (!changed) return null;
    const { changeId, userId, oldEmail, oldEmailKey, email } = changed;
    // Links that went to the old address must not open the account any more.
    await transaction.execute(deleteUserTokens, [userId]);
    await transaction.execute(deleteMailLogInsOf, [userId]);
    const from = canonicalIp(context.ip);
    // The owner of an address that was never confirmed had no account: by the way back he would get one with a stranger's passkey.
    if (changed.wasVerified) {
      await transaction.execute(requestUndoMail, [createId(), changeId, oldEmail, oldEmailKey, from]);
    }
    await noteAudit(transaction.query, context, { action: 'email.changed', ...partiesOf(changed) });
    return { email, isUndone: false };
  });
  return changing.catch((error: unknown) => {
    throw isTaken(error) ? emailTaken() : error;
  });
}

async function undo(
  { database }: AccountsParts,
  { context }: Visit<ConfirmEmail>,
  tokenHash: Buffer,
): Promise<EmailConfirmed | null> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.undoEmailChange', origin: context } as const;
  const undoing = database.transaction(work, async (transaction) => {
    const [restored] = await transaction.query(consumeUndo, [tokenHash]);
    if (!restored) return null;
    const { userId, email, emailKey, changedAt } = restored;
    await transaction.execute(deleteWaysInSince, [userId, changedAt]);
    await transaction.execute(deleteAllSessions, [userId]);
    await transaction.execute(deleteUserTokens, [userId]);
    await transaction.execute(deleteMailLogInsOf, [userId]);
    const from = canonicalIp(context.ip);
    await transaction.execute(insertMailRequest, [createId(), 'password_reset', email, emailKey, from]);
    await noteAudit(transaction.query, context, { action: 'email_change.undone', ...partiesOf(restored) });
    return { email, isUndone: true };
  });
  return undoing.catch((error: unknown) => {
    throw isTaken(error) ? emailTaken() : error;
  });
}

/** Whoever has the link reads the mailbox, and is taken for the user. */
function partiesOf({ userId }: Pick<ChangedEmailRow, 'userId'>) {
  return { actor: { kind: 'user', id: userId }, subject: { kind: 'user', id: userId } } as const;
}

/** Somebody made an account with the address since. */
function isTaken(thrown: unknown): boolean {
  const cause = thrown instanceof AppError ? thrown.cause : thrown;
  return cause instanceof Error && (cause as { code?: unknown }).code === UNIQUE_VIOLATION;
}

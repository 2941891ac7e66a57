/** Passwords after sign-up: changing one that is known, asking for a link, and setting a new one with it. */

import { canonicalIp, networkOf } from '../foundation/network.ts';
import { createId, hashToken, looksLikeToken } from '../foundation/tokens.ts';
import { deleteWaitingEmailChange } from './address/queries.ts';
import { noteAudit } from './audit-trail/note.ts';
import { checkPassword } from './check-password.ts';
import { wipeWaysIn } from './claim-account.ts';
import { invalidLink, sessionEnded, wrongPassword } from './errors.ts';
import { RAISE_GRACE_MS } from './factors/queries/standing.ts';
import type { HashPlace } from './hashing/index.ts';
import { type FreshSession, renew } from './open-session.ts';
import type { AccountsParts, OwnVisit, Visit } from './parts.ts';
import { insertMailRequest } from './queries/mail.ts';
import { consumeResetToken, deleteResetTokens, findUserOfResetToken } from './queries/one-time-tokens.ts';
import { deleteAllSessions, deleteOtherSessions } from './queries/sessions.ts';
import { rememberNetwork } from './queries/throttles.ts';
import { type CredentialRow, findCredentialsById, updatePassword } from './queries/users.ts';
import { requestMail } from './request-mail.ts';
import type { AddressOnly, ChangePassword, CheckMail, Renewed, ResetPassword } from './schema.ts';
import { attempt, passwordAttempts, rules } from './throttle.ts';
import { replaceSecrets } from './tokens/replace-pair.ts';

/**
 * Every other session of the user ends; this one goes on under a new token.
 *
 * @throws AppError wrong_password, password_refused, too_many_attempts, hashing_full
 */
export async function changePassword(parts: AccountsParts, visit: OwnVisit<ChangePassword>): Promise<Renewed> {
  const { caller, context, reply } = visit;
  const network = networkOf(context.ip);
  const fresh = await parts.hasher.withPlace(context, { account: caller.userId, network }, async (place) => {
    const [user] = await parts.database.query(findCredentialsById, [caller.userId, network], context);
    if (!user) throw sessionEnded();
    parts.throttle.refuseIfBlocked(passwordAttempts(user.emailKey, { network, isNetworkKnown: true }));
    const newHash = await hashNewPassword(parts, place, user, visit);
    return storeChangedPassword(parts, user, newHash, visit);
  });
  parts.wakeOutbox();
  return renew(fresh, caller.transport, reply);
}

async function hashNewPassword(
  parts: AccountsParts,
  place: HashPlace,
  user: CredentialRow,
  { body, context }: OwnVisit<ChangePassword>,
): Promise<string> {
  const contextWords = [user.email, user.name];
  const accepted = await parts.policy.accept({ password: body.newPassword, field: 'newPassword', contextWords });
  const network = networkOf(context.ip);
  const guess = { emailKey: user.emailKey, network, password: body.currentPassword, credentials: user };
  const right = await checkPassword(parts, place, guess, context);
  if (!right) {
    parts.auditTrail.refusals.note(context, { key: user.id, action: 'password.change_refused' });
    throw wrongPassword();
  }
  await parts.throttle.forgive(right.forgiveness, context);
  if (!user.isNetworkFresh) await parts.database.execute(rememberNetwork, [user.id, network], context);
  return place.hash(accepted);
}

async function storeChangedPassword(
  { config, database }: AccountsParts,
  user: CredentialRow,
  newHash: string,
  { caller, context }: OwnVisit<ChangePassword>,
): Promise<FreshSession> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.changePassword', origin: context } as const;
  return database.transaction(work, async (transaction) => {
    // The user's row first: a log-in that is opening a session waits for it, and is then refused or seen below.
    const [changed] = await transaction.query(updatePassword, [user.id, user.passwordVersion, newHash]);
    if (!changed) throw wrongPassword();
    await transaction.execute(deleteOtherSessions, [user.id, caller.sessionId]);
    await transaction.execute(deleteResetTokens, [user.id]);
    await transaction.execute(deleteWaitingEmailChange, [user.id]);
    const from = canonicalIp(context.ip);
    await transaction.execute(insertMailRequest, [createId(), 'password_changed', user.email, user.emailKey, from]);
    const { sessionId, userId } = caller;
    // A page that polls would be answered 401, and that takes the new cookie away as well.
    const graceMs = caller.transport === 'cookie' ? RAISE_GRACE_MS : 0;
    const fresh = await replaceSecrets(transaction.query, { config }, { sessionId, userId, graceMs });
    if (!fresh) throw sessionEnded();
    await noteAudit(transaction.query, context, { action: 'password.changed' });
    return fresh;
  });
}

/** The same for every address. @throws AppError invalid_email, too_many_attempts */
export async function forgotPassword(parts: AccountsParts, visit: Visit<AddressOnly>): Promise<CheckMail> {
  await requestMail(parts, visit, 'password_reset');
  return { status: 'check_mail' };
}

/**
 * Sets a password by the link from a mail, for those who forgot theirs and those who were invited. Ends every session of
 * the user and logs nobody in.
 *
 * @throws AppError invalid_link, password_refused, too_many_attempts, hashing_full
 */
export async function resetPassword(parts: AccountsParts, { body, context }: Visit<ResetPassword>): Promise<undefined> {
  const { database, hasher, logger, policy, throttle } = parts;
  const network = networkOf(context.ip);
  const attempts = [attempt(rules.tokenByNetwork, network)];
  throttle.refuseIfBlocked(attempts);
  await throttle.take(attempts, context);
  if (!looksLikeToken(body.token)) throw invalidLink();
  const tokenHash = hashToken(body.token);
  const [owner] = await database.query(findUserOfResetToken, [tokenHash], context);
  if (!owner) throw invalidLink();
  const contextWords = [owner.email, owner.name];
  const password = await policy.accept({ password: body.newPassword, field: 'newPassword', contextWords });
  const passwordHash = await hasher.withPlace(context, { network }, (place) => place.hash(password));
  const user = await storeResetPassword(parts, tokenHash, passwordHash, { context });
  parts.wakeOutbox();
  // He has shown that the mailbox is his: guesses of others must not keep him out now. The password is set, whatever
  // becomes of this.
  const cleared = passwordAttempts(user.emailKey, { network, isNetworkKnown: true }).slice(0, 1);
  try {
    await throttle.forgive({ cleared, refunded: attempts }, context);
    await database.execute(rememberNetwork, [user.userId, network], context);
  } catch (error) {
    logger.warn({ err: error, requestId: context.requestId }, 'attempts before a new password were not taken back');
  }
}

async function storeResetPassword(
  { database }: AccountsParts,
  tokenHash: Buffer,
  passwordHash: string,
  { context }: Pick<Visit, 'context'>,
): Promise<{ userId: string; emailKey: string }> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.resetPassword', origin: context } as const;
  return database.transaction(work, async (transaction) => {
    const [user] = await transaction.query(consumeResetToken, [tokenHash, passwordHash]);
    if (!user) throw invalidLink();
    await transaction.execute(deleteAllSessions, [user.userId]);
    await transaction.execute(deleteResetTokens, [user.userId]);
    // Whoever is put out by this may have asked for it: its link would take the account to his own mailbox.
    await transaction.execute(deleteWaitingEmailChange, [user.userId]);
    // Until now anyone may have used the account who only knew the address: a factor of his must not lock its owner out.
    if (user.isFirst) await wipeWaysIn(transaction.query, user.userId);
    const party = { kind: 'user', id: user.userId } as const;
    await noteAudit(transaction.query, context, { action: 'password.reset', actor: party, subject: party });
    const from = canonicalIp(context.ip);
    await transaction.execute(insertMailRequest, [createId(), 'password_changed', user.email, user.emailKey, from]);
    return user;
  });
}

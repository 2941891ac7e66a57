/**
 * What follows when a user gets a second factor or loses one, of whatever kind: he is known to have it, his other sessions,
 * his waiting log-ins and his remembered devices end, he is told by mail, and the trail says so.
 */

import type { Transaction } from '../../database/index.ts';
import { createToken, hashToken } from '../../foundation/tokens.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { sessionEnded } from '../errors.ts';
import type { SecondFactor } from '../methods.ts';
import { type NoticeKind, requestNotice } from '../notices.ts';
import type { FreshSession } from '../open-session.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { deleteOtherSessions } from '../queries/sessions.ts';
import { lastFactorNeeded } from './errors.ts';
import { deleteChallenges } from './queries/challenges.ts';
import { deleteRememberedDevices } from './queries/devices.ts';
import { addSecondFactors, type FactorOwnerRow, removeSecondFactors } from './queries/factors.ts';
import { countRecoveryCodes, deleteRecoveryCodes } from './queries/recovery-codes.ts';
import { RAISE_GRACE_MS, raiseSession } from './queries/standing.ts';
import { giveRecoveryCodes } from './recovery-codes.ts';

export type StrongFactor = Exclude<SecondFactor, 'recovery_code'>;

export interface FactorEvent {
  readonly factor: StrongFactor;
  /** As the trail names it, such as `totp.added`. */
  readonly action: string;
  readonly notice: NoticeKind;
  /** Its name, where it has one. */
  readonly about?: string;
}

export interface Enrolled {
  /** The session that asked, which has proven the factor by now, under a new token. */
  readonly fresh: FreshSession;
  /** With the first factor. */
  readonly recoveryCodes?: string[];
}

/** In the transaction that stores the factor, which its user has just shown to work. */
export async function enrolFactor(
  transaction: Transaction,
  { caller, context }: Pick<OwnVisit<unknown>, 'caller' | 'context'>,
  event: FactorEvent,
): Promise<Enrolled> {
  const { userId, sessionId } = caller;
  const [owner] = await transaction.query(addSecondFactors, [userId, [event.factor, 'recovery_code']]);
  if (!owner) throw sessionEnded();
  const [codes] = await transaction.query(countRecoveryCodes, [userId]);
  const recoveryCodes = (codes?.left ?? 0) > 0 ? undefined : await giveRecoveryCodes(transaction, userId);
  await forgetTrust(transaction, { userId, sessionId });
  const token = createToken();
  const [row] = await transaction.query(raiseSession, [
    sessionId,
    userId,
    hashToken(token),
    [event.factor],
    RAISE_GRACE_MS,
  ]);
  if (!row) throw sessionEnded();
  await tell(transaction, context, owner, event);
  return { fresh: { row, token }, ...(recoveryCodes === undefined ? {} : { recoveryCodes }) };
}

/**
 * In the transaction that deleted the factor. With the last of all, the recovery codes go too.
 *
 * @param isLastOfKind whether he has no other of this kind
 * @throws AppError last_factor_needed
 */
export async function withdrawFactor(
  { factorPolicy }: Pick<AccountsParts, 'factorPolicy'>,
  transaction: Transaction,
  { caller, context }: Pick<OwnVisit<unknown>, 'caller' | 'context'>,
  { isLastOfKind = true, ...event }: FactorEvent & { isLastOfKind?: boolean },
): Promise<void> {
  const { userId, sessionId } = caller;
  const [owner] = await transaction.query(removeSecondFactors, [userId, isLastOfKind ? [event.factor] : []]);
  if (!owner) throw sessionEnded();
  if (owner.secondFactors.every((one) => one === 'recovery_code')) {
    if (factorPolicy.dueAt(owner) !== null) throw lastFactorNeeded();
    await transaction.query(removeSecondFactors, [userId, ['recovery_code']]);
    await transaction.execute(deleteRecoveryCodes, [userId]);
  }
  await forgetTrust(transaction, { userId, sessionId });
  await tell(transaction, context, owner, event);
}

async function forgetTrust(
  transaction: Transaction,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  await transaction.execute(deleteOtherSessions, [userId, sessionId]);
  await transaction.execute(deleteChallenges, [userId]);
  await transaction.execute(deleteRememberedDevices, [userId]);
}

async function tell(
  { query }: Transaction,
  context: OwnVisit['context'],
  { email, emailKey }: FactorOwnerRow,
  { action, notice, about }: FactorEvent,
): Promise<void> {
  const named = about === undefined ? {} : { about };
  await requestNotice(query, context, { kind: notice, email, emailKey, ...named });
  await noteAudit(query, context, { action, details: about === undefined ? {} : { name: about } });
}

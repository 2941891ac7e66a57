/** Authenticator apps: set up, confirmed with a code, replaced by another, removed. */

import { createId } from '../../foundation/tokens.ts';
import { sessionEnded } from '../errors.ts';
import { renew } from '../open-session.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { findUser } from '../queries/users.ts';
import { enrolFactor, withdrawFactor } from './enrolment.ts';
import { factorNotFound, nothingToConfirm, wrongSetUpCode } from './errors.ts';
import { lockFactorOwner } from './queries/factors.ts';
import { beginTotp, confirmTotp, countTotpTry, deleteConfirmedTotp } from './queries/totp.ts';
import type { ConfirmTotp, Enrolled, TotpSetUp } from './schema.ts';
import { createTotpSecret, stepOfCode, totpUri } from './totp-code.ts';

const SET_UP_LIFETIME_MS = 15 * 60_000;
/** Its secret is known to whoever sets it up, so that there is nothing to guess; only the work is bounded. */
const SET_UP_TRIES = 20;

/** What a secret is sealed for: it opens for this user and this factor alone. */
export function totpBearer(userId: string, factorId: string): string {
  return `aquifer_accounts.totp_factors|secret|${userId}|${factorId}`;
}

/** The secret is shown in this answer and never again. It counts for nothing until it is confirmed. @throws AppError secret_key_missing */
export async function beginTotpSetUp(parts: AccountsParts, { caller, context }: OwnVisit): Promise<TotpSetUp> {
  const { config, database, sealer } = parts;
  const [user] = await database.query(findUser, [caller.userId], context);
  if (!user) throw sessionEnded();
  const id = createId();
  const secret = createTotpSecret();
  const sealed = await sealer.seal(secret, totpBearer(user.id, id));
  const [begun] = await database.query(beginTotp, [id, user.id, sealed, SET_UP_LIFETIME_MS], context);
  if (!begun) throw sessionEnded();
  const uri = totpUri(secret, { appName: config.appName, email: user.email });
  return { secret, uri, expiresAt: begun.expiresAt.toISOString() };
}

/**
 * Takes the place of the one before, if there is one. The session that confirms has proven the factor, and the others end.
 *
 * @throws AppError nothing_to_confirm, wrong_second_factor
 */
export async function confirmTotpSetUp(parts: AccountsParts, visit: OwnVisit<ConfirmTotp>): Promise<Enrolled> {
  const { body, caller, context, reply } = visit;
  const { database, sealer } = parts;
  const [begun] = await database.query(countTotpTry, [caller.userId, SET_UP_TRIES], context);
  if (!begun) throw nothingToConfirm();
  const secret = await sealer.open(begun.secret, totpBearer(caller.userId, begun.id));
  if (secret === null) throw nothingToConfirm();
  const step = stepOfCode(secret, body.code, Date.now());
  if (step === null) throw wrongSetUpCode();
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.confirmTotp', origin: context } as const;
  const { fresh, recoveryCodes } = await database.transaction(work, async (transaction) => {
    await transaction.query(lockFactorOwner, [caller.userId]);
    await transaction.query(deleteConfirmedTotp, [caller.userId]);
    const [confirmed] = await transaction.query(confirmTotp, [begun.id, caller.userId, step]);
    if (!confirmed) throw nothingToConfirm();
    return enrolFactor(transaction, visit, { factor: 'totp', action: 'totp.added', notice: 'totp_added' });
  });
  parts.wakeOutbox();
  return { ...renew(fresh, caller.transport, reply), ...(recoveryCodes === undefined ? {} : { recoveryCodes }) };
}

/** @throws AppError factor_not_found, last_factor_needed */
export async function removeTotp(parts: AccountsParts, visit: OwnVisit): Promise<undefined> {
  const { caller, context } = visit;
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.removeTotp', origin: context } as const;
  await parts.database.transaction(work, async (transaction) => {
    await transaction.query(lockFactorOwner, [caller.userId]);
    const [removed] = await transaction.query(deleteConfirmedTotp, [caller.userId]);
    if (!removed) throw factorNotFound();
    const event = { factor: 'totp', action: 'totp.removed', notice: 'totp_removed' } as const;
    await withdrawFactor(parts, transaction, visit, event);
  });
  parts.wakeOutbox();
}

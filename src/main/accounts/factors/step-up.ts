/**
 * A fresh proof of who one is, for the session in hand: with the second factor where there is one, with the password
 * otherwise. The session gets a new token (ASVS 5.0, 7.2.4); the one before ends with the requests that are under way.
 */

import type { Transaction } from '../../database/index.ts';
import { networkOf } from '../../foundation/network.ts';
import { createToken, hashToken } from '../../foundation/tokens.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { checkPassword } from '../check-password.ts';
import { sessionEnded } from '../errors.ts';
import type { Method } from '../methods.ts';
import { type FreshSession, renew } from '../open-session.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { type CredentialRow, findCredentialsById } from '../queries/users.ts';
import type { Renewed } from '../schema.ts';
import { type Forgiveness, passwordAttempts } from '../throttle.ts';
import { notYourProof, passwordNotEnough, wrongSecondFactor, wrongStepUpPassword } from './errors.ts';
import { proveSecondFactor } from './prove.ts';
import { RAISE_GRACE_MS, raiseSession } from './queries/standing.ts';
import type { StepUp } from './schema.ts';

interface Proof {
  readonly method: Method;
  readonly forgiveness: Forgiveness;
  consume(transaction: Transaction): Promise<void>;
}

/** @throws AppError wrong_password, wrong_second_factor, second_factor_needed, too_many_attempts, hashing_full */
export async function stepUp(parts: AccountsParts, visit: OwnVisit<StepUp>): Promise<Renewed> {
  const { caller, context, reply } = visit;
  const { standing } = caller;
  if (standing && (standing.apiKey !== null || standing.impersonatorId !== null)) throw notYourProof();
  const [user] = await parts.database.query(findCredentialsById, [caller.userId, networkOf(context.ip)], context);
  if (!user) throw sessionEnded();
  const proof = await prove(parts, visit, user);
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.stepUp', origin: context } as const;
  const fresh = await parts.database.transaction(work, (transaction) => raise(transaction, visit, proof));
  await parts.throttle.forgive(proof.forgiveness, context);
  if (proof.method === 'recovery_code') parts.wakeOutbox();
  return renew(fresh, caller.transport, reply);
}

async function raise(
  transaction: Transaction,
  { caller, context }: OwnVisit<StepUp>,
  proof: Proof,
): Promise<FreshSession> {
  await proof.consume(transaction);
  const token = createToken();
  const [row] = await transaction.query(raiseSession, [
    caller.sessionId,
    caller.userId,
    hashToken(token),
    [proof.method],
    RAISE_GRACE_MS,
  ]);
  if (!row) throw sessionEnded();
  await noteAudit(transaction.query, context, { action: 'step_up.succeeded', details: { method: proof.method } });
  return { row, token };
}

async function prove(parts: AccountsParts, visit: OwnVisit<StepUp>, user: CredentialRow): Promise<Proof> {
  const { body, caller, context } = visit;
  if (body.password === undefined) {
    if (user.secondFactors.length === 0) throw wrongSecondFactor();
    const asked = { user, ceremony: 'step_up', secret: caller.sessionId } as const;
    return proveSecondFactor(parts, context, body, asked);
  }
  if (user.secondFactors.length > 0) throw passwordNotEnough(user.secondFactors);
  return provePassword(parts, visit, user, body.password);
}

async function provePassword(
  { auditTrail, hasher, throttle }: AccountsParts,
  { caller, context }: OwnVisit<StepUp>,
  user: CredentialRow,
  password: string,
): Promise<Proof> {
  const network = networkOf(context.ip);
  const { emailKey } = user;
  throttle.refuseIfBlocked(passwordAttempts(emailKey, { network, isNetworkKnown: true }));
  const right = await hasher.withPlace(context, { account: caller.userId, network }, (place) =>
    checkPassword({ throttle }, place, { emailKey, network, password, credentials: user }, context),
  );
  if (!right) {
    auditTrail.refusals.note(context, { key: user.id, action: 'step_up.failed', details: { method: 'password' } });
    throw wrongStepUpPassword();
  }
  return { method: 'password', forgiveness: right.forgiveness, consume: async () => undefined };
}

/**
 * A second factor, proven: by an app's code, a recovery code or a passkey. The three share one count by account, which is
 * taken before anything is looked at, so that neither many challenges nor many kinds give more guesses. Only someone who has
 * shown the first factor comes here: a stranger can lock nobody out.
 */

import type { Transaction } from '../../database/index.ts';
import { AppError } from '../../foundation/errors.ts';
import type { RequestContext } from '../../http/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import type { SecondFactor } from '../methods.ts';
import { requestNotice } from '../notices.ts';
import type { AccountsParts } from '../parts.ts';
import type { AuthenticationResponse } from '../passkeys/schema.ts';
import { verifyPasskey } from '../passkeys/verify.ts';
import { attempt, type Forgiveness, rules } from '../throttle.ts';
import { wrongSecondFactor } from './errors.ts';
import { lockFactorOwner, removeSecondFactors } from './queries/factors.ts';
import { consumeRecoveryCode, countRecoveryCodes, peekRecoveryCode } from './queries/recovery-codes.ts';
import { consumeTotpStep, findTotp } from './queries/totp.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import { totpBearer } from './totp.ts';
import { stepOfCode } from './totp-code.ts';

/** What was brought; one of them. */
export interface BroughtFactor {
  readonly code?: string;
  readonly recoveryCode?: string;
  readonly passkey?: AuthenticationResponse;
}

/** Of whom it is asked, and what his passkey's question was bound to. */
export interface FactorAsked {
  readonly user: { readonly id: string; readonly email: string; readonly emailKey: string };
  readonly ceremony: 'second_factor' | 'step_up';
  readonly secret: string;
}

export interface FactorProof {
  readonly method: SecondFactor;
  /** Of the attempt that led here; for whoever asked to take back with what he writes next. */
  readonly forgiveness: Forgiveness;
  /** Takes it, once; in the transaction of what it allows. @throws AppError wrong_second_factor where another was first */
  consume(transaction: Transaction): Promise<void>;
}

type Consume = FactorProof['consume'];

/** @throws AppError wrong_second_factor, too_many_attempts */
export async function proveSecondFactor(
  parts: AccountsParts,
  context: RequestContext,
  brought: BroughtFactor,
  asked: FactorAsked,
): Promise<FactorProof> {
  const { throttle } = parts;
  const attempts = [attempt(rules.secondFactorByAccount, asked.user.id)];
  throttle.refuseIfBlocked(attempts);
  const isLast = await throttle.take(attempts, context);
  const proof = await check(parts, context, brought, asked);
  if (proof) return { ...proof, forgiveness: { cleared: attempts, refunded: [] } };
  noteFailure(parts, context, brought, asked);
  if (isLast) await tellOfLock(parts, context, asked);
  throw wrongSecondFactor();
}

/** Whoever failed here has shown the first factor: of all that is refused, its owner should know of this. */
function noteFailure(
  { auditTrail }: AccountsParts,
  context: RequestContext,
  { code, recoveryCode }: BroughtFactor,
  { user, ceremony }: FactorAsked,
): void {
  const action = ceremony === 'step_up' ? 'step_up.failed' : 'log_in.failed';
  const method = code !== undefined ? 'totp' : recoveryCode !== undefined ? 'recovery_code' : 'passkey';
  const subject = { kind: 'user', id: user.id };
  // Not counted together with wrong passwords, which anybody may bring.
  auditTrail.refusals.note(context, { key: `${user.id} ${method}`, action, subject, details: { method } });
}

type Checked = Pick<FactorProof, 'method' | 'consume'>;

async function check(
  parts: AccountsParts,
  context: RequestContext,
  { code, recoveryCode, passkey }: BroughtFactor,
  asked: FactorAsked,
): Promise<Checked | null> {
  if (code !== undefined) return checkTotp(parts, context, code, asked);
  if (recoveryCode !== undefined) return checkRecoveryCode(parts, context, recoveryCode, asked);
  if (passkey !== undefined) return checkPasskey(parts, context, passkey, asked);
  return null;
}

async function checkTotp(
  { database, sealer, logger }: AccountsParts,
  context: RequestContext,
  code: string,
  { user }: FactorAsked,
): Promise<Checked | null> {
  const [factor] = await database.query(findTotp, [user.id], context);
  if (!factor) return null;
  const secret = await sealer.open(factor.secret, totpBearer(user.id, factor.id));
  if (secret === null) {
    logger.error({ userId: user.id }, 'an authenticator app cannot be checked: its key is not AQUIFER_SECRET_KEY');
    return null;
  }
  const step = stepOfCode(secret, code, Date.now());
  if (step === null) return null;
  const consume: Consume = async ({ query }) => {
    const [taken] = await query(consumeTotpStep, [factor.id, step]);
    if (!taken) throw wrongSecondFactor();
  };
  return { method: 'totp', consume };
}

async function checkRecoveryCode(
  { database }: AccountsParts,
  context: RequestContext,
  typed: string,
  { user }: FactorAsked,
): Promise<Checked | null> {
  const codeHash = hashRecoveryCode(typed);
  if (codeHash === null) return null;
  const [good] = await database.query(peekRecoveryCode, [user.id, codeHash], context);
  if (!good) return null;
  const consume: Consume = async ({ query }) => {
    await query(lockFactorOwner, [user.id]);
    const [used] = await query(consumeRecoveryCode, [user.id, codeHash]);
    if (!used) throw wrongSecondFactor();
    const [codes] = await query(countRecoveryCodes, [user.id]);
    const left = codes?.left ?? 0;
    if (left === 0) await query(removeSecondFactors, [user.id, ['recovery_code']]);
    const by = { kind: 'user', id: user.id } as const;
    await noteAudit(query, context, { action: 'recovery_code.used', actor: by, subject: by, details: { left } });
    const { email, emailKey } = user;
    await requestNotice(query, context, { kind: 'recovery_code_used', email, emailKey, about: `${left} left` });
  };
  return { method: 'recovery_code', consume };
}

/** Its question is consumed here already, whatever becomes of the rest. */
async function checkPasskey(
  parts: AccountsParts,
  context: RequestContext,
  response: AuthenticationResponse,
  { user, ceremony, secret }: FactorAsked,
): Promise<Checked | null> {
  try {
    await verifyPasskey(parts, { ceremony, secret, response, userId: user.id }, context);
  } catch (error) {
    if (error instanceof AppError && error.code === 'passkey_refused') return null;
    throw error;
  }
  return { method: 'passkey', consume: async () => undefined };
}

/** Once for each lock: this attempt was the one that closed the door. */
async function tellOfLock(
  { database, wakeOutbox }: AccountsParts,
  context: RequestContext,
  { user: { id, email, emailKey } }: FactorAsked,
): Promise<void> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.lockFactors', origin: context } as const;
  await database.transaction(work, async ({ query }) => {
    const subject = { kind: 'user', id };
    await noteAudit(query, context, { action: 'factors.locked', outcome: 'refused', subject });
    await requestNotice(query, context, { kind: 'factors_locked', email, emailKey });
  });
  wakeOutbox();
}

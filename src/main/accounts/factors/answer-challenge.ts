/** The second half of a log-in: a challenge and a second factor for a session. */

import { networkOf } from '../../foundation/network.ts';
import { hashToken, looksLikeToken } from '../../foundation/tokens.ts';
import { completeLogIn } from '../complete-log-in.ts';
import type { AccountsParts, Visit } from '../parts.ts';
import { findCredentialsById } from '../queries/users.ts';
import type { Signed } from '../schema.ts';
import { invalidChallenge } from './errors.ts';
import { proveSecondFactor } from './prove.ts';
import { consumeChallenge, countChallengeTry } from './queries/challenges.ts';
import { rememberThisDevice } from './remembered-device.ts';
import type { AnswerChallenge } from './schema.ts';

/** Of one challenge. The count by account stands behind it, for whoever asks for many challenges. */
export const CHALLENGE_TRIES = 5;

/**
 * The try is counted before the answer is looked at. A right answer ends the challenge and takes the factor in one
 * transaction, so that of any number of answers at the same moment one opens a session.
 *
 * @throws AppError invalid_challenge, wrong_second_factor, too_many_attempts
 */
export async function answerChallenge(parts: AccountsParts, visit: Visit<AnswerChallenge>): Promise<Signed> {
  const { body, context } = visit;
  const { database } = parts;
  if (!looksLikeToken(body.challenge)) throw invalidChallenge();
  const tokenHash = hashToken(body.challenge);
  const [waiting] = await database.query(countChallengeTry, [tokenHash, CHALLENGE_TRIES], context);
  if (!waiting) throw invalidChallenge();
  const [user] = await database.query(findCredentialsById, [waiting.userId, networkOf(context.ip)], context);
  if (!user || user.disabled) throw invalidChallenge();
  context.foundUserId = user.id;
  const asked = { user, ceremony: 'second_factor', secret: body.challenge } as const;
  const proof = await proveSecondFactor(parts, context, body, asked);
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.answerChallenge', origin: context } as const;
  await database.transaction(work, async (transaction) => {
    await proof.consume(transaction);
    const [ended] = await transaction.query(consumeChallenge, [tokenHash]);
    if (!ended) throw invalidChallenge();
  });
  if (proof.method === 'recovery_code') parts.wakeOutbox();
  const signed = await completeLogIn(parts, visit, {
    // A password that was changed since the challenge opens nothing.
    user: { ...user, passwordVersion: waiting.passwordVersion },
    methods: [...waiting.methods, proof.method],
    transport: waiting.transport,
    forgiveness: proof.forgiveness,
  });
  if ('secondFactor' in signed) throw invalidChallenge();
  if (body.rememberDevice && waiting.transport === 'cookie') await rememberThisDevice(parts, visit, user.id);
  return signed;
}

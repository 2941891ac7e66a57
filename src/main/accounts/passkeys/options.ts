/** What a browser is handed before it asks an authenticator. Log-in names nobody: the authenticator knows whose it is. */

import { createToken, hashToken, looksLikeToken } from '../../foundation/tokens.ts';
import { sessionEnded } from '../errors.ts';
import { CHALLENGE_TRIES } from '../factors/answer-challenge.ts';
import { invalidChallenge } from '../factors/errors.ts';
import { findChallenge } from '../factors/queries/challenges.ts';
import type { AccountsParts, OwnVisit, Visit } from '../parts.ts';
import { findUser } from '../queries/users.ts';
import { noPasskey } from './errors.ts';
import { listCredentials } from './queries.ts';
import { type Asker, askFor, CHALLENGE_LIFETIME_MS, relyingPartyOf } from './relying-party.ts';
import type { CreationAnswer, LogInOptions, OfChallenge, RequestAnswer, RequestOptions } from './schema.ts';
import { userHandleOf } from './verify.ts';
import { toDescriptor } from './views.ts';

/** COSE numbers of EdDSA, ES256 and RS256: what browsers and security keys have. */
export const ALGORITHMS = [-8, -7, -257];

/** For a new passkey: discoverable, so that it logs in by itself, and never without its user verified. */
export async function registrationOptions(parts: AccountsParts, visit: OwnVisit): Promise<CreationAnswer> {
  const { config, database } = parts;
  const { caller, context } = visit;
  const [user] = await database.query(findUser, [caller.userId], context);
  if (!user) throw sessionEnded();
  const known = await database.query(listCredentials, [caller.userId], context);
  const { id, name } = relyingPartyOf(config);
  const challenge = await askFor(parts, { ceremony: 'registration', secret: caller.sessionId }, context);
  return {
    options: {
      challenge,
      rp: { id, name },
      user: { id: userHandleOf(user.id), name: user.email, displayName: user.name ?? user.email },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ alg, type: 'public-key' })),
      timeout: CHALLENGE_LIFETIME_MS,
      attestation: 'none',
      excludeCredentials: known.map(toDescriptor),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      extensions: { credProps: true },
    },
  };
}

/** The same for everybody: nobody is named, so nothing is told of anybody. */
export async function logInOptions(parts: AccountsParts, { context }: Visit): Promise<LogInOptions> {
  const flow = createToken();
  return { options: await requestOptions(parts, { ceremony: 'log_in', secret: flow }, [], { context }), flow };
}

/** @throws AppError invalid_challenge, no_passkey */
export async function secondFactorOptions(parts: AccountsParts, visit: Visit<OfChallenge>): Promise<RequestAnswer> {
  const { body, context } = visit;
  const [waiting] = looksLikeToken(body.challenge)
    ? await parts.database.query(findChallenge, [hashToken(body.challenge), CHALLENGE_TRIES], context)
    : [];
  if (!waiting) throw invalidChallenge();
  return ownOptions(parts, { ceremony: 'second_factor', secret: body.challenge }, waiting.userId, visit);
}

/** @throws AppError no_passkey */
export function stepUpOptions(parts: AccountsParts, visit: OwnVisit): Promise<RequestAnswer> {
  const { userId, sessionId } = visit.caller;
  return ownOptions(parts, { ceremony: 'step_up', secret: sessionId }, userId, visit);
}

async function ownOptions(
  parts: AccountsParts,
  asker: Asker,
  userId: string,
  { context }: Pick<Visit, 'context'>,
): Promise<RequestAnswer> {
  const own = await parts.database.query(listCredentials, [userId], context);
  if (own.length === 0) throw noPasskey();
  return { options: await requestOptions(parts, asker, own.map(toDescriptor), { context }) };
}

async function requestOptions(
  parts: AccountsParts,
  asker: Asker,
  allowCredentials: ReturnType<typeof toDescriptor>[],
  { context }: Pick<Visit, 'context'>,
): Promise<RequestOptions> {
  const challenge = await askFor(parts, asker, context);
  const { id } = relyingPartyOf(parts.config);
  return { challenge, rpId: id, timeout: CHALLENGE_LIFETIME_MS, userVerification: 'required', allowCredentials };
}

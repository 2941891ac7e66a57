/**
 * Renewing a pair of tokens. A refresh token is taken once. The same one again within a moment gets the same answer, because
 * answers are lost on the way; later it means that two have it, and then the session ends for both.
 */

import { randomBytes } from 'node:crypto';
import { hashToken } from '../../foundation/tokens.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { requestNotice } from '../notices.ts';
import { type FreshSession, renew } from '../open-session.ts';
import type { AccountsParts, Visit } from '../parts.ts';
import type { Renewed } from '../schema.ts';
import { invalidRefreshToken } from './errors.ts';
import { endFamily, findSuccessor, refreshSession } from './queries.ts';
import { type RefreshTokenParts, readRefreshToken, type Successor, successorOf } from './refresh-token.ts';
import type { Refresh } from './schema.ts';

/** How long the same refresh token gets the same answer. */
export const REUSE_MS = 10_000;
/** The access token before is good for so much longer, for requests under way. */
const GRACE_MS = 60_000;
const SALT_BYTES = 32;

/** @throws AppError invalid_refresh_token */
export async function refreshTokens(parts: AccountsParts, visit: Visit<Refresh>): Promise<Renewed> {
  const given = readRefreshToken(visit.body.refreshToken);
  if (!given) throw invalidRefreshToken();
  const fresh = (await takeNext(parts, given, visit)) ?? (await findAnswerBefore(parts, given, visit));
  if (fresh) return renew(fresh, 'tokens', visit.reply);
  await endWhatWasCopied(parts, given, visit);
  throw invalidRefreshToken();
}

async function takeNext(
  { config, database }: AccountsParts,
  given: RefreshTokenParts,
  { context }: Visit<Refresh>,
): Promise<FreshSession | null> {
  const salt = randomBytes(SALT_BYTES);
  const next = successorOf(given, salt);
  const nextParts = readRefreshToken(next.refreshToken) as RefreshTokenParts;
  const hashes = [given.familyHash, given.secretHash, nextParts.secretHash, salt, hashToken(next.accessToken)] as const;
  const times = [config.accessTokenLifetimeMs, config.sessionIdleTimeoutMs, GRACE_MS] as const;
  const [row] = await database.query(refreshSession, [...hashes, ...times], context);
  return row ? toFresh(row, next) : null;
}

async function findAnswerBefore(
  { database }: AccountsParts,
  given: RefreshTokenParts,
  { context }: Visit<Refresh>,
): Promise<FreshSession | null> {
  const [row] = await database.query(findSuccessor, [given.familyHash, given.secretHash, REUSE_MS], context);
  return row ? toFresh(row, successorOf(given, row.salt)) : null;
}

function toFresh(row: FreshSession['row'], { accessToken, refreshToken }: Successor): FreshSession {
  return { row, token: accessToken, refreshToken };
}

async function endWhatWasCopied(
  { database, wakeOutbox }: AccountsParts,
  given: RefreshTokenParts,
  { context }: Visit<Refresh>,
): Promise<void> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.endCopiedSession', origin: context } as const;
  const hasEnded = await database.transaction(work, async (transaction) => {
    const [ended] = await transaction.query(endFamily, [given.familyHash, given.secretHash, REUSE_MS]);
    if (!ended) return false;
    const { email, emailKey, userId, sessionId } = ended;
    await requestNotice(transaction.query, context, { kind: 'token_reused', email, emailKey });
    await noteAudit(transaction.query, context, {
      action: 'refresh_token.reused',
      subject: { kind: 'user', id: userId },
      outcome: 'refused',
      details: { endedSession: sessionId },
    });
    return true;
  });
  if (hasEnded) wakeOutbox();
}

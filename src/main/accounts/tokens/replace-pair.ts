/** A session goes on under new secrets and the old ones are worth nothing, or soon: after its password was changed. */

import { createToken, hashToken } from '../../foundation/tokens.ts';
import type { FreshSession, Query } from '../open-session.ts';
import type { AccountsParts } from '../parts.ts';
import { replaceSessionToken } from '../queries/sessions.ts';
import { replaceRefreshToken } from './queries.ts';
import { createRefreshToken, partsOfRefreshToken } from './refresh-token.ts';

/**
 * Null where the session has ended.
 *
 * @param query of the transaction that makes the old secrets worthless
 * @param graceMs how long requests under way may still bring the old token; 0 for none
 */
export async function replaceSecrets(
  query: Query,
  { config }: Pick<AccountsParts, 'config'>,
  { sessionId, userId, graceMs }: { sessionId: string; userId: string; graceMs: number },
): Promise<FreshSession | null> {
  const token = createToken();
  const [row] = await query(replaceSessionToken, [sessionId, userId, hashToken(token), graceMs]);
  if (!row) return null;
  if (row.accessSeconds === null) return { row, token };
  const refreshToken = createRefreshToken();
  const { familyHash, secretHash } = partsOfRefreshToken(refreshToken);
  const [paired] = await query(replaceRefreshToken, [sessionId, familyHash, secretHash, config.accessTokenLifetimeMs]);
  return paired ? { row: paired, token, refreshToken } : null;
}

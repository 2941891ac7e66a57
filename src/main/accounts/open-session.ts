/** Opens sessions and hands their tokens over: in a cookie where the browser is to keep it, in the answer otherwise. */

import type { Transaction } from '../database/index.ts';
import { createId, createToken, hashToken, looksLikeToken } from '../foundation/tokens.ts';
import { type Caller, readSessionToken, setSessionCookie } from '../http/index.ts';
import { canonicalIp } from './network.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { deleteSessionByToken, insertSession, type OwnSessionRow } from './queries/sessions.ts';
import type { Renewed, SessionTransport } from './schema.ts';
import { toSession } from './views.ts';

/** A session with its token in the clear, on its way to its owner. */
export interface FreshSession {
  readonly row: OwnSessionRow;
  readonly token: string;
}

export interface SessionOwner {
  readonly id: string;
  /** Of the password that was checked, so that a password changed meanwhile opens nothing. */
  readonly passwordVersion: number;
}

/** Runs a statement, in a transaction or by itself. */
export type Query = Transaction['query'];

/** Null where the user was disabled, or his password changed, since it was checked. */
export async function openSession(
  query: Query,
  { config }: Pick<AccountsParts, 'config'>,
  owner: SessionOwner,
  { context }: Pick<Visit, 'context'>,
): Promise<FreshSession | null> {
  const token = createToken();
  const [row] = await query(insertSession, [
    createId(),
    owner.id,
    hashToken(token),
    owner.passwordVersion,
    config.sessionIdleTimeoutMs,
    config.sessionLifetimeMs,
    canonicalIp(context.ip),
    context.userAgent,
  ]);
  return row ? { row, token } : null;
}

/** Gives the token to its owner, and ends the session whose cookie this one takes the place of. */
export async function handOver(
  { database }: Pick<AccountsParts, 'database'>,
  fresh: FreshSession,
  transport: SessionTransport | undefined,
  { context, request, reply }: Visit<unknown>,
): Promise<Renewed> {
  if (transport === 'cookie') {
    const presented = readSessionToken(request);
    if (presented?.transport === 'cookie' && looksLikeToken(presented.token)) {
      await database.execute(deleteSessionByToken, [hashToken(presented.token)], context);
    }
  }
  return renew(fresh, transport, reply);
}

/** Gives a session's new token to its owner. */
export function renew(
  { row, token }: FreshSession,
  transport: Caller['transport'] | undefined,
  reply: Visit['reply'],
): Renewed {
  const session = toSession(row, row.id);
  if (transport !== 'cookie') return { session, token };
  setSessionCookie(reply, token, Math.max(1, Math.floor(row.lifetimeSeconds)));
  return { session };
}

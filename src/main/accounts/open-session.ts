/** Opens sessions and hands their tokens over: in a cookie where the browser is to keep it, in the answer otherwise. */

import type { Transaction } from '../database/index.ts';
import { canonicalIp, networkOf } from '../foundation/network.ts';
import { createId, createToken, hashToken, looksLikeToken } from '../foundation/tokens.ts';
import { readSessionToken, setSessionCookie } from '../http/index.ts';
import { noteAudit } from './audit-trail/note.ts';
import { type Method, secondFactorsIn } from './methods.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { deleteSessionByToken, insertSession, type OwnSessionRow } from './queries/sessions.ts';
import type { Renewed, SessionTransport } from './schema.ts';
import { deviceInWords } from './sessions/device.ts';
import { type Forgiveness, keysOf, NOTHING_TO_FORGIVE } from './throttle.ts';
import { createRefreshToken, partsOfRefreshToken } from './tokens/refresh-token.ts';
import { toSession } from './views.ts';

/** A session with its token in the clear, on its way to its owner. */
export interface FreshSession {
  readonly row: OwnSessionRow;
  readonly token: string;
  /** What gets the next token, where this one is short-lived. */
  readonly refreshToken?: string;
}

export interface SessionOpening {
  readonly userId: string;
  /** Of the password that was checked, so that a password changed meanwhile opens nothing. */
  readonly passwordVersion: number;
  /** Attempts to take back with it. Whoever asks tells the throttle once it is done. */
  readonly forgiveness?: Forgiveness;
  /** To be remembered as one where the user logs in. */
  readonly network?: string | null;
  /** What was proven; a password when left out. */
  readonly methods?: readonly Method[];
  /** How its secrets will be handed over: with `tokens` there are two of them. */
  readonly transport?: SessionTransport | undefined;
  /** The user is known to have logged in here before, or need not be told of it. */
  readonly isFamiliar?: boolean;
}

/** Runs a statement, in a transaction or by itself. */
export type Query = Transaction['query'];

/** More than anyone has devices. Whoever opens more loses the oldest: a right password must not fill the table. */
export const MAX_SESSIONS = 100;

/** Null where the user was disabled, or his password changed, since it was checked, or where he has a second factor and gave none. */
export async function openSession(
  query: Query,
  { config, places }: Pick<AccountsParts, 'config' | 'places'>,
  { context }: Pick<Visit, 'context'>,
  opening: SessionOpening,
): Promise<FreshSession | null> {
  const { userId, passwordVersion, forgiveness = NOTHING_TO_FORGIVE, network = null, methods = ['password'] } = opening;
  const token = createToken();
  const refreshToken = opening.transport === 'tokens' ? createRefreshToken() : undefined;
  const family = refreshToken === undefined ? null : partsOfRefreshToken(refreshToken);
  const place = places.find(context.ip);
  const notice = { kind: 'new_device', about: deviceInWords(context.userAgent) };
  const [row] = await query(insertSession, [
    createId(),
    userId,
    hashToken(token),
    passwordVersion,
    config.sessionIdleTimeoutMs,
    config.sessionLifetimeMs,
    canonicalIp(context.ip),
    context.userAgent,
    MAX_SESSIONS,
    ...keysOf(forgiveness),
    network,
    methods,
    secondFactorsIn(methods),
    place?.city ?? null,
    place?.country ?? null,
    family && config.accessTokenLifetimeMs,
    family?.familyHash ?? null,
    family?.secretHash ?? null,
    createId(),
    opening.isFamiliar ? null : JSON.stringify(notice),
    networkOf(context.ip),
  ]);
  if (!row) return null;
  const actor = { kind: 'user', id: userId } as const;
  const details = { methods: methods.join(' ') };
  await noteAudit(query, context, { action: 'log_in.succeeded', actor, subject: actor, sessionId: row.id, details });
  return { row, token, ...(refreshToken === undefined ? {} : { refreshToken }) };
}

/**
 * Gives the token to its owner, and ends the session whose cookie this one takes the place of. The new one stands already:
 * should the old one not go now, it goes by itself later, and the token must not be lost over it.
 */
export async function handOver(
  { database, logger }: Pick<AccountsParts, 'database' | 'logger'>,
  fresh: FreshSession,
  transport: SessionTransport | undefined,
  { context, request, reply }: Visit<unknown>,
): Promise<Renewed> {
  if (transport === 'cookie') {
    const presented = readSessionToken(request);
    if (presented?.transport === 'cookie' && looksLikeToken(presented.token)) {
      await database
        .execute(deleteSessionByToken, [hashToken(presented.token)], context)
        .catch((error: unknown) =>
          logger.warn({ err: error, requestId: context.requestId }, 'the session before this one was not ended'),
        );
    }
  }
  return renew(fresh, transport, reply);
}

/** Gives a session's new secrets to its owner. */
export function renew(
  { row, token, refreshToken }: FreshSession,
  transport: SessionTransport | undefined,
  reply: Visit['reply'],
): Renewed {
  const session = toSession(row, row.id);
  if (transport === 'cookie') {
    setSessionCookie(reply, token, Math.max(1, Math.floor(row.lifetimeSeconds)));
    return { session };
  }
  if (row.accessSeconds === null) return { session, token };
  const accessExpiresAt = new Date(Date.now() + row.accessSeconds * 1_000).toISOString();
  return { session, accessToken: token, accessExpiresAt, ...(refreshToken === undefined ? {} : { refreshToken }) };
}

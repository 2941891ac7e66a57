/** What a user does with sessions: see them, end them, renew the token of the one in hand, log out. */

import { createToken, hashToken, looksLikeToken } from '../foundation/tokens.ts';
import { clearSessionCookie, readSessionToken } from '../http/index.ts';
import { noteAudit } from './audit-trail/note.ts';
import { sessionEnded, sessionNotFound, sessionRotated } from './errors.ts';
import { takeOperatorCookie } from './impersonation/operator-cookie.ts';
import { renew } from './open-session.ts';
import type { AccountsParts, OwnVisit, Visit } from './parts.ts';
import { cleanName } from './person-name.ts';
import {
  deleteAllSessions,
  deleteOtherSessions,
  deleteSession,
  endSessionsByToken,
  getOwnSession,
  listSessions,
  rotateSession,
} from './queries/sessions.ts';
import { findUser, updateProfile } from './queries/users.ts';
import type { ChangeMe, Me, Renewed, Session, User } from './schema.ts';
import { toSession, toUser } from './views.ts';

/** More than anybody looks through; the newest are shown. */
export const MAX_LISTED_SESSIONS = 200;
/** How long a token that was replaced is still good: for requests of the same page that were under way. */
const ROTATION_GRACE_MS = 60_000;
/** A cookie's token is replaced this often. */
const COOKIE_ROTATION_MS = 86_400_000;

/** Who asks. A browser asks on every page it loads, so this is where its cookie gets a new token, once a day. */
export async function getMe(parts: AccountsParts, visit: OwnVisit): Promise<Me> {
  const { caller, context, reply } = visit;
  const { database } = parts;
  const [user] = await database.query(findUser, [caller.userId], context);
  const [session] = await database.query(getOwnSession, [caller.sessionId, caller.userId], context);
  if (!user || !session) throw sessionEnded();
  if (caller.transport === 'cookie' && session.tokenAgeMs >= COOKIE_ROTATION_MS) {
    const fresh = await rotate(parts, visit, COOKIE_ROTATION_MS);
    if (fresh) renew(fresh, 'cookie', reply);
  }
  const impersonator = await findImpersonator(parts, visit);
  const mustChangePassword = session.isPasswordBreached;
  return { user: toUser(user), session: toSession(session, session.id), impersonator, mustChangePassword };
}

/** Who acts as the user, where it is not himself: every page can say so. */
async function findImpersonator(
  { database }: AccountsParts,
  { caller, context }: OwnVisit,
): Promise<Me['impersonator']> {
  const id = caller.standing?.impersonatorId ?? null;
  if (id === null) return null;
  const [operator] = await database.query(findUser, [id], context);
  return operator ? { id: operator.id, email: operator.email } : null;
}

export async function changeMe({ database }: AccountsParts, visit: OwnVisit<ChangeMe>): Promise<{ user: User }> {
  const { body, caller, context } = visit;
  const { name, locale } = body;
  const [user] = await database.query(
    updateProfile,
    [caller.userId, name !== undefined, cleanName(name ?? null), locale !== undefined, locale ?? null],
    context,
  );
  if (!user) throw sessionEnded();
  return { user: toUser(user) };
}

export async function listOwnSessions({ database }: AccountsParts, { caller, context }: OwnVisit): Promise<Session[]> {
  const rows = await database.query(listSessions, [caller.userId, MAX_LISTED_SESSIONS], context);
  return rows.map((row) => toSession(row, caller.sessionId));
}

/** @throws AppError session_not_found, for another user's too */
export async function revokeOwnSession(
  { database }: AccountsParts,
  { caller, context, reply }: OwnVisit,
  sessionId: string,
): Promise<undefined> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.revokeOwnSession', origin: context } as const;
  await database.transaction(work, async (transaction) => {
    const deleted = await transaction.execute(deleteSession, [sessionId, caller.userId]);
    if (deleted === 0) throw sessionNotFound();
    await noteAudit(transaction.query, context, { action: 'session.revoked', details: { session: sessionId } });
  });
  if (sessionId === caller.sessionId && caller.transport === 'cookie') clearSessionCookie(reply);
}

export async function revokeOtherSessions(
  { database }: AccountsParts,
  { caller, context }: OwnVisit,
): Promise<{ revoked: number }> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.revokeOtherSessions', origin: context } as const;
  return database.transaction(work, async (transaction) => {
    const revoked = await transaction.execute(deleteOtherSessions, [caller.userId, caller.sessionId]);
    await noteAudit(transaction.query, context, { action: 'sessions.revoked', details: { revoked, which: 'others' } });
    return { revoked };
  });
}

/** This one too: whoever asks is logged out. */
export async function revokeAllSessions(
  { database }: AccountsParts,
  { caller, context, reply }: OwnVisit,
): Promise<{ revoked: number }> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.revokeAllSessions', origin: context } as const;
  const revoked = await database.transaction(work, async (transaction) => {
    const ended = await transaction.execute(deleteAllSessions, [caller.userId]);
    await noteAudit(transaction.query, context, {
      action: 'sessions.revoked',
      details: { revoked: ended, which: 'all' },
    });
    return ended;
  });
  if (caller.transport === 'cookie') clearSessionCookie(reply);
  return { revoked };
}

/** @throws AppError session_rotated where another request with the same token came first */
export async function rotateOwnSession(parts: AccountsParts, visit: OwnVisit): Promise<Renewed> {
  const fresh = await rotate(parts, visit, 0);
  if (!fresh) throw sessionRotated();
  return renew(fresh, visit.caller.transport, visit.reply);
}

async function rotate({ database }: AccountsParts, { caller, context, request }: OwnVisit, olderThanMs: number) {
  const presented = readSessionToken(request);
  if (!presented) return null;
  const token = createToken();
  const hashes = [hashToken(presented.token), hashToken(token)] as const;
  const [row] = await database.query(
    rotateSession,
    [caller.sessionId, ...hashes, ROTATION_GRACE_MS, olderThanMs],
    context,
  );
  return row ? { row, token } : null;
}

/** Public, and never refused: who wants to be out is out, whatever his token is worth. */
export async function logOut({ database }: AccountsParts, { context, request, reply }: Visit): Promise<undefined> {
  const presented = readSessionToken(request);
  if (!presented) return;
  const tokens = [presented.token];
  if (presented.transport === 'cookie') {
    clearSessionCookie(reply);
    // An operator who acts as a user and logs out wants to be out, and not back at himself.
    tokens.push(...takeOperatorCookie(request, reply));
    // Cookies and storage are left alone: on a shared origin they are the application's own.
    reply.header('clear-site-data', '"cache"');
  }
  const hashes = tokens.filter(looksLikeToken).map(hashToken);
  if (hashes.length === 0) return;
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.logOut', origin: context } as const;
  await database.transaction(work, async (transaction) => {
    for (const ended of await transaction.query(endSessionsByToken, [hashes])) {
      const subject = { kind: 'user', id: ended.userId } as const;
      const actor = ended.impersonatorId === null ? subject : ({ kind: 'operator', id: ended.impersonatorId } as const);
      await noteAudit(transaction.query, context, { action: 'log_out.succeeded', actor, subject, sessionId: ended.id });
    }
  });
}

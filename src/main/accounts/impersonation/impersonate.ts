/**
 * Acting as a user, to see what he sees: for an hour at most, with a reason, told to the user by mail, in both audit trails.
 * Everything done meanwhile is noted as the operator's doing; what changes the account itself is refused where all access
 * is decided.
 */

import { createId, createToken, hashToken, looksLikeToken } from '../../foundation/tokens.ts';
import { clearSessionCookie, readSessionToken, setSessionCookie } from '../../http/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { sessionEnded, userNotFound } from '../errors.ts';
import { requestNotice } from '../notices.ts';
import { renew } from '../open-session.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { findCredentialsById } from '../queries/users.ts';
import { holdSubordinate } from '../roles/authority.ts';
import { toUser } from '../views.ts';
import { cannotImpersonate, notImpersonating } from './errors.ts';
import { clearOperatorCookie, readOperatorCookie, setOperatorCookie } from './operator-cookie.ts';
import {
  deleteImpersonation,
  deleteImpersonations,
  findImpersonator,
  findOwnSession,
  insertImpersonation,
} from './queries.ts';
import type { Impersonate, Impersonated, ImpersonationEnded } from './schema.ts';

export const IMPERSONATION_LIFETIME_MS = 3_600_000;

/** @throws AppError user_not_found, cannot_impersonate, beyond_your_authority */
export async function impersonate(
  parts: AccountsParts,
  userId: string,
  visit: OwnVisit<Impersonate>,
): Promise<Impersonated> {
  const { body, caller, context, request, reply } = visit;
  const token = createToken();
  const work = { lane: 'interactive', deadlineMs: 5_000, name: 'accounts.impersonate', origin: context } as const;
  const { row, user, impersonator } = await parts.database.transaction(work, async (transaction) => {
    await holdSubordinate(transaction, context, userId);
    const [user] = await transaction.query(findCredentialsById, [userId, '']);
    const [impersonator] = await transaction.query(findImpersonator, [caller.userId]);
    if (!user) throw userNotFound();
    if (!impersonator) throw sessionEnded();
    await transaction.execute(deleteImpersonations, [caller.sessionId]);
    const about = [createId(), userId, hashToken(token), caller.sessionId, caller.userId] as const;
    const [row] = await transaction.query(insertImpersonation, [...about, IMPERSONATION_LIFETIME_MS]);
    if (!row) throw cannotImpersonate();
    await noteAudit(transaction.query, context, {
      action: 'impersonation.started',
      subject: { kind: 'user', id: userId },
      details: { reason: body.reason.trim(), session: row.id, endsAt: row.expiresAt.toISOString() },
    });
    await requestNotice(transaction.query, context, {
      kind: 'impersonated',
      email: user.email,
      emailKey: user.emailKey,
    });
    return { row, user, impersonator };
  });
  parts.wakeOutbox();
  const presented = readSessionToken(request);
  if (body.transport === 'cookie' && presented?.transport === 'cookie') {
    // Not the session's own cookie, and no longer than what it leads back from.
    setOperatorCookie(reply, presented.token, Math.ceil(IMPERSONATION_LIFETIME_MS / 1_000));
  }
  const { session, token: handed } = renew({ row, token }, body.transport, reply);
  return { user: toUser(user), session, impersonator, ...(handed === undefined ? {} : { token: handed }) };
}

/** @throws AppError not_impersonating */
export async function endImpersonation(parts: AccountsParts, visit: OwnVisit): Promise<ImpersonationEnded> {
  const { caller, context, request, reply } = visit;
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.endImpersonation', origin: context } as const;
  const ended = await parts.database.transaction(work, async (transaction) => {
    const [row] = await transaction.query(deleteImpersonation, [caller.sessionId]);
    if (!row) throw notImpersonating();
    await noteAudit(transaction.query, context, {
      action: 'impersonation.ended',
      subject: { kind: 'user', id: row.userId },
      details: { session: caller.sessionId },
    });
    return row;
  });
  if (caller.transport !== 'cookie') return { returned: false };
  const kept = readOperatorCookie(request);
  clearOperatorCookie(reply);
  const own = kept === null ? null : await findOwn(parts, ended.ownSessionId, kept, visit);
  if (kept === null || own === null) {
    clearSessionCookie(reply);
    return { returned: false };
  }
  setSessionCookie(reply, kept, Math.max(1, Math.floor(own.lifetimeSeconds)));
  return { returned: true };
}

async function findOwn(
  { database }: Pick<AccountsParts, 'database'>,
  sessionId: string | null,
  token: string,
  { context }: Pick<OwnVisit, 'context'>,
): Promise<{ lifetimeSeconds: number } | null> {
  if (sessionId === null || !looksLikeToken(token)) return null;
  const [own] = await database.query(findOwnSession, [sessionId, hashToken(token)], context);
  return own ?? null;
}

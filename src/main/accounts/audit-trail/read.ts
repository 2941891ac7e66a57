/** Reading the audit trail: everybody's for those who may, one's own for everyone. */

import type { Caller, RequestContext } from '../../http/index.ts';
import { NEWEST_ID, readCursor, toPage, writeCursor } from '../page.ts';
import type { AccountsParts } from '../parts.ts';
import { countUnsealed, findHead } from './chain-queries.ts';
import { type AuditEventRow, listEvents, listEventsAbout, listEventsOfAction } from './queries.ts';
import type { AuditEvent, AuditPage, AuditQuery, AuditState, OwnAuditQuery } from './schema.ts';
import { idAt, OLDEST_ID, SPAN_SLACK_MS } from './span.ts';
import { MAX_COUNTED_UNSEALED } from './verify-trail.ts';

type Parts = Pick<AccountsParts, 'database' | 'config'>;

/** Newest first. @throws AppError invalid_cursor */
export async function findEvents(
  { database }: Parts,
  { limit, cursor, user, action, from, to }: AuditQuery,
  context: RequestContext,
): Promise<AuditPage> {
  const before = readCursor('id', cursor, idAt(to, SPAN_SLACK_MS) ?? NEWEST_ID);
  const since = idAt(from, -SPAN_SLACK_MS) ?? OLDEST_ID;
  const range = [before, since, from ?? null, to ?? null, limit + 1] as const;
  const ask = () => {
    if (user !== undefined) return database.query(listEventsAbout, [...range, user, action ?? null], context);
    if (action !== undefined) return database.query(listEventsOfAction, [...range, action], context);
    return database.query(listEvents, [...range], context);
  };
  return toEventPage(await ask(), limit, toEvent);
}

/** What somebody did, and what was done to him. Where others did it from is theirs. @throws AppError invalid_cursor */
export async function findOwnEvents(
  { database }: Parts,
  { limit, cursor }: OwnAuditQuery,
  { caller, context }: { caller: Caller; context: RequestContext },
): Promise<AuditPage> {
  const before = readCursor('id', cursor, NEWEST_ID);
  const range = [before, OLDEST_ID, null, null, limit + 1] as const;
  const rows = await database.query(listEventsAbout, [...range, caller.userId, null], context);
  return toEventPage(rows, limit, (row) => toOwnEvent(row, caller.userId));
}

export async function readState({ database, config }: Parts, context: RequestContext): Promise<AuditState> {
  const [head] = await database.query(findHead, [], context);
  const [unsealed] = await database.query(countUnsealed, [MAX_COUNTED_UNSEALED], context);
  return {
    sealed: {
      seq: head?.seq ?? 0,
      hash: head?.hash.toString('hex') ?? null,
      at: head?.sealedAt.toISOString() ?? null,
      isSigned: (head?.signature ?? null) !== null,
    },
    unsealed: unsealed?.count ?? 0,
    keepMs: config.auditKeepMs,
  };
}

function toEventPage(rows: AuditEventRow[], limit: number, view: (row: AuditEventRow) => AuditEvent): AuditPage {
  const page = toPage(rows, limit, (row) => writeCursor('id', row.id));
  return { events: page.rows.map(view), nextCursor: page.nextCursor };
}

export function toEvent(row: AuditEventRow): AuditEvent {
  return {
    ...{ id: row.id, at: row.at.toISOString(), action: row.action, outcome: row.outcome },
    actor: { kind: row.actorKind, id: row.actorId, email: row.actorEmail },
    subject: { kind: row.subjectKind, id: row.subjectId, email: row.subjectEmail },
    ...{ sessionId: row.sessionId, ip: row.ip, userAgent: row.userAgent, requestId: row.requestId },
    ...{ details: row.details, seq: row.seq },
  };
}

/** Who an operator is, and where he sits, is not the user's to know; that it was one is. */
function toOwnEvent(row: AuditEventRow, userId: string): AuditEvent {
  const event = toEvent(row);
  // A key that did something to the account is another's: no key opens its own owner's.
  if (row.actorId === userId || row.actorKind === 'anyone') return event;
  const actor = { kind: row.actorKind, id: null, email: null };
  return { ...event, actor, sessionId: null, ip: null, userAgent: null, requestId: null };
}

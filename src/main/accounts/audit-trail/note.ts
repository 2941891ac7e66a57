/**
 * Notes who did what to whom, from where. It is awaited before the answer, and inside the transaction where there is one:
 * what was done and answered is in the trail.
 */

import type { Database, Transaction } from '../../database/index.ts';
import { canonicalIp } from '../../foundation/network.ts';
import { createId } from '../../foundation/tokens.ts';
import type { RequestContext } from '../../http/index.ts';
import { insertAuditEvent } from './queries.ts';

export interface Party {
  readonly kind: 'user' | 'operator' | 'api_key' | 'system' | 'anyone';
  /** Null where nobody is known by it. */
  readonly id: string | null;
}

export interface AuditNote {
  /** What was done, in the past: `log_in.succeeded`, `totp.added`, `user.disabled`. */
  readonly action: string;
  /** The caller of the request when left out, and anyone where there is none. */
  readonly actor?: Party;
  /** To whom or what; the user of the request when left out, also where an operator acts as him. */
  readonly subject?: { readonly kind: string; readonly id: string | null };
  readonly outcome?: 'done' | 'refused';
  /** That of the request when left out. */
  readonly sessionId?: string;
  /** Nothing secret, and no more than a reader needs. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

type Where = Pick<RequestContext, 'requestId' | 'ip' | 'userAgent' | 'caller'>;

/** @param query of the transaction that does it, or of the database; `where` is null for the command line and the server itself */
export async function noteAudit(query: Transaction['query'], where: Where | null, note: AuditNote): Promise<void> {
  const actor = note.actor ?? actorOf(where);
  const subject = note.subject ?? { kind: 'user', id: where?.caller?.userId ?? actor.id };
  await query(insertAuditEvent, [
    createId(),
    note.action,
    actor.kind,
    actor.id,
    subject.kind,
    subject.id,
    note.outcome ?? 'done',
    note.sessionId ?? sessionIdOf(where),
    where ? canonicalIp(where.ip) : null,
    where?.userAgent ?? null,
    where?.requestId ?? null,
    JSON.stringify(note.details ?? {}, storable),
  ]);
}

/** What Postgres stores in no text: a zero, and half of a pair. An address may hold the one, and what was done is noted all the same. */
const UNSTORABLE = /\p{Cs}|\0/gu;

function storable(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(UNSTORABLE, '\ufffd') : value;
}

/** The same where there is no transaction. Awaited before the answer. */
export function noteAuditAlone(database: Database, context: RequestContext, note: AuditNote): Promise<void> {
  return noteAudit((statement, params) => database.query(statement, params, context), context, note);
}

/** A key has none. */
function sessionIdOf(where: Where | null): string | null {
  const caller = where?.caller;
  return caller && (caller.standing?.apiKey ?? null) === null ? caller.sessionId : null;
}

/** An operator who acts as a user is the one who acts. */
function actorOf(where: Where | null): Party {
  if (where === null) return { kind: 'system', id: null };
  const { caller } = where;
  if (!caller) return { kind: 'anyone', id: null };
  const { impersonatorId = null, apiKey = null } = caller.standing ?? {};
  if (impersonatorId !== null) return { kind: 'operator', id: impersonatorId };
  if (apiKey !== null) return { kind: 'api_key', id: apiKey.id };
  return { kind: caller.role, id: caller.userId };
}

/** What operators do with users: find them, make them, disable them, change what they may do. */

import type { Database, Origin, Transaction } from '../database/index.ts';
import { createId } from '../foundation/tokens.ts';
import { type RequestContext, refuseUnlessFresh } from '../http/index.ts';
import { deleteWaitingEmailChange } from './address/queries.ts';
import { deleteKeysOf } from './api-keys/queries.ts';
import { type AuditNote, noteAudit } from './audit-trail/note.ts';
import { parseEmailAddress, toSearchPrefix } from './email-address.ts';
import { emailTaken, lastOperator, userNotFound } from './errors.ts';
import { NEWEST_ID, readCursor, toPage, writeCursor } from './page.ts';
import type { AccountsParts } from './parts.ts';
import { cleanName } from './person-name.ts';
import { insertMailRequest } from './queries/mail.ts';
import { deleteUserTokens } from './queries/one-time-tokens.ts';
import { countSessions, deleteAllSessions, listAllSessions, listSessions } from './queries/sessions.ts';
import {
  countUsers,
  findUser,
  findUserByEmail,
  insertUser,
  listUsers,
  lockEnabledOperators,
  searchUsers,
  toNewUserParams,
  type UserRow,
  updateUser,
} from './queries/users.ts';
import { holdSubordinate, refuseUnlessOperator } from './roles/authority.ts';
import type { ChangeUser, NewUser, PageQuery, Session, SessionOfUser, User, UsersQuery } from './schema.ts';
import { MAX_LISTED_SESSIONS } from './sessions.ts';
import { toSession, toUser } from './views.ts';

/** Up to here rows are counted; beyond, the planner's estimate is good enough for a figure on a page. */
const COUNT_EXACTLY_UP_TO = 10_000;
/** Above every character that an address can have. */
const AFTER_EVERY_CHARACTER = '\u{10ffff}';

export interface UserPage {
  users: User[];
  nextCursor: string | null;
}

/** Newest first; with a search, those whose address begins so, in its order. @throws AppError invalid_cursor */
export async function findUsers(
  { database }: AccountsParts,
  { limit, cursor, search = '' }: UsersQuery,
  origin: Origin,
): Promise<UserPage> {
  const prefix = toSearchPrefix(search);
  if (prefix === '') {
    const before = readCursor('id', cursor, NEWEST_ID);
    const rows = await database.query(listUsers, [before, limit + 1], origin);
    const page = toPage(rows, limit, (row) => writeCursor('id', row.id));
    return { users: page.rows.map(toUser), nextCursor: page.nextCursor };
  }
  const after = readCursor('email', cursor, '');
  const range = [prefix, prefix + AFTER_EVERY_CHARACTER, after] as const;
  const rows = await database.query(searchUsers, [...range, limit + 1], origin);
  const page = toPage(rows, limit, (row) => writeCursor('email', row.emailKey));
  return { users: page.rows.map(toUser), nextCursor: page.nextCursor };
}

/** @throws AppError user_not_found */
export async function getUser({ database }: AccountsParts, id: string, origin: Origin): Promise<User> {
  const [row] = await database.query(findUser, [id], origin);
  if (!row) throw userNotFound();
  return toUser(row);
}

/**
 * Makes a user whom an operator vouches for. Without a password he gets a mail to set one, which also verifies his address.
 *
 * @param context of the operator's request; null for the command line
 * @throws AppError email_taken, password_refused, invalid_email, hashing_full, not_yours_to_grant, step_up_required
 */
export async function createUser(parts: AccountsParts, given: NewUser, context: RequestContext | null): Promise<User> {
  if (given.role === 'operator') refuseUnlessMayPromote(context);
  const origin = context ?? {};
  const email = parseEmailAddress(given.email);
  const name = cleanName(given.name);
  const passwordHash =
    given.password === undefined ? null : await hashPassword(parts, given.password, [email.address, name], origin);
  const user = {
    ...{ id: createId(), email: email.address, emailKey: email.key, name, role: given.role, passwordHash },
    isVerified: passwordHash !== null,
  };
  const work = { lane: 'interactive', deadlineMs: 5_000, name: 'accounts.createUser', origin } as const;
  const created = await parts.database.transaction(work, async (transaction) => {
    const [row] = await transaction.query(insertUser, toNewUserParams(user));
    if (!row) throw emailTaken();
    if (passwordHash === null) {
      await transaction.execute(insertMailRequest, [createId(), 'invitation', email.address, email.key, null]);
    }
    const subject = { kind: 'user', id: row.id };
    await noteAudit(transaction.query, context, { action: 'user.created', subject, details: { role: row.role } });
    return row;
  });
  if (passwordHash === null) parts.wakeOutbox();
  return toUser(created);
}

async function hashPassword(
  { hasher, policy }: AccountsParts,
  password: string,
  contextWords: (string | null)[],
  origin: Origin,
): Promise<string> {
  const accepted = await policy.accept({ password, field: 'password', contextWords });
  return hasher.withPlace(origin, {}, (place) => place.hash(accepted));
}

/** Whoever makes an operator has to be one, by a session of his own with a fresh proof; a key or an impersonation will not do. */
function refuseUnlessMayPromote(context: RequestContext | null): void {
  refuseUnlessOperator(context);
  if (context?.caller) refuseUnlessFresh(context.caller);
}

/**
 * Disabling ends the user's sessions, links and API keys at once; another role ends his sessions.
 *
 * @param context of the operator's request; null for the command line
 * @throws AppError user_not_found, last_operator, beyond_your_authority, not_yours_to_grant, step_up_required
 */
export async function changeUser(
  { database }: Pick<AccountsParts, 'database'>,
  id: string,
  { change, context }: { change: ChangeUser; context: RequestContext | null },
): Promise<User> {
  if (change.role === 'operator') refuseUnlessMayPromote(context);
  const origin = context ?? {};
  const work = { lane: 'interactive', deadlineMs: 5_000, name: 'accounts.changeUser', origin } as const;
  const row = await database.transaction(work, (transaction) => changeWithin(transaction, id, { change, context }));
  return toUser(row);
}

async function changeWithin(
  transaction: Transaction,
  id: string,
  { change, context }: { change: ChangeUser; context: RequestContext | null },
): Promise<UserRow> {
  const { disabled, role, name } = change;
  // The operators first, and in order: two who disable each other wait for one another here, and not crosswise below.
  const isEnding = disabled === true || role === 'user';
  const operators = isEnding ? await transaction.query(lockEnabledOperators, []) : [];
  const before = await holdSubordinate(transaction, context, id);
  if (operators.length === 1 && operators[0]?.id === id) throw lastOperator();
  const setsName = name !== undefined;
  const [row] = await transaction.query(updateUser, [id, disabled ?? null, role ?? null, setsName, cleanName(name)]);
  if (!row) throw userNotFound();
  const hasNewRole = role !== undefined && role !== before.role;
  if (disabled === true || hasNewRole) await transaction.execute(deleteAllSessions, [id]);
  if (disabled === true) {
    await transaction.execute(deleteUserTokens, [id]);
    await transaction.execute(deleteWaitingEmailChange, [id]);
    await transaction.execute(deleteKeysOf, [id]);
  }
  const actions = [
    ...(disabled === undefined ? [] : [disabled ? 'user.disabled' : 'user.enabled']),
    ...(hasNewRole ? ['user.role_changed'] : []),
    ...(setsName ? ['user.renamed'] : []),
  ];
  for (const action of actions) {
    const details: AuditNote['details'] =
      action === 'user.role_changed' ? { before: before.role, after: row.role } : {};
    await noteAudit(transaction.query, context, { action, subject: { kind: 'user', id }, details });
  }
  return row;
}

/** For the command line. @throws AppError user_not_found, last_operator */
export async function disableUserByEmail(parts: AccountsParts, address: string): Promise<User> {
  const [row] = await parts.database.query(findUserByEmail, [parseEmailAddress(address).key]);
  if (!row) throw userNotFound();
  return changeUser(parts, row.id, { change: { disabled: true }, context: null });
}

/** @throws AppError user_not_found */
export async function listSessionsOf(
  parts: AccountsParts,
  userId: string,
  currentId: string,
  origin: Origin,
): Promise<Session[]> {
  await getUser(parts, userId, origin);
  const rows = await parts.database.query(listSessions, [userId, MAX_LISTED_SESSIONS], origin);
  return rows.map((row) => toSession(row, currentId));
}

/** @throws AppError user_not_found, beyond_your_authority */
export async function revokeSessionsOf(
  { database }: Pick<AccountsParts, 'database'>,
  userId: string,
  context: RequestContext,
): Promise<number> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.revokeSessionsOf', origin: context } as const;
  return database.transaction(work, async (transaction) => {
    await holdSubordinate(transaction, context, userId);
    const revoked = await transaction.execute(deleteAllSessions, [userId]);
    const subject = { kind: 'user', id: userId };
    await noteAudit(transaction.query, context, { action: 'sessions.revoked', subject, details: { revoked } });
    return revoked;
  });
}

export async function findSessions(
  { database }: AccountsParts,
  { limit, cursor }: PageQuery,
  currentId: string,
  origin: Origin,
): Promise<{ sessions: SessionOfUser[]; nextCursor: string | null }> {
  const before = readCursor('id', cursor, NEWEST_ID);
  const rows = await database.query(listAllSessions, [before, limit + 1], origin);
  const page = toPage(rows, limit, (row) => writeCursor('id', row.id));
  const sessions = page.rows.map((row) => ({
    ...toSession(row, currentId),
    user: { id: row.userId, email: row.userEmail },
  }));
  return { sessions, nextCursor: page.nextCursor };
}

/** Exact while there are few, estimated beyond. */
export async function countEveryone(database: Database, origin: Origin): Promise<number> {
  const [row] = await database.query(countUsers, [COUNT_EXACTLY_UP_TO], origin);
  return row?.count ?? 0;
}

/** Exact while there are few, estimated beyond. */
export async function countOpenSessions(database: Database, origin: Origin): Promise<number> {
  const [row] = await database.query(countSessions, [COUNT_EXACTLY_UP_TO], origin);
  return row?.count ?? 0;
}

/**
 * Roles: names for sets of permissions. What a user's roles add up to is written to his row in the same transaction that
 * changes them, so that a request need not ask twice and a permission that was taken is gone with the next request.
 */

import type { Database, Transaction } from '../../database/index.ts';
import type { RequestContext } from '../../http/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { userNotFound } from '../errors.ts';
import { deleteImpersonationsBy } from '../impersonation/queries.ts';
import type { AccountsParts } from '../parts.ts';
import { deleteAllSessions } from '../queries/sessions.ts';
import { findUser } from '../queries/users.ts';
import { holdSubordinate, refuseUnlessHeld } from './authority.ts';
import { roleExists, roleNotFound, tooManyRoles, unknownPermissions } from './errors.ts';
import { listPermissions } from './permissions.ts';
import {
  applyRoles,
  countRoles,
  deleteRole,
  insertRole,
  listHolders,
  listRoles,
  listRolesOf,
  lockRole,
  lockRoles,
  MAX_ROLES,
  type RoleRow,
  setRolesOf,
  updateRole,
} from './queries.ts';
import type { ChangeRole, NewRole, Permission, RoleDefinition, UserRoles } from './schema.ts';

type Parts = Pick<AccountsParts, 'database' | 'listRoutes'>;

export function findPermissions({ listRoutes }: Parts): Permission[] {
  return listPermissions(listRoutes());
}

export async function findRoles({ database }: Parts, context: RequestContext): Promise<RoleDefinition[]> {
  return (await database.query(listRoles, [MAX_ROLES], context)).map(toRole);
}

/** @throws AppError role_exists, too_many_roles, unknown_permission, not_yours_to_grant */
export async function createRole(parts: Parts, given: NewRole, context: RequestContext): Promise<RoleDefinition> {
  refuseUnknown(parts, given.permissions);
  refuseUnlessHeld(context, given.permissions);
  const [counted] = await parts.database.query(countRoles, [MAX_ROLES], context);
  if ((counted?.count ?? 0) >= MAX_ROLES) throw tooManyRoles(MAX_ROLES);
  return inTransaction(parts.database, 'accounts.createRole', context, async (transaction) => {
    const [row] = await transaction.query(insertRole, paramsOf(given.name, given));
    if (!row) throw roleExists(given.name);
    await note(transaction, context, 'role.created', row);
    return toRole(row);
  });
}

/**
 * Whoever has the role has what it gives from the next request on, no more and no less.
 *
 * @throws AppError role_not_found, unknown_permission, not_yours_to_grant
 */
export async function changeRole(
  parts: Parts,
  name: string,
  { given, context }: { given: ChangeRole; context: RequestContext },
): Promise<RoleDefinition> {
  refuseUnknown(parts, given.permissions);
  return inTransaction(parts.database, 'accounts.changeRole', context, async (transaction) => {
    const [before] = await transaction.query(lockRole, [name]);
    if (!before) throw roleNotFound(name);
    refuseUnlessHeld(context, [...before.permissions, ...given.permissions]);
    const [row] = await transaction.query(updateRole, paramsOf(name, given));
    if (!row) throw roleNotFound(name);
    const holders = await transaction.query(listHolders, [name]);
    await applyTo(transaction, holders);
    await note(transaction, context, 'role.changed', row);
    return toRole(row);
  });
}

/** @throws AppError role_not_found, not_yours_to_grant */
export async function removeRole({ database }: Parts, name: string, context: RequestContext): Promise<undefined> {
  await inTransaction(database, 'accounts.removeRole', context, async (transaction) => {
    const [before] = await transaction.query(lockRole, [name]);
    if (!before) throw roleNotFound(name);
    refuseUnlessHeld(context, before.permissions);
    const holders = await transaction.query(listHolders, [name]);
    await transaction.execute(deleteRole, [name]);
    await applyTo(transaction, holders);
    await noteAudit(transaction.query, context, {
      action: 'role.deleted',
      subject: { kind: 'role', id: name },
      details: { users: holders.length },
    });
  });
}

/** What they act as somebody else in ends where they may not do so any more: that session asks nobody's permission again. */
async function applyTo(transaction: Transaction, holders: readonly { userId: string }[]): Promise<void> {
  const ids = holders.map(({ userId }) => userId);
  await transaction.query(applyRoles, [ids]);
  await transaction.execute(deleteImpersonationsBy, [ids, 'accounts.impersonate']);
}

/** @throws AppError user_not_found */
export async function getRolesOf({ database }: Parts, userId: string, context: RequestContext): Promise<UserRoles> {
  const [user] = await database.query(findUser, [userId], context);
  if (!user) throw userNotFound();
  return toUserRoles(await database.query(listRolesOf, [userId], context));
}

/**
 * Gives a user exactly these roles and ends his sessions.
 *
 * @throws AppError user_not_found, role_not_found, not_yours_to_grant, beyond_your_authority
 */
export async function setUserRoles(
  { database }: Parts,
  userId: string,
  { roles, context }: { roles: readonly string[]; context: RequestContext },
): Promise<UserRoles> {
  return inTransaction(database, 'accounts.setUserRoles', context, async (transaction) => {
    await holdSubordinate(transaction, context, userId);
    const held = await transaction.query(listRolesOf, [userId]);
    const given = await transaction.query(lockRoles, [roles]);
    const missing = roles.find((name) => !given.some((role) => role.name === name));
    if (missing !== undefined) throw roleNotFound(missing);
    const changed = [...difference(given, held), ...difference(held, given)];
    refuseUnlessHeld(
      context,
      changed.flatMap(({ permissions }) => permissions),
    );
    if (changed.length === 0) return toUserRoles(given);
    await transaction.execute(setRolesOf, [userId, roles]);
    await transaction.query(applyRoles, [[userId]]);
    await transaction.execute(deleteAllSessions, [userId]);
    await noteAudit(transaction.query, context, {
      action: 'user.roles_changed',
      subject: { kind: 'user', id: userId },
      details: { before: namesOf(held), after: namesOf(given) },
    });
    return toUserRoles(given);
  });
}

function inTransaction<Result>(
  database: Database,
  name: string,
  context: RequestContext,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return database.transaction({ lane: 'interactive', deadlineMs: 10_000, name, origin: context }, work);
}

function refuseUnknown({ listRoutes }: Parts, names: readonly string[]): void {
  const grantable = listPermissions(listRoutes()).filter(({ kind }) => kind === 'everybody');
  const unknown = names.filter((name) => !grantable.some((permission) => permission.name === name));
  if (unknown.length > 0) throw unknownPermissions('permissions', unknown);
}

function paramsOf(name: string, { about, permissions, demandsSecondFactor, graceMs }: ChangeRole) {
  return [name, about ?? null, [...permissions].sort(), demandsSecondFactor ?? false, graceMs ?? 0] as [
    string,
    string | null,
    string[],
    boolean,
    number,
  ];
}

function note(transaction: Transaction, context: RequestContext, action: string, row: RoleRow): Promise<void> {
  return noteAudit(transaction.query, context, {
    action,
    subject: { kind: 'role', id: row.name },
    details: { permissions: row.permissions.join(' '), demandsSecondFactor: row.demandsSecondFactor, users: row.users },
  });
}

interface Named {
  readonly name: string;
  readonly permissions: readonly string[];
}

function difference(ones: readonly Named[], others: readonly Named[]): Named[] {
  return ones.filter(({ name }) => !others.some((other) => other.name === name));
}

function namesOf(roles: readonly Named[]): string {
  return roles.map(({ name }) => name).join(' ');
}

function toUserRoles(roles: readonly Named[]): UserRoles {
  const permissions = [...new Set(roles.flatMap((role) => role.permissions))].sort();
  return { roles: roles.map(({ name }) => name), permissions };
}

function toRole({ createdAt, updatedAt, ...row }: RoleRow): RoleDefinition {
  return { ...row, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

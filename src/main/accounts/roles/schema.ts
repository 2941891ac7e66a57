/** The shapes of roles and permissions. */

import { type Static, Type } from 'typebox';

const MAX_PERMISSIONS = 100;
const DAY_MS = 86_400_000;

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });

/** `accounts.read`, `own.data.write`. */
export const PermissionName = Type.String({ pattern: '^[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+){1,4}$', maxLength: 100 });
export const RoleName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,49}$', maxLength: 50 });
const PermissionNames = Type.Array(PermissionName, { maxItems: MAX_PERMISSIONS, uniqueItems: true });

export const Permission = Type.Object({
  name: Type.String(),
  about: Type.Union([Type.String(), Type.Null()]),
  kind: Type.Enum(['own', 'everybody'], {
    description:
      'own: what every user may do with what is his; it is a scope of API keys alone. everybody: what only operators may do without a role.',
  }),
  routes: Type.Array(Type.String(), { description: 'What it opens, such as `GET /v1/accounts/users`.' }),
});
export type Permission = Static<typeof Permission>;
export const PermissionList = Type.Object({ permissions: Type.Array(Permission) });

const RoleContent = {
  permissions: PermissionNames,
  demandsSecondFactor: Type.Boolean(),
  graceMs: Type.Integer({
    minimum: 0,
    maximum: 365 * DAY_MS,
    description: 'How long, in milliseconds, who gets the role may take to set up a second factor.',
  }),
  about: Type.Union([Type.String({ minLength: 1, maxLength: 500 }), Type.Null()]),
};

export const RoleDefinition = Type.Object({
  name: RoleName,
  ...RoleContent,
  users: Type.Integer({ description: 'How many have it.' }),
  createdAt: Time,
  updatedAt: Time,
});
export type RoleDefinition = Static<typeof RoleDefinition>;

const optionalContent = {
  demandsSecondFactor: Type.Optional(RoleContent.demandsSecondFactor),
  graceMs: Type.Optional(RoleContent.graceMs),
  about: Type.Optional(RoleContent.about),
};
export const ChangeRole = Type.Object({ permissions: PermissionNames, ...optionalContent }, closed);
export type ChangeRole = Static<typeof ChangeRole>;
export const NewRole = Type.Object({ name: RoleName, permissions: PermissionNames, ...optionalContent }, closed);
export type NewRole = Static<typeof NewRole>;

export const ByRole = Type.Object({ name: RoleName });
export const ById = Type.Object({ id: Id });
export const RoleList = Type.Object({ roles: Type.Array(RoleDefinition) });
export const OneRole = Type.Object({ role: RoleDefinition });

export const ChangeUserRoles = Type.Object(
  { roles: Type.Array(RoleName, { maxItems: 50, uniqueItems: true, description: 'All that he has from now on.' }) },
  closed,
);
export type ChangeUserRoles = Static<typeof ChangeUserRoles>;
export const UserRoles = Type.Object({
  roles: Type.Array(Type.String()),
  permissions: Type.Array(Type.String(), { description: 'What the roles add up to.' }),
});
export type UserRoles = Static<typeof UserRoles>;

/** The endpoints of roles. */

import { type Route, type RouteSchema, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { changeRole, createRole, findPermissions, findRoles, getRolesOf, removeRole, setUserRoles } from './roles.ts';
import * as shape from './schema.ts';

const base = '/v1/accounts';
const read = { access: 'operator', permission: 'roles.read' } as const;
const write = { access: 'operator', permission: 'roles.write', stepUp: true, bodyLimitBytes: 16_384 } as const;
/** A role may be many people's. */
const writeAll = { ...write, deadlineMs: 20_000 } as const;

const listPermissions = {
  summary: 'Everything that roles can give and API keys can be limited to',
  response: { 200: shape.PermissionList },
} as const satisfies RouteSchema;

const listRoles = { summary: 'All roles', response: { 200: shape.RoleList } } as const satisfies RouteSchema;

const granting = ['unknown_permission', 'not_yours_to_grant'] as const;

const createRoleSchema = {
  summary: 'Make a role',
  body: shape.NewRole,
  response: { 201: shape.OneRole },
  errors: ['role_exists', 'too_many_roles', ...granting],
} as const satisfies RouteSchema;

const changeRoleSchema = {
  summary: 'Replace what a role gives',
  description: 'Whoever has it has exactly that from his next request on.',
  params: shape.ByRole,
  body: shape.ChangeRole,
  response: { 200: shape.OneRole },
  errors: ['role_not_found', ...granting],
} as const satisfies RouteSchema;

const deleteRoleSchema = {
  summary: 'Delete a role, and take it from everybody',
  params: shape.ByRole,
  response: { 204: null },
  errors: ['role_not_found', 'not_yours_to_grant'],
} as const satisfies RouteSchema;

const getUserRoles = {
  summary: 'A user’s roles',
  params: shape.ById,
  response: { 200: shape.UserRoles },
  errors: ['user_not_found'],
} as const satisfies RouteSchema;

const setUserRolesSchema = {
  summary: 'Give a user exactly these roles',
  description: 'Ends his sessions where it changes anything.',
  params: shape.ById,
  body: shape.ChangeUserRoles,
  response: { 200: shape.UserRoles },
  errors: ['user_not_found', 'role_not_found', 'not_yours_to_grant', 'beyond_your_authority'],
} as const satisfies RouteSchema;

export function createRoleRoutes(parts: AccountsParts): Route[] {
  return [
    // Whoever makes an API key needs it, too; it tells nothing that the reference does not.
    route('GET', `${base}/permissions`, { access: 'user', schema: listPermissions }, async () => ({
      permissions: findPermissions(parts),
    })),
    route('GET', `${base}/roles`, { ...read, schema: listRoles }, async ({ context }) => ({
      roles: await findRoles(parts, context),
    })),
    route('POST', `${base}/roles`, { ...write, schema: createRoleSchema }, async ({ body, context }) => ({
      role: await createRole(parts, body, context),
    })),
    route('PUT', `${base}/roles/:name`, { ...writeAll, schema: changeRoleSchema }, async (input) => ({
      role: await changeRole(parts, input.params.name, { given: input.body, context: input.context }),
    })),
    route('DELETE', `${base}/roles/:name`, { ...writeAll, schema: deleteRoleSchema }, ({ params, context }) =>
      removeRole(parts, params.name, context),
    ),
    route('GET', `${base}/users/:id/roles`, { ...read, schema: getUserRoles }, ({ params, context }) =>
      getRolesOf(parts, params.id, context),
    ),
    route('PUT', `${base}/users/:id/roles`, { ...write, schema: setUserRolesSchema }, ({ params, body, context }) =>
      setUserRoles(parts, params.id, { roles: body.roles, context }),
    ),
  ];
}

/** SQL on roles, and on who has which. */

import { statement } from '../../database/index.ts';
import type { Role } from '../schema.ts';

export interface RoleRow {
  name: string;
  about: string | null;
  permissions: string[];
  demandsSecondFactor: boolean;
  graceMs: number;
  users: number;
  createdAt: Date;
  updatedAt: Date;
}

const ROLE_COLUMNS = `
  r.name,
  r.about,
  r.permissions,
  r.demands_second_factor as "demandsSecondFactor",
  r.grace_ms::float8 as "graceMs",
  (
    select count(1)::integer
    from aquifer_accounts.user_roles ur
    where ur.role_name = r.name
  ) as users,
  r.created_at as "createdAt",
  r.updated_at as "updatedAt"`;

export const MAX_ROLES = 200;

export const listRoles = statement<[limit: number], RoleRow>({
  name: 'accounts.listRoles',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${ROLE_COLUMNS}
    from aquifer_accounts.roles r
    order by r.name
    limit $1`,
});

export const countRoles = statement<[limit: number], { count: number }>({
  name: 'accounts.countRoles',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select count(1)::integer as count
    from (
      select
      from aquifer_accounts.roles
      limit $1
    ) r`,
  unindexedBecause: 'it counts all rows, up to a bound',
});

/** Holds the roles still until the transaction ends: what is checked of them is what is granted. In one order, for all. */
export const lockRoles = statement<[names: readonly string[]], { name: string; permissions: string[] }>({
  name: 'accounts.lockRoles',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select r.name, r.permissions
    from aquifer_accounts.roles r
    where r.name = any ($1::text[])
    order by r.name
    for share`,
});

export const lockRole = statement<[name: string], { name: string; permissions: string[] }>({
  name: 'accounts.lockRole',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select r.name, r.permissions
    from aquifer_accounts.roles r
    where r.name = $1
    for update`,
});

type RoleParams = [
  name: string,
  about: string | null,
  permissions: readonly string[],
  demandsSecondFactor: boolean,
  graceMs: number,
];

export const insertRole = statement<RoleParams, RoleRow>({
  name: 'accounts.insertRole',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.roles as r (name, about, permissions, demands_second_factor, grace_ms)
    values ($1, $2, $3, $4, $5)
    on conflict (name) do nothing
    returning ${ROLE_COLUMNS}`,
});

export const updateRole = statement<RoleParams, RoleRow>({
  name: 'accounts.updateRole',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.roles r
    set about = $2, permissions = $3, demands_second_factor = $4, grace_ms = $5, updated_at = now()
    where r.name = $1
    returning ${ROLE_COLUMNS}`,
});

export const deleteRole = statement<[name: string]>({
  name: 'accounts.deleteRole',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_accounts.roles
    where name = $1`,
});

export const listRolesOf = statement<[userId: string], { name: string; permissions: string[] }>({
  name: 'accounts.listRolesOf',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select r.name, r.permissions
    from aquifer_accounts.user_roles ur
    join aquifer_accounts.roles r on r.name = ur.role_name
    where ur.user_id = $1
    order by r.name`,
});

export const listHolders = statement<[role: string], { userId: string }>({
  name: 'accounts.listHolders',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ur.user_id as "userId"
    from aquifer_accounts.user_roles ur
    where ur.role_name = $1
    order by ur.user_id`,
});

/** What a user may do, held still until the transaction ends. */
export const lockStanding = statement<[userId: string], { id: string; role: Role; permissions: string[] }>({
  name: 'accounts.lockStanding',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select u.id, u.role, u.permissions
    from aquifer_accounts.users u
    where u.id = $1
    for no key update`,
});

export const setRolesOf = statement<[userId: string, roles: readonly string[]]>({
  name: 'accounts.setRolesOf',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    with taken as (
      delete from aquifer_accounts.user_roles
      where user_id = $1 and role_name <> all ($2::text[])
    )
    insert into aquifer_accounts.user_roles (user_id, role_name)
    select $1, r.name
    from unnest($2::text[]) r (name)
    on conflict (user_id, role_name) do nothing`,
});

/**
 * Writes what the users' roles add up to: their permissions, and by when they need a second factor. A time that is set
 * already stays where it is sooner, so that giving a role again gives nobody more time.
 */
export const applyRoles = statement<[userIds: readonly string[]], { id: string; permissions: string[] }>({
  name: 'accounts.applyRoles',
  lane: 'interactive',
  deadlineMs: 10_000,
  text: `
    with total as (
      select
        u.id,
        coalesce(
          (
            select array_agg(distinct p.name order by p.name)
            from aquifer_accounts.user_roles ur
            join aquifer_accounts.roles r on r.name = ur.role_name
            cross join lateral unnest(r.permissions) p (name)
            where ur.user_id = u.id
          ),
          '{}'
        ) as permissions,
        (
          select now() + min(r.grace_ms) * interval '1 millisecond'
          from aquifer_accounts.user_roles ur
          join aquifer_accounts.roles r on r.name = ur.role_name
          where ur.user_id = u.id and r.demands_second_factor
        ) as due_at
      from aquifer_accounts.users u
      where u.id = any ($1::uuid[])
    )
    update aquifer_accounts.users u
    set
      permissions = total.permissions,
      second_factor_due_at = case
        when total.due_at is not null then least(u.second_factor_due_at, total.due_at)
      end,
      updated_at = now()
    from total
    where u.id = total.id
    returning u.id, u.permissions`,
});

// Roles and permissions, and acting as a user: for operators and those whom a role lets.
import type { Impersonate, Impersonated, ImpersonationEnded } from '../accounts/impersonation/schema.ts';
import type { ChangeRole, NewRole, Permission, RoleDefinition, UserRoles } from '../accounts/roles/schema.ts';
import type { Transport } from './transport.ts';

export type { ChangeRole, Impersonated, NewRole, Permission, RoleDefinition, UserRoles };

const base = '/v1/accounts';

/** `client.accounts.roles`. */
export function createRolesClient({ send, setToken }: Transport) {
  const role = (name: string) => `${base}/roles/${encodeURIComponent(name)}`;
  const user = (id: string) => `${base}/users/${encodeURIComponent(id)}`;
  return {
    async list(signal?: AbortSignal): Promise<readonly RoleDefinition[]> {
      return (await send<{ roles: RoleDefinition[] }>('GET', `${base}/roles`, { signal })).roles;
    },
    /** What roles and API keys can be given. */
    async permissions(signal?: AbortSignal): Promise<readonly Permission[]> {
      return (await send<{ permissions: Permission[] }>('GET', `${base}/permissions`, { signal })).permissions;
    },
    async create(input: NewRole): Promise<RoleDefinition> {
      return (await send<{ role: RoleDefinition }>('POST', `${base}/roles`, { body: input })).role;
    },
    /** Takes the place of what the role was: what is left out is as in a new one. */
    async change(name: string, input: ChangeRole): Promise<RoleDefinition> {
      return (await send<{ role: RoleDefinition }>('PUT', role(name), { body: input })).role;
    },
    delete: (name: string) => send<void>('DELETE', role(name)),
    ofUser: (id: string, signal?: AbortSignal) => send<UserRoles>('GET', `${user(id)}/roles`, { signal }),
    /** Ends the user's sessions. */
    setOfUser: (id: string, roles: readonly string[]) =>
      send<UserRoles>('PUT', `${user(id)}/roles`, { body: { roles } }),
    /** With a cookie the browser is that user from then on; with a bearer token it is in the answer, and yours stays in use. */
    impersonate: (id: string, input: Impersonate) =>
      send<Impersonated>('POST', `${user(id)}/impersonate`, { body: input }),
    /** Ends it; a browser has its operator's session again. */
    async endImpersonation(): Promise<ImpersonationEnded> {
      const ended = await send<ImpersonationEnded>('POST', `${base}/impersonation/end`);
      if (ended.returned) setToken(null);
      return ended;
    },
  };
}

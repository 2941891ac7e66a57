/** Good requests for roles, API keys, acting as a user, and the audit trail. */

import { randomUUID } from 'node:crypto';
import { must } from '../support/api-session.ts';
import type { Example, Person, World } from './route-examples.ts';

export const rolesForUsers = [
  ...['getAccountsPermissions', 'getAccountsApiKeys', 'postAccountsApiKeys', 'getAccountsApiKeysCurrent'],
  ...['deleteAccountsApiKeysById', 'postAccountsImpersonationEnd', 'getAccountsMeAudit'],
];

const newName = () => `r-${randomUUID().slice(0, 8)}`;
const content = { permissions: ['accounts.read'], demandsSecondFactor: true, graceMs: 60_000, about: 'Looks.' };

async function newRole({ url, operator }: World): Promise<string> {
  const name = newName();
  await must(url, 'POST', '/v1/accounts/roles', { token: operator, body: { name, permissions: ['accounts.read'] } });
  return name;
}

interface MadeKey {
  key: string;
  apiKey: { id: string };
}

function newKey({ url, person }: World): Promise<MadeKey> {
  const body = { name: 'a program', scopes: ['own.accounts.read', 'own.data.read'] };
  return must<MadeKey>(url, 'POST', '/v1/accounts/api-keys', { token: person.token, body });
}

async function impersonation({ url, operator, stranger }: World): Promise<string> {
  const path = `/v1/accounts/users/${stranger.id}/impersonate`;
  const { token } = await must<{ token: string }>(url, 'POST', path, { token: operator, body: { reason: 'a test' } });
  return token;
}

const byOperator = ({ operator }: World): Example => ({ token: operator });
const of = (one: Person, { operator }: World): Example => ({ token: operator, params: { id: one.id } });

export const roleExamples: Record<string, (world: World) => Example | Promise<Example>> = {
  getAccountsPermissions: ({ person }) => ({ token: person.token }),
  getAccountsRoles: byOperator,
  postAccountsRoles: (world) => ({ ...byOperator(world), body: { name: newName(), ...content } }),
  putAccountsRolesByName: async (world) => ({
    ...byOperator(world),
    params: { name: await newRole(world) },
    body: content,
  }),
  deleteAccountsRolesByName: async (world) => ({ ...byOperator(world), params: { name: await newRole(world) } }),
  getAccountsUsersByIdRoles: (world) => of(world.stranger, world),
  putAccountsUsersByIdRoles: (world) => ({ ...of(world.stranger, world), body: { roles: [] } }),

  getAccountsApiKeys: ({ person }) => ({ token: person.token }),
  postAccountsApiKeys: ({ person }) => ({
    token: person.token,
    body: {
      name: 'a program',
      scopes: ['own.data.read', 'own.data.write'],
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    },
  }),
  getAccountsApiKeysCurrent: async (world) => ({ token: (await newKey(world)).key }),
  deleteAccountsApiKeysById: async (world) => ({
    token: world.person.token,
    params: { id: (await newKey(world)).apiKey.id },
  }),
  getAccountsAllApiKeys: byOperator,
  deleteAccountsAllApiKeysById: async (world) => ({
    ...byOperator(world),
    params: { id: (await newKey(world)).apiKey.id },
  }),

  postAccountsUsersByIdImpersonate: (world) => ({
    ...of(world.stranger, world),
    body: { reason: 'cannot find his notes', transport: 'bearer' },
  }),
  postAccountsImpersonationEnd: async (world) => ({ token: await impersonation(world) }),

  getAccountsMeAudit: ({ person }) => ({ token: person.token }),
  getAccountsAudit: byOperator,
  getAccountsAuditState: byOperator,
  getAccountsAuditExport: byOperator,
};

/**
 * What there is to be permitted: read off the routes themselves, so that none is forgotten and none is made up. An
 * application's own routes are among them.
 */

import { permissionOf, type Route } from '../../http/index.ts';
import type { Permission } from './schema.ts';

/** In words, for those that are ours. */
const ABOUT: Readonly<Record<string, string>> = {
  'accounts.read': 'See users, and their sessions and factors.',
  'accounts.write': 'Make, change and disable users who may do no more than oneself, and end their sessions.',
  'accounts.impersonate': 'Act as a user who may do no more than oneself.',
  'roles.read': 'See roles, and who has which.',
  'roles.write': 'Make, change, give and take roles, within what one may do oneself.',
  'api_keys.read': 'See everybody’s API keys.',
  'api_keys.write': 'Delete anybody’s API keys.',
  'audit.read': 'Read and export the audit trail.',
  'data.read': 'See collections, and the records of all users.',
  'data.write': 'Make, change and delete collections.',
  'monitor.read': 'See how the server and its Postgres are.',
  'monitor.write': 'End sessions of Postgres, make indexes, change rules, alerts and incidents.',
  'planner.read': 'See how statements are planned, what indexes are advised, and what growth will bring.',
  'planner.write': 'Have statements planned, create and drop indexes, take snapshots.',
  'own.accounts.read': 'See which account the key belongs to.',
  'own.data.read': 'Read one’s own records.',
  'own.data.write': 'Write one’s own records.',
};

/** By name. Those of what every user may do are scopes of keys alone. */
export function listPermissions(routes: readonly Route[]): Permission[] {
  const found = new Map<string, { kind: Permission['kind']; routes: string[] }>();
  for (const one of routes) {
    const name = one.access === 'public' ? null : permissionOf(one);
    if (name === null) continue;
    const entry = found.get(name) ?? { kind: one.access === 'user' ? 'own' : 'everybody', routes: [] };
    // What an operator's route asks for is no user's by himself, whatever else it opens.
    if (one.access === 'operator') entry.kind = 'everybody';
    entry.routes.push(`${one.method} ${one.path}`);
    found.set(name, entry);
  }
  const names = [...found.keys()].sort();
  return names.map((name) => {
    const { kind, routes: opened } = found.get(name) as { kind: Permission['kind']; routes: string[] };
    return { name, about: ABOUT[name] ?? null, kind, routes: opened.sort() };
  });
}

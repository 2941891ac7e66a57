/** The endpoints of the audit trail. */

import { type Route, type RouteSchema, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { findEvents, findOwnEvents } from './read.ts';
import * as shape from './schema.ts';

const base = '/v1/accounts';

const list = {
  summary: 'The audit trail, newest first',
  query: shape.AuditQuery,
  response: { 200: shape.AuditPage },
  errors: ['invalid_cursor'],
} as const satisfies RouteSchema;

const listOwn = {
  summary: 'What one did, and what was done to one’s account',
  description: 'Of what others did, it is left out who they are and from where.',
  query: shape.OwnAuditQuery,
  response: { 200: shape.AuditPage },
  errors: ['invalid_cursor'],
} as const satisfies RouteSchema;

export function createAuditRoutes(parts: AccountsParts): Route[] {
  const may = { access: 'operator', permission: 'audit.read' } as const;
  return [
    route('GET', `${base}/me/audit`, { access: 'user', schema: listOwn }, ({ query, caller, context }) =>
      findOwnEvents(parts, query, { caller, context }),
    ),
    route('GET', `${base}/audit`, { ...may, schema: list }, ({ query, context }) => findEvents(parts, query, context)),
  ];
}

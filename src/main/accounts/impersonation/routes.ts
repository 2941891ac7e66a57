/** The endpoints of acting as another user. */

import { type Route, type RouteSchema, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { ById } from '../schema.ts';
import { endImpersonation, impersonate } from './impersonate.ts';
import * as shape from './schema.ts';

const base = '/v1/accounts';

const begin = {
  summary: 'Act as a user',
  description:
    'For an hour at most, and no longer than the session that asks. The user is told by mail. Nothing of his account can be changed meanwhile.',
  params: ById,
  body: shape.Impersonate,
  response: { 201: shape.Impersonated },
  errors: ['user_not_found', 'cannot_impersonate', 'beyond_your_authority'],
} as const satisfies RouteSchema;

const end = {
  summary: 'Stop acting as a user',
  response: { 200: shape.ImpersonationEnded },
  errors: ['not_impersonating'],
} as const satisfies RouteSchema;

export function createImpersonationRoutes(parts: AccountsParts): Route[] {
  const may = { access: 'operator', permission: 'accounts.impersonate', stepUp: true, bodyLimitBytes: 16_384 } as const;
  return [
    route('POST', `${base}/users/:id/impersonate`, { ...may, schema: begin }, (visit) =>
      impersonate(parts, visit.params.id, visit),
    ),
    route('POST', `${base}/impersonation/end`, { access: 'user', whileImpersonating: true, schema: end }, (visit) =>
      endImpersonation(parts, { ...visit, body: undefined }),
    ),
  ];
}

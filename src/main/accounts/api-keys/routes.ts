/** The endpoints of API keys. Whose a key is, and who may delete it, comes from the session and never from the request. */

import { type Route, type RouteSchema, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { ById } from '../schema.ts';
import { createApiKey, deleteAnyApiKey, deleteOwnApiKey, findAllKeys, getCurrentKey, listOwnKeys } from './api-keys.ts';
import * as shape from './schema.ts';

const base = '/v1/accounts';

const list = { summary: 'One’s own API keys, newest first', response: { 200: shape.ApiKeyList } } as const;

const create = {
  summary: 'Make an API key',
  description: 'For oneself. The key is in this answer and nowhere else.',
  body: shape.NewApiKey,
  response: { 201: shape.MadeApiKey },
  errors: ['unknown_permission', 'not_yours_to_grant', 'invalid_expiry', 'invalid_name', 'too_many_api_keys'],
} as const satisfies RouteSchema;

const current = {
  summary: 'The API key that the request came with, and whose it is',
  response: { 200: shape.OneApiKey },
  errors: ['api_key_not_found'],
} as const satisfies RouteSchema;

const deleteOwn = {
  summary: 'Delete one of one’s own API keys',
  params: ById,
  response: { 204: null },
  errors: ['api_key_not_found'],
} as const satisfies RouteSchema;

const listAll = {
  summary: 'Everybody’s API keys, newest first',
  query: shape.ApiKeysQuery,
  response: { 200: shape.ApiKeyPage },
  errors: ['invalid_cursor'],
} as const satisfies RouteSchema;

const deleteAny = {
  summary: 'Delete anybody’s API key',
  params: ById,
  response: { 204: null },
  errors: ['api_key_not_found', 'beyond_your_authority'],
} as const satisfies RouteSchema;

export function createApiKeyRoutes(parts: AccountsParts): Route[] {
  const own = `${base}/api-keys`;
  const all = `${base}/all-api-keys`;
  const limits = { bodyLimitBytes: 16_384 } as const;
  return [
    route('GET', own, { access: 'user', schema: list }, async (visit) => ({
      apiKeys: await listOwnKeys(parts, visit),
    })),
    route('POST', own, { access: 'user', stepUp: true, schema: create, ...limits }, (visit) =>
      createApiKey(parts, visit),
    ),
    route(
      'GET',
      `${own}/current`,
      { access: 'user', permission: 'own.accounts.read', schema: current },
      async (visit) => ({
        apiKey: await getCurrentKey(parts, visit),
      }),
    ),
    route('DELETE', `${own}/:id`, { access: 'user', schema: deleteOwn }, (visit) =>
      deleteOwnApiKey(parts, visit.params.id, visit),
    ),
    route('GET', all, { access: 'operator', permission: 'api_keys.read', schema: listAll }, ({ query, context }) =>
      findAllKeys(parts, query, context),
    ),
    route('DELETE', `${all}/:id`, { access: 'operator', permission: 'api_keys.write', schema: deleteAny }, (input) =>
      deleteAnyApiKey(parts, input.params.id, input.context),
    ),
  ];
}

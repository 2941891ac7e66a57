/** The endpoints of social log-in, one line each, and what each takes, answers and refuses. */

import { type Route, type RouteSchema, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { ById } from '../schema.ts';
import { atprotoClient, atprotoClientMetadata } from './atproto/client.ts';
import { createConnections } from './connection.ts';
import { providerUnknown } from './errors.ts';
import { finishSocial } from './finish.ts';
import { listOwnIdentities, listProviders, unlinkIdentity } from './identities.ts';
import type { SocialParts } from './parts.ts';
import { passFormOn } from './pass-form-on.ts';
import { readProviders } from './provider-file.ts';
import { getProviderToken } from './provider-tokens.ts';
import * as shape from './schema.ts';
import { findProvider, startSocial } from './start.ts';

const base = '/v1/accounts/social';
const bodyLimitBytes = 16_384;
/** For what asks another site while its caller waits: metadata, code, and who it is. */
const deadlineMs = 20_000;

const starting = [
  ...['social_provider_unknown', 'social_instance_refused', 'social_provider_unavailable', 'social_answer_refused'],
  ...['next_refused', 'too_many_attempts', 'secret_key_missing'],
] as const;

const schemas = {
  listProviders: {
    summary: 'The sites one may log in by',
    response: { 200: shape.SocialProviderList },
  },
  start: {
    summary: 'Begin to log in by another site',
    description:
      'Send the browser to the url of the answer. It comes back to the callback, which opens a session in a cookie and sends it on to next; it has to bring the cookie of this answer.',
    params: shape.ByProvider,
    body: shape.StartSocial,
    response: { 200: shape.StartedSocial },
    errors: starting,
  },
  finish: {
    summary: 'Where another site sends the browser back to',
    description:
      'Goes on to next, or to /accounts/log-in with problem=<code> in the query, or with #challenge=… where a second factor is needed.',
    params: shape.ByProvider,
    response: { 303: null },
    errors: ['social_provider_unknown'],
  },
  finishAtInstance: {
    summary: 'The same, for a site of which everybody may run an instance',
    params: shape.ByInstance,
    response: { 303: null },
    errors: ['social_provider_unknown'],
  },
  finishForm: {
    summary: 'The same, for sites that send the browser back with a form',
    params: shape.ByProvider,
    response: { 303: null },
    errors: ['social_provider_unknown'],
  },
  clientMetadata: {
    summary: 'Who we are to servers of atproto',
    description: 'For log-in by Bluesky: the address of this document is our id there.',
    params: shape.ByProvider,
    response: { 200: shape.AtprotoClientMetadata },
    errors: ['social_provider_unknown'],
  },
  link: {
    summary: 'Begin to link an account of another site to one’s own',
    params: shape.ByProvider,
    body: shape.StartSocial,
    response: { 200: shape.StartedSocial },
    errors: starting,
  },
  listIdentities: {
    summary: 'The accounts of other sites that are linked to one’s own',
    response: { 200: shape.SocialIdentityList },
  },
  unlink: {
    summary: 'Unlink an account of another site',
    description: 'Not the last way one has to log in.',
    params: ById,
    response: { 204: null },
    errors: ['social_identity_not_found', 'last_way_to_log_in'],
  },
  getToken: {
    summary: 'A fresh access token of the other site',
    description: 'Where the settings of the provider say keepTokens.',
    params: ById,
    response: { 200: shape.ProviderToken },
    errors: [
      ...['social_identity_not_found', 'social_provider_unknown', 'social_token_absent', 'social_token_expired'],
      'social_provider_unavailable',
    ],
  },
} as const satisfies Record<string, RouteSchema>;

const anyone = <S>(schema: S) => ({ access: 'public', schema, bodyLimitBytes, deadlineMs }) as const;
const user = <S>(schema: S) => ({ access: 'user', schema, bodyLimitBytes, deadlineMs }) as const;

/** @throws AppError invalid_configuration where the file of providers is wrong */
export function createSocialRoutes(parts: AccountsParts): Route[] {
  const isProduction = parts.config.mode === 'production';
  const social: SocialParts = {
    ...parts,
    providers: readProviders({ path: parts.config.socialFile, isProduction }),
    connections: createConnections({ allowsHttp: !isProduction }),
  };
  for (const provider of social.providers.values()) {
    // Said at the start, and not to the first who would log in.
    if (provider.kind === 'atproto') atprotoClient(social.config.baseUrl, provider);
  }
  return [
    route('GET', `${base}/providers`, anyone(schemas.listProviders), async () => ({
      providers: listProviders(social),
    })),
    route('POST', `${base}/:provider/start`, anyone(schemas.start), (visit) =>
      startSocial(social, visit, visit.params.provider, null),
    ),
    route('GET', `${base}/:provider/callback`, anyone(schemas.finish), (visit) =>
      finishSocial(social, visit, visit.params.provider),
    ),
    route('GET', `${base}/:provider/callback/:instance`, anyone(schemas.finishAtInstance), (visit) =>
      finishSocial(social, visit, visit.params.provider, visit.params.instance),
    ),
    route('POST', `${base}/:provider/callback`, { ...anyone(schemas.finishForm), acceptsForm: true }, (visit) =>
      passFormOn(social, visit, visit.params.provider),
    ),
    route('GET', `${base}/:provider/client-metadata.json`, anyone(schemas.clientMetadata), async (visit) => {
      const provider = findProvider(social, visit.params.provider);
      if (provider.kind !== 'atproto') throw providerUnknown();
      return atprotoClientMetadata(social.config, provider);
    }),
    route('POST', `${base}/:provider/link`, { ...user(schemas.link), stepUp: true }, (visit) => {
      const { userId, sessionId } = visit.caller;
      return startSocial(social, visit, visit.params.provider, { userId, sessionId });
    }),
    route('GET', `${base}/identities`, user(schemas.listIdentities), async (visit) => ({
      identities: await listOwnIdentities(social, visit),
    })),
    route('DELETE', `${base}/identities/:id`, { ...user(schemas.unlink), stepUp: true }, (visit) =>
      unlinkIdentity(social, visit, visit.params.id),
    ),
    route('POST', `${base}/identities/:id/token`, user(schemas.getToken), (visit) =>
      getProviderToken(social, visit, visit.params.id),
    ),
  ];
}

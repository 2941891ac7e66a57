/** The shapes of social log-in: what goes in, what comes out. */

import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const orNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const MAX_NEXT_LENGTH = 2_000;
const MAX_PROVIDER_LENGTH = 40;
const MAX_INSTANCE_LENGTH = 253;

export const SocialProvider = Type.Object({
  id: Type.String({ description: 'As it stands in the address of its endpoints.' }),
  name: Type.String({ description: 'For the button.' }),
  asksFor: Type.Optional(
    Type.Enum(['instance', 'handle'], {
      description: 'What the user has to say first: which server, or who he is there.',
    }),
  ),
});
export type SocialProvider = Static<typeof SocialProvider>;

export const SocialProviderList = Type.Object({ providers: Type.Array(SocialProvider) });

export const ByProvider = Type.Object({
  provider: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: MAX_PROVIDER_LENGTH }),
});

export const ByInstance = Type.Object({
  ...ByProvider.properties,
  instance: Type.String({
    pattern: '^(?:localhost|[a-z0-9-]+(?:\\.[a-z0-9-]+)+)(?::[0-9]{1,5})?$',
    maxLength: MAX_INSTANCE_LENGTH,
  }),
});

export const StartSocial = Type.Object(
  {
    next: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_NEXT_LENGTH,
        description: 'The page to go to afterwards: a path of this server, or an address at an origin of CORS_ORIGINS.',
      }),
    ),
    instance: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_INSTANCE_LENGTH,
        description: 'Where asksFor is instance: the server, such as mastodon.social.',
      }),
    ),
    handle: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_INSTANCE_LENGTH,
        description: 'Where asksFor is handle: such as alice.bsky.social.',
      }),
    ),
  },
  closed,
);
export type StartSocial = Static<typeof StartSocial>;

export const StartedSocial = Type.Object({
  url: Type.String({ description: 'Where the browser is to go. It must keep the cookie that came with this answer.' }),
});
export type StartedSocial = Static<typeof StartedSocial>;

/** The names are the standard's (RFC 7591). */
export const AtprotoClientMetadata = Type.Object({
  client_id: Type.String(),
  client_name: Type.String(),
  client_uri: Type.String(),
  application_type: Type.Literal('web'),
  redirect_uris: Type.Array(Type.String()),
  scope: Type.String(),
  grant_types: Type.Array(Type.String()),
  response_types: Type.Array(Type.String()),
  token_endpoint_auth_method: Type.Literal('none'),
  dpop_bound_access_tokens: Type.Literal(true),
});
export type AtprotoClientMetadata = Static<typeof AtprotoClientMetadata>;

export const SocialIdentity = Type.Object({
  id: Id,
  provider: Type.String(),
  providerName: Type.String(),
  instance: orNull(Type.String()),
  email: orNull(Type.String({ description: 'As the provider said last.' })),
  name: orNull(Type.String()),
  createdAt: Time,
  lastUsedAt: Time,
  hasToken: Type.Boolean({ description: 'Whether an access token can be asked for.' }),
});
export type SocialIdentity = Static<typeof SocialIdentity>;

export const SocialIdentityList = Type.Object({ identities: Type.Array(SocialIdentity) });

export const ProviderToken = Type.Object({
  accessToken: Type.String(),
  expiresAt: Type.Union([Time, Type.Null()], { description: 'Null where the provider does not say.' }),
  scopes: Type.Array(Type.String()),
});
export type ProviderToken = Static<typeof ProviderToken>;

/** The shapes of API keys. */

import { type Static, Type } from 'typebox';
import { PermissionName } from '../roles/schema.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const orNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const ApiKey = Type.Object({
  id: Id,
  name: Type.String(),
  hint: Type.String({ description: 'How the key begins.' }),
  scopes: Type.Array(Type.String()),
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: orNull(Type.String({ format: 'date-time', description: 'To the minute.' })),
  lastUsedIp: orNull(Type.String()),
});
export type ApiKey = Static<typeof ApiKey>;

const Owner = Type.Object({ kind: Type.Enum(['user']), id: Id, email: Type.String() });
export const ApiKeyOfOwner = Type.Object({ ...ApiKey.properties, owner: Owner });
export type ApiKeyOfOwner = Static<typeof ApiKeyOfOwner>;

export const NewApiKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
    scopes: Type.Array(PermissionName, { minItems: 1, maxItems: 100, uniqueItems: true }),
    expiresAt: Type.Optional(
      Type.String({ format: 'date-time', description: 'At most a year from now; in 90 days when left out.' }),
    ),
  },
  closed,
);
export type NewApiKey = Static<typeof NewApiKey>;

export const MadeApiKey = Type.Object({
  apiKey: ApiKey,
  key: Type.String({ description: 'The key itself. It is shown this once and kept nowhere.' }),
});
export type MadeApiKey = Static<typeof MadeApiKey>;
export const ApiKeyList = Type.Object({ apiKeys: Type.Array(ApiKey) });
export const ApiKeyPage = Type.Object({ apiKeys: Type.Array(ApiKeyOfOwner), nextCursor: orNull(Type.String()) });
export const OneApiKey = Type.Object({ apiKey: ApiKeyOfOwner });

export const ApiKeysQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'nextCursor.' })),
    user: Type.Optional(Type.String({ format: 'uuid', description: 'Only those of this user.' })),
  },
  closed,
);
export type ApiKeysQuery = Static<typeof ApiKeysQuery>;

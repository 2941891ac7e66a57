/** The shapes of token pairs, of short tokens for other services, and of the keys that those are signed with. */

import { type Static, Type } from 'typebox';
import type { RouteSchema } from '../../http/index.ts';
import { ById, Renewed } from '../schema.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });

export const Refresh = Type.Object({ refreshToken: Type.String({ minLength: 1, maxLength: 100 }) }, closed);
export type Refresh = Static<typeof Refresh>;

export const NewJwt = Type.Object(
  { audience: Type.String({ minLength: 1, maxLength: 200, description: 'One of JWT_AUDIENCES.' }) },
  closed,
);
export type NewJwt = Static<typeof NewJwt>;

export const Jwt = Type.Object({ token: Type.String(), expiresAt: Time });
export type Jwt = Static<typeof Jwt>;

export const SigningKey = Type.Object({
  id: Type.String({ format: 'uuid', description: 'The kid of the tokens that it signs.' }),
  algorithm: Type.Enum(['ES256', 'EdDSA']),
  createdAt: Time,
  signsFrom: Time,
  signsUntil: Time,
  publishedUntil: Time,
  isSigning: Type.Boolean(),
});
export type SigningKey = Static<typeof SigningKey>;

export const refresh = {
  summary: 'Get the next pair of tokens',
  description:
    'Takes the refresh token of a session that was opened with the transport tokens. It works once: a lost answer can be asked for again within 10 seconds and is the same; after that the session ends, since somebody has a copy, and a mail says so.',
  body: Refresh,
  response: { 200: Renewed },
  errors: ['invalid_refresh_token'],
} as const satisfies RouteSchema;

export const makeJwt = {
  summary: 'Make a short token for a service that cannot ask back',
  description:
    'A JWT (RFC 9068) that names the user, the session, what was proven and his permissions. It holds to its end even where the session ends before: at most 15 minutes. Off until JWT_AUDIENCES is set.',
  body: NewJwt,
  response: { 200: Jwt },
  errors: ['jwt_off', 'audience_unknown', 'session_required'],
} as const satisfies RouteSchema;

const Jwk = Type.Object({}, { additionalProperties: true, description: 'RFC 7517' });

export const jwks = {
  summary: 'The public keys that short tokens are verified with',
  description: 'A JSON Web Key Set (RFC 7517). A new key is in it a day before it signs.',
  response: { 200: Type.Object({ keys: Type.Array(Jwk) }) },
} as const satisfies RouteSchema;

export const metadata = {
  summary: 'Where verifiers find the keys',
  description: 'As much of OpenID Connect Discovery as a service needs that verifies tokens; nobody logs in by it.',
  response: {
    200: Type.Object({
      issuer: Type.String(),
      jwks_uri: Type.String(),
      id_token_signing_alg_values_supported: Type.Array(Type.String()),
      subject_types_supported: Type.Array(Type.String()),
      response_types_supported: Type.Array(Type.String()),
    }),
  },
} as const satisfies RouteSchema;

export const listKeys = {
  summary: 'The keys that short tokens are signed with',
  response: { 200: Type.Object({ keys: Type.Array(SigningKey) }) },
} as const satisfies RouteSchema;

export const revokeKey = {
  summary: 'Withdraw a signing key',
  description: 'Another signs from now on. Verifiers refuse what this one signed as soon as they fetch the keys again.',
  params: ById,
  response: { 204: null },
  errors: ['signing_key_not_found'],
} as const satisfies RouteSchema;

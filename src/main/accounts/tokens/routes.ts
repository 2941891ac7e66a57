/** The endpoints of tokens, one line each. */

import { type Route, route } from '../../http/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import type { AccountsParts } from '../parts.ts';
import { signingKeyNotFound } from './errors.ts';
import { makeJwt } from './jwt.ts';
import { deleteSigningKey, type SigningKeyRow } from './queries.ts';
import { refreshTokens } from './refresh.ts';
import * as schema from './schema.ts';
import type { SigningKeys } from './signing-keys.ts';

const base = '/v1/accounts';

export function createTokenRoutes(parts: AccountsParts): Route[] {
  const { config, database, signingKeys } = parts;
  const anyone = { access: 'public', bodyLimitBytes: 16_384 } as const;
  // Whose tokens other services take is nobody's who looks after users: no role and no key opens it.
  const operator = { access: 'operator', permission: null, bodyLimitBytes: 16_384 } as const;
  return [
    route('POST', `${base}/tokens/refresh`, { ...anyone, schema: schema.refresh }, (visit) =>
      refreshTokens(parts, visit),
    ),
    route('POST', `${base}/tokens/jwt`, { access: 'user', schema: schema.makeJwt }, (visit) =>
      makeJwt(parts, signingKeys, visit),
    ),
    route('GET', '/.well-known/jwks.json', { ...anyone, schema: schema.jwks }, async () => ({
      keys: await publicKeys(parts, signingKeys),
    })),
    route('GET', '/.well-known/openid-configuration', { ...anyone, schema: schema.metadata }, async () => ({
      issuer: config.baseUrl,
      jwks_uri: `${config.baseUrl}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: [config.jwtAlgorithm],
      subject_types_supported: ['public'],
      response_types_supported: [],
    })),
    route('GET', `${base}/signing-keys`, { ...operator, schema: schema.listKeys }, async () => ({
      keys: (await signingKeys.list()).map(toSigningKey),
    })),
    route(
      'DELETE',
      `${base}/signing-keys/:id`,
      { ...operator, stepUp: true, schema: schema.revokeKey },
      async ({ params, context }) => {
        const work = { lane: 'interactive', deadlineMs: 5_000, name: 'accounts.revokeKey', origin: context } as const;
        await database.transaction(work, async (transaction) => {
          if ((await transaction.execute(deleteSigningKey, [params.id])) === 0) throw signingKeyNotFound();
          const subject = { kind: 'signing_key', id: params.id };
          await noteAudit(transaction.query, context, { action: 'signing_key.revoked', subject });
        });
        signingKeys.service.wake();
      },
    ),
  ];
}

/** Nothing is published where nothing is signed. */
async function publicKeys({ config }: AccountsParts, keys: SigningKeys): Promise<Record<string, unknown>[]> {
  if (config.jwtAudiences.length === 0) return [];
  return (await keys.list()).map(({ publicJwk }) => publicJwk);
}

function toSigningKey(row: SigningKeyRow): schema.SigningKey {
  return {
    id: row.id,
    algorithm: row.algorithm,
    createdAt: row.createdAt.toISOString(),
    signsFrom: row.signsFrom.toISOString(),
    signsUntil: row.signsUntil.toISOString(),
    publishedUntil: row.publishedUntil.toISOString(),
    isSigning: row.isSigning,
  };
}

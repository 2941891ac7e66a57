/**
 * The provider's own tokens, for an application that does something there in its user's name. They are sealed, and handed
 * out fresh: one of all who ask refreshes them, and nobody holds a connection to the database while the provider thinks.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { ResponseBodyError, refreshTokenGrant } from 'openid-client';
import type { RequestContext } from '../../http/index.ts';
import type { OwnVisit } from '../parts.ts';
import { identityNotFound, providerUnavailable, tokenAbsent, tokenExpired } from './errors.ts';
import { connectInstance } from './instances.ts';
import type { SocialParts } from './parts.ts';
import { guardAnswer } from './problems.ts';
import type { Tokens } from './profile.ts';
import type { Provider } from './provider.ts';
import type { ProviderToken } from './schema.ts';
import { findProvider } from './start.ts';
import {
  claimRefresh,
  delayRefresh,
  forgetTokens,
  type KeptTokensRow,
  readTokens,
  storeTokens,
} from './token-queries.ts';

/** One that ends sooner is refreshed first: it has to last for what it is asked for. */
const FRESH_FOR_MS = 60_000;
/** How long whoever refreshes may take before somebody else tries. */
const CLAIM_MS = 15_000;
const LOOK_AGAIN_MS = 100;
/** After a refresh that failed: those who wait try it one after the other, and not all at once. */
const TRY_AGAIN_MS = 1_000;
const MAX_TOKEN_LENGTH = 16_384;

/** Where the settings ask for it. A log-in must not fail over it. */
export async function keepTokens(
  parts: SocialParts,
  context: RequestContext,
  { provider, identityId, tokens }: { provider: Provider; identityId: string; tokens: Tokens },
): Promise<void> {
  if (!provider.keepsTokens) return;
  try {
    await store(parts, identityId, tokens, context);
  } catch (error) {
    parts.logger.warn({ err: error, provider: provider.id }, 'the tokens of a provider were not kept');
  }
}

/** @throws AppError social_identity_not_found, social_token_absent, social_token_expired, social_provider_unavailable */
export async function getProviderToken(
  parts: SocialParts,
  { caller, context }: OwnVisit,
  identityId: string,
): Promise<ProviderToken> {
  const params = [identityId, caller.userId, FRESH_FOR_MS] as const;
  while (true) {
    const [row] = await parts.database.query(readTokens, [...params], context);
    if (!row) throw identityNotFound();
    const provider = findProvider(parts, row.provider);
    if (row.accessTokenSealed === null) throw tokenAbsent();
    if (row.isFresh)
      return { accessToken: await open(parts, row.accessTokenSealed, 'access_token', identityId), ...told(row) };
    if (row.refreshTokenSealed === null) throw tokenExpired();
    const claimed = await parts.database.execute(claimRefresh, [identityId, FRESH_FOR_MS, CLAIM_MS], context);
    if (claimed > 0) await refresh(parts, provider, { row, identityId, context });
    else if (performance.now() + LOOK_AGAIN_MS > context.deadlineAtMs)
      throw providerUnavailable('a refresh takes too long');
    else await sleep(LOOK_AGAIN_MS);
  }
}

function told({ expiresAt, scopes }: KeptTokensRow): Pick<ProviderToken, 'expiresAt' | 'scopes'> {
  return { expiresAt: expiresAt?.toISOString() ?? null, scopes };
}

async function refresh(
  parts: SocialParts,
  provider: Provider,
  { row, identityId, context }: { row: KeptTokensRow; identityId: string; context: RequestContext },
): Promise<void> {
  const refreshToken = await open(parts, row.refreshTokenSealed ?? Buffer.alloc(0), 'refresh_token', identityId);
  const tokens = await guardAnswer(parts, provider, async () => {
    const instance = row.instance === null ? null : await connectInstance(parts, provider, row.instance, context);
    const { configuration } = await parts.connections.connect(provider, instance);
    return refreshTokenGrant(configuration, refreshToken).catch((error: unknown) => {
      if (error instanceof ResponseBodyError && error.error === 'invalid_grant') return null;
      throw error;
    });
  }).catch(async (error: unknown) => {
    await parts.database.execute(delayRefresh, [identityId, TRY_AGAIN_MS], context);
    throw error;
  });
  if (tokens) return store(parts, identityId, tokens, context);
  // The user took the permission back; asking again would only annoy the provider.
  await parts.database.execute(forgetTokens, [identityId], context);
  throw tokenExpired();
}

async function store(
  { sealer, database }: SocialParts,
  identityId: string,
  tokens: Tokens,
  context: RequestContext,
): Promise<void> {
  const { access_token: accessToken, refresh_token: refreshToken, scope, expires_in: expiresInSeconds } = tokens;
  if (accessToken.length > MAX_TOKEN_LENGTH || (refreshToken?.length ?? 0) > MAX_TOKEN_LENGTH) {
    throw new Error('a token is longer than any should be');
  }
  const sealed = await sealer.seal(accessToken, bearerOf('access_token', identityId));
  // A provider that sends no new one means that the old one stays.
  const sealedRefresh = refreshToken ? await sealer.seal(refreshToken, bearerOf('refresh_token', identityId)) : null;
  const scopes = scope === undefined ? null : scope.split(/[ ,]+/).filter((one) => one !== '');
  const lifetimeMs = expiresInSeconds === undefined ? null : expiresInSeconds * 1_000;
  await database.execute(storeTokens, [identityId, sealed, sealedRefresh, scopes, lifetimeMs], context);
}

type Kept = 'access_token' | 'refresh_token';

/** What a sealed token is bound to: it opens for no other identity, and not as the other kind. */
function bearerOf(kind: Kept, identityId: string): string {
  return `social_identities.${kind}:${identityId}`;
}

/** @throws AppError social_token_absent where it was sealed with a key that is not there any more */
async function open({ sealer }: SocialParts, sealed: Buffer, kind: Kept, identityId: string): Promise<string> {
  const text = await sealer.open(sealed, bearerOf(kind, identityId));
  if (text === null) throw tokenAbsent();
  return text;
}

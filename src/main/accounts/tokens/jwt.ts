/**
 * Short tokens for services that verify by themselves and cannot ask back (RFC 9068). They say who, by what session, what was
 * proven and what he may; and they hold to their end, whatever happens to the session, which is why they are short.
 */

import { SignJWT } from 'jose';
import { createId } from '../../foundation/tokens.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { audienceUnknown, jwtOff, sessionRequired } from './errors.ts';
import type { Jwt, NewJwt } from './schema.ts';
import type { SigningKeys } from './signing-keys.ts';

/** @throws AppError jwt_off, audience_unknown, session_required, secret_key_missing */
export async function makeJwt(
  { config }: Pick<AccountsParts, 'config'>,
  keys: SigningKeys,
  { body, caller }: OwnVisit<NewJwt>,
): Promise<Jwt> {
  if (config.jwtAudiences.length === 0) throw jwtOff();
  if (!config.jwtAudiences.includes(body.audience)) throw audienceUnknown();
  const { standing } = caller;
  if (!standing || standing.apiKey !== null) throw sessionRequired();
  const signer = await keys.signer();
  const issuedAt = Math.floor(Date.now() / 1_000);
  const expiresAt = issuedAt + Math.floor(config.jwtLifetimeMs / 1_000);
  const { permissions, methods, assurance, authenticatedAgoMs, impersonatorId } = standing;
  const token = await new SignJWT({
    client_id: 'aquifer',
    sid: caller.sessionId,
    auth_time: issuedAt - Math.floor(authenticatedAgoMs / 1_000),
    acr: `aal${assurance}`,
    amr: methods,
    role: caller.role,
    permissions,
    // RFC 8693: who acts in his place.
    ...(impersonatorId === null ? {} : { act: { sub: impersonatorId } }),
  })
    .setProtectedHeader({ alg: signer.algorithm, typ: 'at+jwt', kid: signer.id })
    .setIssuer(config.baseUrl)
    .setAudience(body.audience)
    .setSubject(caller.userId)
    .setJti(createId())
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(signer.key);
  return { token, expiresAt: new Date(expiresAt * 1_000).toISOString() };
}

/** Apple's client secret: no text to be kept, but a short-lived token that is signed for each request. */

import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import type { ClientAuth } from 'openid-client';
import type { ClientSecretKey } from './provider.ts';

/** Apple takes half a year; nobody needs one for longer than its request. */
const LIFETIME = '5 minutes';

/** @param audience the issuer, whom it is for */
export function createSignedSecret(
  { teamId, keyId, privateKey }: ClientSecretKey,
  { clientId, audience }: { clientId: string; audience: string },
): ClientAuth {
  const key = createPrivateKey(privateKey);
  return async (_server, _client, body) => {
    const secret = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setSubject(clientId)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(key);
    body.set('client_id', clientId);
    body.set('client_secret', secret);
  };
}

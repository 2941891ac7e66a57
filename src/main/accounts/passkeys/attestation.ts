/**
 * Takes what an authenticator says of its maker out of a registration, unread. We ask for none and trust none; reading it
 * would mean to follow certificates that a caller wrote, to addresses of his choosing.
 */

import { decodeAttestationObject, isoBase64URL, isoCBOR } from '@simplewebauthn/server/helpers';

/** @param attestationObject CBOR as base64url @throws Error where it is none */
export function withoutAttestation(attestationObject: string): string {
  const authData: unknown = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData');
  if (!(authData instanceof Uint8Array)) throw new Error('a registration without authenticator data');
  const bare = new Map<string | number, string | Map<string | number, string> | Uint8Array>([
    ['fmt', 'none'],
    ['attStmt', new Map<string | number, string>()],
    ['authData', authData],
  ]);
  return isoBase64URL.fromBuffer(isoCBOR.encode(bare));
}

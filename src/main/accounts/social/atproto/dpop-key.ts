/**
 * The key that the tokens of one log-in are bound to (DPoP, RFC 9449). It is made from the secret that the browser keeps, as
 * the verifier of the code is, so that it need not be kept anywhere, not even sealed.
 */

import { createECDH, createHash, type webcrypto } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const COORDINATE_BYTES = 32;

/** The same key again from the same seed. @param seed 256 bits in base64url */
export async function toDpopKey(seed: string): Promise<webcrypto.CryptoKeyPair> {
  const { d, x, y } = toPoint(Buffer.from(seed, 'base64url'));
  const publicJwk = { kty: 'EC', crv: 'P-256', x, y };
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('jwk', { ...publicJwk, d }, ALGORITHM, false, ['sign']),
    crypto.subtle.importKey('jwk', publicJwk, ALGORITHM, true, ['verify']),
  ]);
  return { privateKey, publicKey };
}

/** One in 2^32 numbers is too large for the curve; the next one that follows from it is taken then. */
function toPoint(seed: Buffer): { d: string; x: string; y: string } {
  const curve = createECDH('prime256v1');
  let number = seed;
  while (!accepts(curve, number)) number = createHash('sha256').update(number).digest();
  const point = curve.getPublicKey();
  return {
    d: number.toString('base64url'),
    x: point.subarray(1, 1 + COORDINATE_BYTES).toString('base64url'),
    y: point.subarray(1 + COORDINATE_BYTES).toString('base64url'),
  };
}

function accepts(curve: ReturnType<typeof createECDH>, number: Buffer): boolean {
  try {
    curve.setPrivateKey(number);
    return true;
  } catch {
    return false;
  }
}

/**
 * A refresh token: two secrets in one text. The first names the family and stays for as long as the session lives; the
 * second is new with every renewal. Whoever brings the family's with a second that is over has a copy of an old token, and
 * that is found out without keeping any of the old ones.
 *
 * The successor is derived from the token that asks and from a salt that the database keeps (HMAC-SHA-256): a client whose
 * answer was lost gets the very same pair once more, and neither an old token nor the database alone says what it is.
 */

import { createHmac } from 'node:crypto';
import { createToken, hashToken, looksLikeToken } from '../../foundation/tokens.ts';

/** What scanners for leaked secrets know it by. */
const PREFIX = 'aqr_';
const SECRET_LENGTH = 43;

export interface RefreshTokenParts {
  readonly family: string;
  readonly secret: string;
  readonly familyHash: Buffer;
  readonly secretHash: Buffer;
}

/** The pair that follows a refresh token. */
export interface Successor {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export function createRefreshToken(): string {
  return `${PREFIX}${createToken()}${createToken()}`;
}

/** Null where it cannot be one of ours, such as one that was cut off. */
export function readRefreshToken(text: string): RefreshTokenParts | null {
  const family = text.slice(PREFIX.length, PREFIX.length + SECRET_LENGTH);
  const secret = text.slice(PREFIX.length + SECRET_LENGTH);
  if (!text.startsWith(PREFIX) || !looksLikeToken(family) || !looksLikeToken(secret)) return null;
  return { family, secret, familyHash: hashToken(family), secretHash: hashToken(secret) };
}

/** Of a token that was made here. @throws Error where it is none */
export function partsOfRefreshToken(text: string): RefreshTokenParts {
  const parts = readRefreshToken(text);
  if (!parts) throw new Error('a refresh token of ours cannot be read');
  return parts;
}

/** @param salt random, at least 32 bytes, kept in the database alone */
export function successorOf({ family, secret }: RefreshTokenParts, salt: Buffer): Successor {
  const derive = (purpose: string) => createHmac('sha256', secret).update(purpose).update(salt).digest('base64url');
  return { accessToken: derive('access'), refreshToken: `${PREFIX}${family}${derive('refresh')}` };
}

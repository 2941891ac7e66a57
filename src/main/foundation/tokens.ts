/** Secrets and ids: how they are made, and how a secret is stored so that reading the table gives nothing away. */

import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const TOKEN_BYTES = 32;

/** A bearer secret of 256 random bits in 43 characters of base64url. Store `hashToken` of it, never itself. */
export function createToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** SHA-256 of a token. A plain hash is enough because a token carries 256 bits of its own entropy. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** True where a text could be a token of ours; saves a database look-up for obvious rubbish. */
export function looksLikeToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** A new id: a version 7 UUID, so that a primary key's index grows at its end. */
export function createId(): string {
  return uuidv7();
}

/** Ids for requests: this process's own random beginning and a number. No secret, and made in no time. */
export function createRequestIds(): () => string {
  const beginning = randomBytes(9).toString('base64url');
  let number = 0;
  return () => `${beginning}-${(number++).toString(36)}`;
}

/** The people of the drought: their addresses, ids and session tokens, all made from the seed. */

import { createHash } from 'node:crypto';

export const USER_COUNT = 600;
export const NOTES_EACH = 20;
export const PASSWORD = 'a long walk along the river';

export interface Person {
  index: number;
  id: string;
  email: string;
  token: string;
  /** From the range kept for benchmarks (RFC 2544), one each, as they would come through a proxy. */
  ip: string;
}

export function createPeople(seed: number, count: number = USER_COUNT): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash('sha256').update(`drought ${seed} ${index}`).digest();
    return {
      index,
      id: uuidOf(digest),
      email: `user${index}@example.org`,
      token: digest.toString('base64url'),
      // A network of its own for each (of 24 bits): six hundred people share no router.
      ip: `198.${18 + (index >> 8)}.${index & 255}.7`,
    };
  });
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** In the form of a random UUID (version 4). */
function uuidOf(digest: Buffer): string {
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What a password's hash costs, and how the cost of a stored one is read from its text (PHC string format). */

import { randomBytes } from 'node:crypto';

export interface HashCost {
  /** KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. Raise it, and log-ins raise the stored hashes. */
export const HASH_COST: HashCost = Object.freeze({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

/** True where the stored hash was cheaper to make than today's would be, or cannot be read. */
export function isOutdated(hash: string, cost: HashCost = HASH_COST): boolean {
  const [, memory, time] = PHC.exec(hash)?.map(Number) ?? [];
  if (memory === undefined || time === undefined) return true;
  return memory < cost.memoryCost || time < cost.timeCost;
}

/** Looks like a hash of today's cost and belongs to no password: what the unknown are verified against. */
export function createDummyHash({ memoryCost, timeCost, parallelism }: HashCost = HASH_COST): string {
  const random = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${random(16)}$${random(32)}`;
}

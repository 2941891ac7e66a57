// What a hashing thread does, one task at a time. Plain JavaScript, because Node starts threads from files it can read
// itself. The synchronous calls keep the work on this thread, away from the pool that files and name look-ups share.

import { hashSync, verifySync } from '@node-rs/argon2';

/**
 * @param {{ kind: 'hash', password: string, cost: { memoryCost: number, timeCost: number, parallelism: number } }
 *   | { kind: 'verify', password: string, hash: string }} task
 * @returns {string | boolean}
 */
export function runTask(task) {
  return task.kind === 'hash' ? hashSync(task.password, task.cost) : verifySync(task.hash, task.password);
}

/** What argon2id alone reaches: the library's own asynchronous `verify`, so many at once, for so long. */

import { hash, verify } from '@node-rs/argon2';

const [durationMs = 5_000, atOnce = 2] = process.argv.slice(2).map(Number);
/** The library's enumeration exists for the compiler alone. */
const ARGON2ID = 2;
const password = 'a long walk along the river';
const stored = await hash(password, { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 });

let done = 0;
const startedAt = performance.now();
const verifyOn = async () => {
  while (performance.now() - startedAt < durationMs) {
    await verify(stored, password);
    done += 1;
  }
};
await Promise.all(Array.from({ length: atOnce }, verifyOn));
process.send?.(done / ((performance.now() - startedAt) / 1000));

/**
 * Seeded chance, so that a run can be repeated byte for byte. The generator is sfc32 ("Small Fast Counter") by Chris
 * Doty-Humphrey, from PractRand (2010): 128 bits of state, 32 bits a draw, period of at least 2^32 for every seed.
 * Each purpose draws from a stream of its own, seeded by (seed, label): a change to one does not move the others.
 */

import { createHash } from 'node:crypto';

export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number;
  /** From 0 (included) to 1 (excluded), with 53 random bits. */
  unit(): number;
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number;
  /** Exponentially distributed with this mean: the wait until the next arrival of a Poisson process. */
  exponential(mean: number): number;
}

/**
 * The stream of chance that belongs to a seed and a label.
 * @param seed any whole number
 * @param label says what the draws are for, e.g. `arrivals:log-in`
 */
export function createRandom(seed: number, label: string): Random {
  const digest = createHash('sha256').update(`${seed}\0${label}`).digest();
  const uint32 = createSfc32(digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8));
  const unit = () => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 2 ** 53;
  return {
    uint32,
    unit,
    below: (bound) => Math.floor(unit() * bound),
    // 1 - u is never 0, so the logarithm is always finite.
    exponential: (mean) => -Math.log(1 - unit()) * mean,
  };
}

/** sfc32 with its counter at 1 and the twelve rounds of mixing its author prescribes for a seed of 96 bits. */
function createSfc32(seedA: number, seedB: number, seedC: number): () => number {
  let a = seedA | 0;
  let b = seedB | 0;
  let c = seedC | 0;
  let counter = 1;
  const next = () => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

/** A seeded order of 0 … count - 1 (Fisher and Yates, in Durstenfeld's form, 1964). */
export function shuffledIndexes(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const held = order[last] as number;
    order[last] = order[other] as number;
    order[other] = held;
  }
  return order;
}

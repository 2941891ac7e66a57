/**
 * Counting people without keeping who they are: each is a number made from his id and from this process's own random seed, good for
 * telling one from another and for nothing else. A set of them is exact up to a bound; beyond it the count is estimated by linear
 * counting (Whang, Vander-Zanden and Taylor, 1990), and says so.
 */

import { randomInt } from 'node:crypto';

const SEED = randomInt(2 ** 31);
const EXACT_MAX = 20_000;
/** 32 KB; within 1 % up to a million. */
const BITS = 2 ** 18;

/** The same number for the same person as long as this process lives; 53 bits (cyrb53, in the public domain). */
export function personOf(secret: string): number {
  let high = 0xdeadbeef ^ SEED;
  let low = 0x41c6ce57 ^ SEED;
  for (let index = 0; index < secret.length; index += 1) {
    const code = secret.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
}

/** Distinct people over a span. */
export class PeopleCount {
  readonly #exactMax: number;
  #exact: Set<number> | undefined = new Set();
  #bits: Uint8Array | undefined;
  #zeros = BITS;

  constructor(exactMax = EXACT_MAX) {
    this.#exactMax = exactMax;
  }

  add(person: number): void {
    if (this.#exact) {
      this.#exact.add(person);
      if (this.#exact.size > this.#exactMax) this.#spill(this.#exact);
      return;
    }
    this.#mark(person);
  }

  get isEstimated(): boolean {
    return this.#exact === undefined;
  }

  get size(): number {
    if (this.#exact) return this.#exact.size;
    return Math.round(-BITS * Math.log(Math.max(1, this.#zeros) / BITS));
  }

  #spill(people: ReadonlySet<number>): void {
    this.#bits = new Uint8Array(BITS / 8);
    this.#exact = undefined;
    for (const person of people) this.#mark(person);
  }

  #mark(person: number): void {
    const bits = this.#bits as Uint8Array;
    const place = person % BITS;
    const before = bits[place >> 3] ?? 0;
    const after = before | (1 << (place & 7));
    if (after === before) return;
    bits[place >> 3] = after;
    this.#zeros -= 1;
  }
}

const RECENT_MAX = 50_000;

/** Who was seen within the last while. Beyond the bound those seen longest ago are forgotten early. */
export class RecentPeople {
  readonly #windowMs: number;
  readonly #max: number;
  /** In the order of their last sight. */
  readonly #seen = new Map<number, number>();

  constructor(windowMs: number, max = RECENT_MAX) {
    this.#windowMs = windowMs;
    this.#max = max;
  }

  note(person: number, nowMs: number): void {
    this.#seen.delete(person);
    this.#seen.set(person, nowMs);
    if (this.#seen.size > this.#max) this.#forget(this.#seen.keys().next().value as number);
  }

  /** @param nowMs on the clock of `note` */
  count(nowMs: number): number {
    for (const [person, seenMs] of this.#seen) {
      if (nowMs - seenMs < this.#windowMs) break;
      this.#forget(person);
    }
    return this.#seen.size;
  }

  #forget(person: number): void {
    this.#seen.delete(person);
  }
}

/** Who stands behind a token or an address, as far as it was learnt: so that one person is not counted as two. */
export class KnownSubjects {
  readonly #max: number;
  readonly #people = new Map<number, number>();

  constructor(max = RECENT_MAX) {
    this.#max = max;
  }

  learn(subject: number, person: number): void {
    if (this.#people.size >= this.#max && !this.#people.has(subject)) {
      this.#people.delete(this.#people.keys().next().value as number);
    }
    this.#people.set(subject, person);
  }

  /** The person where he is known, the subject itself where not. */
  find(subject: number): number {
    return this.#people.get(subject) ?? subject;
  }
}

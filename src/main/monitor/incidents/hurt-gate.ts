/**
 * When users count as hurt, and when it is quiet. One answer that fails is a fault, and no incident: several users within ten seconds
 * are one, or one alone where everything that is asked fails, or two while the pool itself says that it is in trouble.
 */

import type { ImpactSecond } from '../impact/impact-second.ts';

const WINDOW_SECONDS = 10;
const USERS_MIN = 3;
const USERS_SHARE_MIN = 0.02;
const USERS_IN_TROUBLE_MIN = 2;
const FAILED_MIN = 5;
const FAILED_SHARE_MIN = 0.5;

export interface Hurt {
  /** Distinct users of the window. */
  users: number;
  failed: number;
  requests: number;
  /** Wall clock of the first second of the window in which anybody was hurt. */
  firstAtMs: number;
  worstRoute: string | null;
}

export class HurtGate {
  #window: ImpactSecond[] = [];

  /** Takes a second that is over. */
  add(second: ImpactSecond): void {
    this.#window.push(second);
    if (this.#window.length > WINDOW_SECONDS) this.#window = this.#window.slice(-WINDOW_SECONDS);
  }

  /** What was is over. */
  clear(): void {
    this.#window = [];
  }

  /** Undefined where it is too little to be an incident. */
  read(isTrouble: boolean): Hurt | undefined {
    const hurt = new Set<number>();
    const seen = new Set<number>();
    let failed = 0;
    let requests = 0;
    for (const second of this.#window) {
      failed += second.failed + second.slow;
      requests += second.requests;
      for (const person of second.hurt) hurt.add(person);
      for (const person of second.seen) seen.add(person);
    }
    const first = this.#window.find((second) => second.failed + second.slow > 0);
    if (!first) return undefined;
    const isCrowd = hurt.size >= USERS_MIN && hurt.size >= USERS_SHARE_MIN * seen.size;
    const isWhole = failed >= FAILED_MIN && failed >= FAILED_SHARE_MIN * requests;
    if (!isCrowd && !isWhole && !(isTrouble && hurt.size >= USERS_IN_TROUBLE_MIN)) return undefined;
    return { users: hurt.size, failed, requests, firstAtMs: first.atMs, worstRoute: this.#worstRoute() };
  }

  /** The last second in which anybody at all was hurt or anything failed; undefined where none was. */
  get lastHurtAtMs(): number | undefined {
    return this.#window.findLast((second) => second.failed + second.slow > 0)?.atMs;
  }

  #worstRoute(): string | null {
    const faults = new Map<string, number>();
    for (const { routes } of this.#window) {
      for (const [name, { failed, slow }] of routes) faults.set(name, (faults.get(name) ?? 0) + failed + slow);
    }
    const [worst] = [...faults].sort(([, a], [, b]) => b - a);
    return worst && worst[1] > 0 ? worst[0] : null;
  }
}

/**
 * The places of those who want a password hashed. Bounded altogether, and by network and account too: a right password is
 * no guess and goes under no limit on guessing, so without these one client could keep everyone else out.
 */

import { tooManyAttempts } from '../errors.ts';

/** Whom a place is counted against. Without, it is the server's own, or an operator's. */
export interface HashClaim {
  readonly account?: string;
  readonly network?: string;
}

/** Enough for two devices of one person. Counted by network too, so that nobody elsewhere can take them from him. */
const MAX_BY_ACCOUNT_AND_NETWORK = 2;
/** Of all places, for one network, and for one account from all networks together. */
const SHARE = 0.25;
const ONE_MOMENT_SECONDS = 1;

export class HashPlaces {
  readonly #max: number;
  readonly #maxShare: number;
  /** By network, account, and both. What holds no place is not in here. */
  readonly #counts = new Map<string, number>();
  #taken = 0;

  /** @param max how many there are @param threads the fewest that a share must keep busy, with one waiting */
  constructor(max: number, threads: number) {
    this.#max = max;
    this.#maxShare = Math.max(threads + 1, Math.floor(max * SHARE));
  }

  get taken(): number {
    return this.#taken;
  }

  get isFull(): boolean {
    return this.#taken >= this.#max;
  }

  /**
   * @param full what to throw where all places, or those of the network, are taken
   * @returns gives the place back
   * @throws AppError too_many_attempts, where the account has its places
   */
  take({ account, network }: HashClaim, full: () => Error): () => void {
    if (this.isFull) throw full();
    const keys: string[] = [];
    if (account !== undefined) {
      const both = `both ${network ?? ''} ${account}`;
      keys.push(both, `account ${account}`);
      if (this.#of(both) >= MAX_BY_ACCOUNT_AND_NETWORK) throw tooManyAttempts(ONE_MOMENT_SECONDS);
      if (this.#of(`account ${account}`) >= this.#maxShare) throw tooManyAttempts(ONE_MOMENT_SECONDS);
    }
    if (network !== undefined) {
      keys.push(`network ${network}`);
      if (this.#of(`network ${network}`) >= this.#maxShare) throw full();
    }
    this.#taken += 1;
    for (const key of keys) this.#counts.set(key, this.#of(key) + 1);
    return () => {
      this.#taken -= 1;
      for (const key of keys) this.#giveBack(key);
    };
  }

  #of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #giveBack(key: string): void {
    const left = this.#of(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}

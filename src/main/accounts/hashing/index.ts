/**
 * Password hashing with a bounded number of places. Whoever wants a password hashed takes a place first; when all are
 * taken he is refused at once, before a connection or a thread is touched, and told when a place should be free.
 */

import type { Clock } from '../../foundation/clock.ts';
import type { AppError } from '../../foundation/errors.ts';
import { hashingFull, hashingTooLate } from '../errors.ts';
import { normalisePassword } from '../password-policy.ts';
import { createDummyHash, HASH_COST } from './cost.ts';
import { type HashClaim, HashPlaces } from './places.ts';
import { createHashThreads, type HashTask } from './threads.ts';

export { isOutdated } from './cost.ts';
export type { HashClaim } from './places.ts';

/** Who waits: when the caller is gone, or his time is over, his place in the queue is given up. */
export interface HashOrigin {
  readonly signal?: AbortSignal | undefined;
  /** On the monotonic clock. */
  readonly deadlineAtMs?: number | undefined;
}

export interface HashPlace {
  /** @returns a PHC string */
  hash(password: string): Promise<string>;
  /** Without a hash it costs the same and answers false: nobody can tell the unknown by the time it takes. */
  verify(password: string, hash: string | null): Promise<boolean>;
}

export interface PasswordHasher {
  /** @throws AppError hashing_full, hashing_too_late, too_many_attempts where the claim's account has its places */
  withPlace<Result>(origin: HashOrigin, claim: HashClaim, work: (place: HashPlace) => Promise<Result>): Promise<Result>;
  /** What anybody would be refused with at this moment, whoever he is: hashing_full; null while one place is free. */
  refusal(): AppError | null;
  stop(): Promise<void>;
}

export interface PasswordHasherOptions {
  /** 0 means one for each core. */
  threads: number;
  /** Places beyond those being hashed. */
  queueMax: number;
  clock: Clock;
}

interface Job {
  task: HashTask;
  origin: HashOrigin;
  resolve: (result: string | boolean) => void;
  reject: (error: Error) => void;
}

/** Before the first measurement; a thread of a small server. */
const EXPECTED_HASH_MS = 60;
const NEWEST_SHARE = 0.1;

class QueueingHasher implements PasswordHasher {
  readonly #threads: ReturnType<typeof createHashThreads>;
  readonly #clock: Clock;
  readonly #places: HashPlaces;
  readonly #dummyHash = createDummyHash();
  readonly #waiting: Job[] = [];
  #running = 0;
  #meanMs = EXPECTED_HASH_MS;
  #refusal: AppError | null = null;

  constructor({ threads, queueMax, clock }: PasswordHasherOptions) {
    this.#threads = createHashThreads(threads);
    this.#clock = clock;
    this.#places = new HashPlaces(this.#threads.count + queueMax, this.#threads.count);
  }

  async withPlace<Result>(
    origin: HashOrigin,
    claim: HashClaim,
    work: (place: HashPlace) => Promise<Result>,
  ): Promise<Result> {
    const giveBack = this.#places.take(claim, () => hashingFull(this.#retryAfterSeconds()));
    try {
      return await work(this.#placeFor(origin));
    } finally {
      giveBack();
    }
  }

  refusal(): AppError | null {
    if (!this.#places.isFull) return null;
    // Made once for many, since an error with its stack costs more than all else that is done for whoever gets it.
    const retryAfterSeconds = this.#retryAfterSeconds();
    if (this.#refusal?.retryAfterSeconds !== retryAfterSeconds) this.#refusal = hashingFull(retryAfterSeconds);
    return this.#refusal;
  }

  async stop(): Promise<void> {
    for (const job of this.#waiting.splice(0)) job.reject(hashingTooLate());
    await this.#threads.stop();
  }

  #placeFor(origin: HashOrigin): HashPlace {
    return {
      hash: async (text) => {
        const password = normalisePassword(text);
        return (await this.#enqueue({ kind: 'hash', password, cost: HASH_COST }, origin)) as string;
      },
      verify: async (text, hash) => {
        const password = normalisePassword(text);
        const task: HashTask = { kind: 'verify', password, hash: hash ?? this.#dummyHash };
        return (await this.#enqueue(task, origin)) === true && hash !== null;
      },
    };
  }

  async #enqueue(task: HashTask, origin: HashOrigin): Promise<string | boolean> {
    const { signal } = origin;
    if (signal?.aborted) throw hashingTooLate();
    let leave: () => void = () => undefined;
    const result = new Promise<string | boolean>((resolve, reject) => {
      const job: Job = { task, origin, resolve, reject };
      leave = () => this.#leave(job);
      this.#waiting.push(job);
    });
    signal?.addEventListener('abort', leave, { once: true });
    this.#fill();
    try {
      return await result;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  /** One that is being hashed already is finished, not cut: ending a thread costs more than the hash. */
  #leave(job: Job): void {
    const index = this.#waiting.indexOf(job);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    job.reject(hashingTooLate());
  }

  #fill(): void {
    while (this.#running < this.#threads.count) {
      const job = this.#waiting.shift();
      if (!job) return;
      const { deadlineAtMs } = job.origin;
      if (deadlineAtMs !== undefined && deadlineAtMs <= this.#clock.monotonicMs()) job.reject(hashingTooLate());
      else void this.#run(job);
    }
  }

  async #run(job: Job): Promise<void> {
    this.#running += 1;
    const startedAtMs = this.#clock.monotonicMs();
    try {
      const result = await this.#threads.run(job.task);
      this.#meanMs += NEWEST_SHARE * (this.#clock.monotonicMs() - startedAtMs - this.#meanMs);
      job.resolve(result);
    } catch (error) {
      job.reject(error instanceof Error ? error : new Error('hashing failed'));
    } finally {
      this.#running -= 1;
      this.#fill();
    }
  }

  /** When everyone who is here now will have been served. */
  #retryAfterSeconds(): number {
    return Math.max(1, Math.ceil((this.#places.taken * this.#meanMs) / this.#threads.count / 1000));
  }
}

export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  return new QueueingHasher(options);
}

/** Tells of a client that is held and runs nothing: to whoever listens, to the log, and with the place that took it. */

import type { Logger } from '../foundation/logger.ts';
import type { Lease } from './ledger.ts';

export interface LeakReportOptions {
  /** A client that is held and runs nothing is taken back, not only reported. */
  reclaims: boolean;
  logger: Logger | undefined;
  /** Told of each one found, as of the event `leak`. */
  tell: (error: Error, lease: Lease) => void;
}

export interface LeakHolder {
  /** Takes the lease back from a caller who has forgotten it. */
  reclaim(): void;
}

/** One lease in so many has its stack captured; a leak is then found within a few, at no cost to speak of. */
const STACK_SAMPLE = 64;
const MS_PER_SECOND = 1000;

export class LeakReport {
  readonly #options: LeakReportOptions;
  readonly #holders = new Map<Lease, LeakHolder>();
  #notesEveryPlace = false;
  #taken = 0;

  constructor(options: LeakReportOptions) {
    this.#options = options;
  }

  /** From now on the place is noted for every client that is taken. */
  noteEveryPlace(): void {
    this.#notesEveryPlace = true;
  }

  /** @param frame where the program's own stack begins */
  watch(lease: Lease, holder: LeakHolder, frame: abstract new (...args: never[]) => unknown): void {
    this.#taken += 1;
    if (this.#notesEveryPlace || this.#taken % STACK_SAMPLE === 1) {
      Error.captureStackTrace(lease as { stack?: string }, frame);
    }
    if (this.#options.reclaims) this.#holders.set(lease, holder);
  }

  forget(lease: Lease): void {
    if (this.#options.reclaims) this.#holders.delete(lease);
  }

  report(lease: Lease, idleMs: number): void {
    const { logger, tell } = this.#options;
    const idleSeconds = Math.round(idleMs / MS_PER_SECOND);
    const holder = this.#holders.get(lease);
    const outcome = holder ? 'it is taken back' : 'release it where you took it';
    const where = lease.stack ? `\n${lease.stack}` : ' From now on it is noted where clients are taken.';
    // A program that leaks once leaks again: the next report names the place.
    this.noteEveryPlace();
    const message = `A client has been held for ${idleSeconds} s without running anything (last: ${lease.statement}); ${outcome}.${where}`;
    logger?.warn({ pid: lease.pid, reason: message }, 'a client is not released');
    tell(new Error(message), lease);
    holder?.reclaim();
  }
}

/**
 * Calm or trouble. It is trouble as soon as there is a sign of it, and calm again when there has been none for two seconds.
 * Instants for people are counted from one reading of the wall clock, so that a clock that jumps puts nothing out of order.
 */

import type { Clock } from '../../foundation/clock.ts';
import type { Sign } from './signs.ts';

export interface TroubleState {
  isTrouble: boolean;
  /** On the monotonic clock. */
  sinceMs: number;
  /** ISO 8601. */
  since: string;
  /** The sign by which it was known, and what has been added since. */
  signs: readonly Sign[];
}

const CALM_AFTER_MS = 2_000;

export class Trouble {
  readonly #clock: Clock;
  #wallMs: number;
  #anchorMs: number;
  #isTrouble = false;
  #sinceMs: number;
  #lastSignMs = Number.NEGATIVE_INFINITY;
  readonly #signs = new Map<string, Sign>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wallMs = clock.nowMs();
    this.#anchorMs = clock.monotonicMs();
    this.#sinceMs = this.#anchorMs;
  }

  get state(): TroubleState {
    const since = this.instantOf(this.#sinceMs);
    return { isTrouble: this.#isTrouble, sinceMs: this.#sinceMs, since, signs: [...this.#signs.values()] };
  }

  /** @returns whether it has begun or ended with this */
  step(nowMs: number, signs: readonly Sign[]): boolean {
    if (signs.length > 0) {
      this.#lastSignMs = nowMs;
      for (const sign of signs) this.#signs.set(sign.name, sign);
      if (!this.#isTrouble) return this.#turn(nowMs, true);
    } else if (this.#isTrouble && nowMs - this.#lastSignMs >= CALM_AFTER_MS) {
      return this.#turn(nowMs, false);
    }
    return false;
  }

  /** A moment of the monotonic clock, ISO 8601. */
  instantOf(monotonicMs: number): string {
    return new Date(this.#wallMs + (monotonicMs - this.#anchorMs)).toISOString();
  }

  #turn(nowMs: number, isTrouble: boolean): true {
    // A clock that was put right meanwhile is followed when something new begins, and not in between.
    if (isTrouble) {
      this.#wallMs = this.#clock.nowMs();
      this.#anchorMs = nowMs;
    } else {
      this.#signs.clear();
    }
    this.#isTrouble = isTrouble;
    this.#sinceMs = nowMs;
    return true;
  }
}

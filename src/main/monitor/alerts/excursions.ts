/**
 * What a rule would have to say with any threshold that feedback could give it: the stretches in which a figure came at least
 * half way to the threshold and would have been felt. Kept for a month, so that a new threshold can be tried on them before it
 * holds.
 */

import type { Evaluation } from './judge.ts';
import { FACTOR_MIN } from './rule.ts';

export interface ExcursionPoint {
  readonly atMs: number;
  /** 1 is the threshold as shipped; 0 where it would not have been felt. */
  readonly score: number;
}

export interface Excursion {
  readonly ruleId: string;
  readonly scope: string;
  readonly forSeconds: number;
  readonly points: readonly ExcursionPoint[];
}

interface Open {
  readonly points: ExcursionPoint[];
  readonly forSeconds: number;
  /** Evaluations in a row that were not worth keeping. */
  quiet: number;
}

/** Of a longer one, the first so many points tell enough: it has fired, or never will. */
const POINTS_MAX = 360;
/** So many in a row that are far from the threshold end it. */
const QUIET_ENDS = 6;
const KEPT_MAX = 2_000;
export const EXCURSION_KEPT_MS = 30 * 86_400_000;

export class Excursions {
  readonly #open = new Map<string, Open>();
  /** Oldest first. */
  #kept: Excursion[] = [];
  #fresh: Excursion[] = [];

  /** On every evaluation; nearly all of them end at the second line. */
  note({ atMs, isFelt, rule, scope, score }: Evaluation): void {
    const key = `${rule.id}\n${scope}`;
    const isNear = isFelt && score >= FACTOR_MIN;
    const open = this.#open.get(key);
    if (!open && !isNear) return;
    if (rule.isHard) return;
    const { forSeconds } = rule;
    const of = open ?? { points: [], forSeconds, quiet: 0 };
    if (!open) this.#open.set(key, of);
    of.quiet = isNear ? 0 : of.quiet + 1;
    if (of.points.length < POINTS_MAX) of.points.push({ atMs, score: isFelt ? score : 0 });
    if (of.quiet >= QUIET_ENDS) this.#close(key, of);
  }

  /** Of one rule, and of one scope where it is given; what is under way is part of it. Oldest first. */
  list(ruleId: string, scope?: string): Excursion[] {
    const under = [...this.#open].map(([key, open]) => toExcursion(key, open));
    return [...this.#kept, ...under].filter(
      (one) => one.ruleId === ruleId && (scope === undefined || one.scope === scope),
    );
  }

  /** Those that have ended since this was last asked, to be kept in Postgres. */
  takeFresh(): Excursion[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  restore(excursions: readonly Excursion[]): void {
    this.#kept = [...excursions, ...this.#kept].slice(-KEPT_MAX);
  }

  forget(nowMs: number): void {
    this.#kept = this.#kept.filter(({ points }) => nowMs - (points.at(-1)?.atMs ?? 0) < EXCURSION_KEPT_MS);
  }

  #close(key: string, open: Open): void {
    this.#open.delete(key);
    const excursion = toExcursion(key, open);
    this.#kept.push(excursion);
    if (this.#kept.length > KEPT_MAX) this.#kept.shift();
    this.#fresh.push(excursion);
    if (this.#fresh.length > KEPT_MAX) this.#fresh.shift();
  }
}

function toExcursion(key: string, { forSeconds, points }: Open): Excursion {
  const [ruleId = '', scope = ''] = key.split('\n');
  return { ruleId, scope, forSeconds, points };
}

/**
 * How an operator's word moves a threshold. Each rule has, for each scope, the logarithm of a factor: "noise" raises it by a
 * quarter, "missed" lowers it by a half, since a missed incident costs more than one alert too many. It stays between half and
 * four times what was shipped, and returns to it with a half-life of sixty days, so that nobody's word counts for ever. What was
 * said of other scopes counts for those of which little was said themselves. Hard limits never move.
 */

import { type AlertRuleDefinition, FACTOR_MAX, FACTOR_MIN } from './rule.ts';
import type { Feedback } from './schema.ts';

const ETA = 0.25;
/** One that was missed weighs as much as two that were noise. */
const KAPPA = 2;
const HALF_LIFE_MS = 60 * 86_400_000;
/** With so many words of its own a scope listens half to itself and half to the others. */
const PRIOR_STRENGTH = 5;
const LOG_MIN = Math.log(FACTOR_MIN);
const LOG_MAX = Math.log(FACTOR_MAX);

/** What was learnt of one rule and scope, as it is kept. */
export interface Lesson {
  readonly ruleId: string;
  readonly scope: string;
  /** Natural logarithm of the factor, at `atMs`. */
  readonly logFactor: number;
  /** Words that were said of it. */
  readonly words: number;
  readonly atMs: number;
}

/** By what one word moves the logarithm. */
export function stepOf(feedback: Feedback): number {
  if (feedback === 'noise') return ETA;
  return feedback === 'missed' ? -KAPPA * ETA : 0;
}

export class Learner {
  readonly #lessons = new Map<string, Map<string, Lesson>>();

  /** What the threshold is multiplied with; 1 is as shipped. */
  factorOf({ id, isHard }: Pick<AlertRuleDefinition, 'id' | 'isHard'>, scope: string, nowMs: number): number {
    return isHard ? 1 : this.#factorWith(id, scope, nowMs, this.#lessons.get(id));
  }

  /** What it would be after one more word, which is not remembered. */
  factorAfter(
    rule: Pick<AlertRuleDefinition, 'id' | 'isHard'>,
    scope: string,
    feedback: Feedback,
    nowMs: number,
  ): number {
    if (rule.isHard) return 1;
    const lessons = new Map(this.#lessons.get(rule.id));
    lessons.set(scope, this.#after(rule.id, scope, feedback, nowMs));
    return this.#factorWith(rule.id, scope, nowMs, lessons);
  }

  /** @returns what is to be kept; undefined where the word moves nothing */
  learn(
    rule: Pick<AlertRuleDefinition, 'id' | 'isHard'>,
    scope: string,
    feedback: Feedback,
    nowMs: number,
  ): Lesson | undefined {
    if (rule.isHard || stepOf(feedback) === 0) return undefined;
    const lesson = this.#after(rule.id, scope, feedback, nowMs);
    this.restore([lesson]);
    return lesson;
  }

  restore(lessons: readonly Lesson[]): void {
    for (const lesson of lessons) {
      let scopes = this.#lessons.get(lesson.ruleId);
      if (!scopes) {
        scopes = new Map();
        this.#lessons.set(lesson.ruleId, scopes);
      }
      scopes.set(lesson.scope, lesson);
    }
  }

  /** Of a rule as a whole: what a scope of which nothing was said is given. */
  factorOfRule(rule: Pick<AlertRuleDefinition, 'id' | 'isHard'>, nowMs: number): number {
    const scopes = this.#lessons.get(rule.id);
    // A rule with one scope alone, such as the whole pool, has no other to speak of.
    if (scopes?.size === 1) return this.factorOf(rule, [...scopes.keys()][0] ?? '', nowMs);
    return this.factorOf(rule, '\u0000none', nowMs);
  }

  #after(ruleId: string, scope: string, feedback: Feedback, nowMs: number): Lesson {
    const known = this.#lessons.get(ruleId)?.get(scope);
    const logFactor = clamp((known ? decayed(known, nowMs) : 0) + stepOf(feedback));
    return { ruleId, scope, logFactor, words: (known?.words ?? 0) + 1, atMs: nowMs };
  }

  #factorWith(_ruleId: string, scope: string, nowMs: number, lessons: ReadonlyMap<string, Lesson> | undefined): number {
    if (!lessons) return 1;
    const own = lessons.get(scope);
    const others = [...lessons.values()].filter((lesson) => lesson.scope !== scope);
    const words = others.reduce((sum, lesson) => sum + lesson.words, 0);
    const mean = others.reduce((sum, lesson) => sum + decayed(lesson, nowMs) * lesson.words, 0) / Math.max(1, words);
    const ofOthers = (words / (words + PRIOR_STRENGTH)) * mean;
    const heeds = 1 - (own?.words ?? 0) / ((own?.words ?? 0) + PRIOR_STRENGTH);
    return Math.exp(clamp((own ? decayed(own, nowMs) : 0) + heeds * ofOthers));
  }
}

function decayed({ atMs, logFactor }: Lesson, nowMs: number): number {
  return logFactor * 2 ** (-Math.max(0, nowMs - atMs) / HALF_LIFE_MS);
}

function clamp(logFactor: number): number {
  return Math.min(LOG_MAX, Math.max(LOG_MIN, logFactor));
}
